"""Runs of words that are written like a name: "Crown Prince Mohammed bin Salman" is one of four
capitals and a particle, and the name in it is the piece behind the titles."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from tidings.language.countries import country_by_adjective
from tidings.language.spelling import fold
from tidings.language.words import common_words, organisation_endings
from tidings_entities.vocabulary import vocabulary

_WORD: Final = re.compile(
    r"(?:[^\W\d_]\.)+(?=\W|$)|[^\W\d_](?:\w|[-–‑&](?=\w)|['’](?!s\b)(?=\w))*(?:(?<=\bSt)\.)?"
)
_COMPOUND: Final = re.compile(r"([A-ZÀ-Þ][\w'’]*(?:[-–‑][A-ZÀ-Þ][\w'’]*)*)[-–‑]([a-z]+)")
_MOST_PARTICLES: Final = 3
_OPENERS: Final = frozenset(".!?:;—–…•|")
_ENDERS: Final = frozenset(".!?")
_ONE_SPACE: Final = " "
_CAPITAL_INSIDE: Final = re.compile(r"[-–‑'’][A-ZÀ-Þ]")


class Word(NamedTuple):
    """`text[start:end]`; `opens` says that a sentence begins with it, `follows` that one space
    parts it from the word before. 'al-Lami' is capital: the particle is a part of the word."""

    start: int
    end: int
    words: str
    opens: bool
    follows: bool
    is_capital: bool


Piece = tuple[Word, ...]


def words_of(text: str) -> list[Word]:
    words: list[Word] = []
    after = 0
    for match in _parts(text):
        between = text[after : match.start()].strip()
        opens = not words or between[-1:] in _OPENERS or between[:1] in _ENDERS
        follows = text[after : match.start()] == _ONE_SPACE
        written = match[0]
        capital = written[0].isupper() or _CAPITAL_INSIDE.search(written) is not None
        words.append(Word(match.start(), match.end(), written, opens, follows, capital))
        after = match.end()
    return words


def _parts(text: str) -> Iterator[re.Match[str]]:
    """The words; of 'Nairobi-based' the name alone."""
    place = 0
    while match := _WORD.search(text, place):
        compound = _COMPOUND.match(match[0])
        if compound and compound[2] in vocabulary().compounds:
            name = _WORD.match(text, match.start(), match.start() + compound.end(1))
            match, place = name or match, match.end()
        else:
            place = match.end()
        yield match


def pieces_of(words: Iterable[Word]) -> Iterator[Piece]:
    """The names that the runs of capitals among a text's words may hold, in order: without titles,
    offices and nationalities before them, and without what begins a sentence and is written small
    elsewhere."""
    run: list[Word] = []
    particles: list[Word] = []
    for word in words:
        last = particles[-1] if particles else run[-1] if run else None
        joins = last is not None and word.follows and not word.opens
        if joins and word.is_capital:
            run += [*particles, word]
            particles = []
        elif (
            joins
            and fold(word.words) in vocabulary().particles
            and len(particles) < _MOST_PARTICLES
        ):
            particles.append(word)
        else:
            yield from _split(run)
            run, particles = ([word] if word.is_capital else []), []
    yield from _split(run)


def _split(run: Sequence[Word]) -> Iterator[Piece]:
    if len(run) > 1 and _ends_a_body(run[-1]):
        yield _body(run)
        return
    piece: list[Word] = []
    for place, word in enumerate(run):
        if _breaks(word, is_last=place == len(run) - 1, inside=bool(piece)):
            if piece:
                yield tuple(piece)
            piece = []
        else:
            piece.append(word)
    if piece:
        yield tuple(piece)


def _ends_a_body(word: Word) -> bool:
    name, known = fold(word.words).rstrip("."), vocabulary()
    return (
        name in organisation_endings() or name in known.law_endings or name in known.event_endings
    )


def _body(run: Sequence[Word]) -> Piece:
    """ "General Workers Union", "Premier League": offices within them are none."""
    first = 0
    if run[0].opens and fold(run[0].words) in common_words() and len(run) > 2:
        first = 1
    return tuple(run[first:])


def _breaks(word: Word, *, is_last: bool, inside: bool) -> bool:
    name, known = fold(word.words).rstrip("."), vocabulary()
    if word.opens and (name in common_words() or name in known.openers):
        return True
    if name in known.titles or name in known.calendar or name in known.roles:
        return True
    if name in known.ranks:
        return not inside
    if name in known.dignities:
        return not (inside and is_last)
    return not inside and not is_last and country_by_adjective(word.words) is not None

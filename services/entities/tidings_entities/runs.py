"""Runs of words that are written like a name: "Crown Prince Mohammed bin Salman" is one of four
capitals and a particle, and the name in it is the piece behind the titles."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from tidings.language.countries import country_by_adjective, country_by_name
from tidings.language.spelling import CAPITAL, fold
from tidings.language.words import common_words, organisation_endings
from tidings_entities.spans import is_abbreviation
from tidings_entities.vocabulary import is_office, vocabulary

_WORD: Final = re.compile(
    r"\bH ?[EHM]\b(?= [A-Z])|(?<!\w)(?:[^\W\d_]\.)+(?=\W|$)|(?<!\w)[^\W\d_](?:\w|[-–‑&](?=\w)|['’](?!s\b)(?=\w))*(?:(?<=\b(?:St|Jr|Sr))\.)?"
)
_COMPOUND: Final = re.compile(
    rf"({CAPITAL}[\w'’]*(?:[-–‑]{CAPITAL}[\w'’]*)*)[-–‑]([a-z]+)"
)
_PAIR: Final = re.compile(rf"({CAPITAL}[\w.]*)[-–‑]({CAPITAL}[\w.]*)")
_GOES_ON: Final = re.compile(rf" {CAPITAL}")
_PREFIX: Final = re.compile(rf"(?i:anti|ex|mid|neo|non|post|pre|pro)[-–‑](?={CAPITAL})")
_MOST_PARTICLES: Final = 3
_FEWEST_FOR_LETTERS: Final = 3
_OPENERS: Final = frozenset(".!?:;—–…•|")
_ENDERS: Final = frozenset(".!?")
_ONE_SPACE: Final = " "
_CAPITAL_INSIDE: Final = re.compile(rf"[-–‑'’]{CAPITAL}")


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
    """The words; of 'Nairobi-based' and 'pro-Kenyan' the name alone, of 'Russia-Ukraine' each."""
    place = 0
    while match := _WORD.search(text, place):
        if prefix := _PREFIX.match(match[0]):
            match = _WORD.match(text, match.start() + prefix.end()) or match
        pair = _PAIR.fullmatch(match[0])
        if pair and not _GOES_ON.match(text, match.end()):
            if all(country_by_name(name) or country_by_adjective(name) for name in pair.groups()):
                yield from _WORD.finditer(text, match.start(), match.start() + pair.end(1))
                match = _WORD.match(text, match.start() + pair.start(2), match.end()) or match
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
    if len(run) > _FEWEST_FOR_LETTERS and _are_letters_of(run[-1], run[:-1]):
        yield from _split(run[:-1])
        yield tuple(run[-1:])
        return
    if len(run) > 1 and _ends_a_body(run[-1]):
        yield _body(run)
        return
    piece: list[Word] = []
    for place, word in enumerate(run):
        rest = run[place + 1 :]
        if _breaks(word, rest, inside=bool(piece)):
            if piece:
                yield tuple(piece)
            piece = []
        elif rest and _begins_anew(piece, word):
            yield tuple(piece)
            piece = [word]
        else:
            piece.append(word)
    if piece:
        yield tuple(piece)


def _begins_anew(piece: Sequence[Word], word: Word) -> bool:
    """'Natural Resources Fatih Dönmez': a given name behind common words alone."""
    return (
        bool(piece)
        and fold(word.words) in vocabulary().given_names
        and fold(word.words) not in common_words()
        and all(fold(before.words) in common_words() for before in piece)
    )


def _are_letters_of(word: Word, run: Sequence[Word]) -> bool:
    """'Alternative National Congress ANC'."""
    return word.words == "".join(one.words[0] for one in run)


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


def _is_dress(word: Word) -> bool:
    return is_office(fold(word.words)) or country_by_adjective(word.words) is not None


def _breaks(word: Word, rest: Sequence[Word], *, inside: bool) -> bool:
    name, known = fold(word.words).rstrip("."), vocabulary()
    opens = word.opens and not is_abbreviation(word.words)
    if opens and (name in common_words() or name in known.openers):
        return True
    if name in known.titles or name in known.calendar or is_office(name):
        return True
    if name in known.ranks:
        return not inside or any(_is_dress(after) for after in rest[:1])
    if name in known.dignities:
        return not inside or bool(rest)
    return not inside and bool(rest) and country_by_adjective(word.words) is not None

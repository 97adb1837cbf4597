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
    r"""(?x)
    \bH\ ?[EHM]\b(?=\ [A-Z])                        # His Excellency
    | (?<!\w)(?:[^\W\d_]\.)+(?=\W|$)                # U.S.
    | (?<!\w)[^\W\d_](?:\w|[-–‑&](?=\w)|['’](?!s\b)(?=\w))*(?:(?<=\b(?:St|Jr|Sr))\.)?
    """
)
_COMPOUND: Final = re.compile(rf"({CAPITAL}[\w'’]*(?:[-–‑]{CAPITAL}[\w'’]*)*)[-–‑]([a-z]+)")
_ME: Final = re.compile("I(?:['’](?:d|ll|m|ve))?")
_HYPHEN: Final = re.compile("[-–‑]")
_PAIR: Final = re.compile(rf"({CAPITAL}[\w.]*)[-–‑]({CAPITAL}[\w.]*)")
_GOES_ON: Final = re.compile(rf" {CAPITAL}")
_PREFIX: Final = re.compile(
    rf"(?i:anti|cross|ex|inter|intra|mid|neo|non|post|pre|pro|trans)[-–‑](?={CAPITAL})"
)
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
    for start, end in _spans(text):
        written, between = text[start:end], text[after:start]
        follows = between == _ONE_SPACE
        opens = not words
        if not follows and words:
            marks = between.strip()
            opens = marks[-1:] in _OPENERS or marks[:1] in _ENDERS
        capital = (written[0].isupper() and not _ME.fullmatch(written)) or (
            not written.isalpha() and _CAPITAL_INSIDE.search(written) is not None
        )
        words.append(Word(start, end, written, opens, follows, capital))
        after = end
    return words


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for match in _WORD.finditer(text):
        if match[0].isalpha() or not _HYPHEN.search(match[0]):
            yield match.span()
        else:
            yield from _names_in(text, match)


def _names_in(text: str, match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Of 'Nairobi-based' and 'pro-Kenyan' the name alone, of 'Russia-Ukraine' each."""
    start, end = match.span()
    if prefix := _PREFIX.match(text, start, end):
        start = prefix.end()
    pair = _PAIR.fullmatch(text, start, end)
    if pair and not _GOES_ON.match(text, end) and all(map(_is_of_a_country, pair.groups())):
        yield pair.span(1)
        start = pair.start(2)
    compound = _COMPOUND.match(text, start, end)
    if compound and compound[2] in vocabulary().compounds:
        end = compound.end(1)
    yield start, end


def _is_of_a_country(word: str) -> bool:
    return country_by_name(word) is not None or country_by_adjective(word) is not None


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
            if run:
                yield from _split(run)
            run, particles = ([word] if word.is_capital else []), []
    yield from _split(run)


def _split(run: Sequence[Word]) -> Iterator[Piece]:
    if run and are_letters_of(run[-1], run[:-1]):
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


def are_letters_of(word: Word, run: Sequence[Word]) -> bool:
    """'Alternative National Congress ANC'."""
    letters = word.words
    return len(letters) >= _FEWEST_FOR_LETTERS and letters == "".join(
        one.words[0] for one in run[-len(letters) :]
    )


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


def _is_office_or_people(word: Word) -> bool:
    return is_office(fold(word.words)) or country_by_adjective(word.words) is not None


def _breaks(word: Word, rest: Sequence[Word], *, inside: bool) -> bool:
    name, known = fold(word.words).rstrip("."), vocabulary()
    opens = word.opens and not is_abbreviation(word.words)
    if name == "the" or (opens and (name in common_words() or name in known.openers)):
        return True
    if name in known.titles or name in known.calendar or is_office(name):
        return True
    if name in known.ranks:
        return not inside or any(_is_office_or_people(after) for after in rest[:1])
    if name in known.dignities:
        return not inside or bool(rest)
    return (
        not inside
        and bool(rest)
        and (country_by_adjective(word.words) is not None or _is_apart_from(word, rest))
    )


def _is_apart_from(word: Word, rest: Sequence[Word]) -> bool:
    """A country before a full name: 'Japan Frank Hsieh', but not 'Chad Smith'."""
    given_names = vocabulary().given_names
    return (
        len(rest) > 1
        and country_by_name(word.words) is not None
        and fold(word.words) not in given_names
        and fold(rest[0].words) in given_names
    )

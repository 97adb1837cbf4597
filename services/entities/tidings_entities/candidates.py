"""Names that the model has not marked: what stands like a dateline, is abbreviated in brackets, is
in a table, or is just written like a name."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Final

from tidings.language.countries import country_by_adjective, country_by_code, country_by_name
from tidings.language.dateline import find_dateline
from tidings.language.known import known_by_name, longest_known
from tidings.language.places import region_by_name
from tidings.language.spelling import CAPITAL, fold
from tidings.language.words import common_words, organisation_endings
from tidings_entities.evidence import are_initials
from tidings_entities.runs import Piece, Word
from tidings_entities.spans import MOST_WORDS, Found, at, is_abbreviation, is_money
from tidings_entities.vocabulary import vocabulary

UNSEEN: Final = ""
"""The label of what the model has not marked, until it is decided."""

_FEATURE: Final = re.compile(
    r"\b(?:(?:Bay|Gulf|Strait|Sea|Cape|Isle|Isthmus|Horn|Straits) of (?:the )?|Lake |Mount |Mt\.? )"
    rf"{CAPITAL}[\w'’-]+"
)
_OF_A_SAINT: Final = re.compile(
    rf"\bSt\.? {CAPITAL}\w+['’]s (?:{CAPITAL}\w+ ){{0,3}}"
    r"(?:Academy|Cathedral|Church|Clinic|College|Hospital|Institute|School|Seminary|University)\b"
)
_PAPER: Final = re.compile(rf"(?<=[a-z,;] )The ({CAPITAL}[\w'’-]*(?: {CAPITAL}[\w'’-]*){{0,2}})")
_OFFICE: Final = re.compile(
    rf"""(?x) \b(?:Committee|Department|Directorate|Faculty|Institute|Ministry|Office|School)
    \ (?:for|of|on)\ (?:the\ )?{CAPITAL}\w+(?:\ {CAPITAL}\w+)*
    (?:,\ {CAPITAL}\w+(?:\ {CAPITAL}\w+)*)*,?\ (?:and|&)\ {CAPITAL}\w+(?:\ {CAPITAL}\w+)*"""
)
_ACRONYM: Final = re.compile(r"\(([A-Z][A-Za-z0-9-]{1,9})\)")
_MOST_WORDS: Final = 9
_CODE: Final = re.compile(r"(?<=\w )\(([A-Z]{3})\)")


def candidates(text: str, words: Sequence[Word], pieces: Iterable[Piece]) -> Iterator[Found]:
    """They may overlap each other. `words` and `pieces` are those of the text."""
    yield from _dateline(text)
    yield from _acronyms(text, words)
    yield from _codes(text, words)
    yield from _in_tables(text, words)
    for feature in _FEATURE.finditer(text):
        yield _by("names a feature", text, "LOC", feature.span())
    for name in chain(_OFFICE.finditer(text), _OF_A_SAINT.finditer(text)):
        yield _by("is written like a body's name", text, "ORG", name.span())
    for paper in _PAPER.finditer(text):
        yield at(text, UNSEEN, *paper.span(1))
    for piece in pieces:
        if len(piece) <= MOST_WORDS and not all(_is_plain(fold(word.words)) for word in piece):
            yield at(text, UNSEEN, piece[0].start, piece[-1].end)


def _is_plain(word: str) -> bool:
    known = vocabulary()
    plain = (common_words(), known.not_names, known.months, known.name_suffixes)
    return any(word.rstrip(".") in words for words in plain)


def _by(rule: str, text: str, label: str, bounds: tuple[int, int]) -> Found:
    return replace(at(text, label, *bounds), why=(rule,))


def _dateline(text: str) -> Iterator[Found]:
    if dateline := find_dateline(text):
        parts = (("GPE", dateline.town), ("GPE", dateline.region), ("ORG", dateline.agency))
        for label, bounds in parts:
            if bounds:
                yield _by("dateline", text, label, bounds)


def _acronyms(text: str, words: Sequence[Word]) -> Iterator[Found]:
    """'Law Society of Kenya (LSK)': the long form and the short one."""
    for match in _ACRONYM.finditer(text):
        before = _words_before(words, match.start())
        for first in range(len(before)):
            start, end = before[first].start, before[-1].end
            if (
                text[end : match.start()] == " "
                and before[first].is_capital
                and are_initials(match[1], text[start:end])
            ):
                yield _by("abbreviated behind it", text, "ORG", (start, end))
                yield _by("letters of the name before", text, "ORG", match.span(1))
                break


def nouns_abbreviated(text: str, words: Sequence[Word]) -> Iterator[str]:
    """The letters, folded, of what no name is: 'ppp' of 'public-private partnerships (PPP)'."""
    for match in _ACRONYM.finditer(text):
        before = _words_before(words, match.start())
        for first in range(len(before)):
            written = text[before[first].start : before[-1].end]
            letters = match[1].removesuffix("s")
            if written.islower() and are_initials(letters, written) and not _is_body(written):
                yield fold(letters)
                yield fold(match[1])


def _is_body(words: str) -> bool:
    """'special investigation team'."""
    last = fold(words).split()[-1]
    return last in organisation_endings() or last in vocabulary().organisation_nouns


def _codes(text: str, words: Sequence[Word]) -> Iterator[Found]:
    """'Tirunesh Dibaba (ETH)': whom somebody in a table of results runs for."""
    for match in _CODE.finditer(text):
        before = _words_before(words, match.start())[-2:]
        if len(before) == 2 and all(word.is_capital for word in before):
            name = text[before[0].start : before[1].end]
            if country_by_code(match[1]) and not are_initials(match[1], name):
                yield _by("code of a country", text, "GPE", match.span(1))


def _words_before(words: Sequence[Word], place: int) -> Sequence[Word]:
    """As many as a name may have."""
    behind = bisect_left(words, place, key=lambda word: word.start)
    return words[max(0, behind - _MOST_WORDS) : behind]


def _in_tables(text: str, words: Sequence[Word]) -> Iterator[Found]:
    longest = longest_known()
    place = 0
    while place < len(words):
        count = 0
        if words[place].is_capital and words[place].words.lower() != "the":
            start = words[place].start
            for count in range(min(longest, len(words) - place), 0, -1):
                last = words[place + count - 1]
                names_a_body = count == 1 and not last.opens and _is_one_body(last.words)
                if last.is_capital and (
                    names_a_body or _is_known(text[start : last.end], alone=count == 1)
                ):
                    if not is_money(text, last.end):
                        yield at(text, UNSEEN, start, last.end)
                    break
            else:
                count = 0
        place += max(1, count)


def _is_one_body(word: str) -> bool:
    return word.lower() in vocabulary().bodies


@lru_cache(maxsize=65_536)
def _is_known(name: str, *, alone: bool) -> bool:
    is_plain = alone and fold(name) in common_words() and not is_abbreviation(name)
    if is_plain or "’s " in name or "'s " in name:
        return False
    return bool(
        known_by_name(name)
        or country_by_name(name)
        or country_by_adjective(name)
        or region_by_name(name)
    )

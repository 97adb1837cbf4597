"""Names that the model has not marked: what stands like a dateline, is abbreviated in brackets, is
in a table, or is just written like a name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tidings.language.countries import country_by_adjective, country_by_name
from tidings.language.known import known_by_name, longest_known
from tidings.language.places import may_be_a_place, region_by_name
from tidings.language.spelling import fold
from tidings.language.words import common_words
from tidings_entities.evidence import are_initials
from tidings_entities.runs import Piece, Word
from tidings_entities.spans import MOST_WORDS, Found, at
from tidings_entities.vocabulary import vocabulary

UNSEEN: Final = ""
"""The label of what the model has not marked, until it is decided."""

_DATELINE: Final = re.compile(
    r"(?P<town>[^\W\d_][\w.'’ -]{1,40}?)(?:, (?P<region>[^\W\d_][\w.'’ -]{1,30}?))?"
    r"(?:,? [A-Z][a-z]+\.? \d{1,2}(?:, \d{4})?)?(?: ?\((?P<agency>[^\W\d_][\w ./-]{1,30})\))?"
    r"\s?(?:[—–]|--|:(?=\s)|-(?=\s))"
)
_MOST_WORDS_OF_A_TOWN: Final = 4
_FEATURE: Final = re.compile(
    r"\b(?:(?:Bay|Gulf|Strait|Sea|Cape|Isle|Isthmus|Horn|Straits) of (?:the )?|Lake |Mount |Mt\.? )"
    r"[A-ZÀ-Þ][\w'’-]+"
)
_ACRONYM: Final = re.compile(r"\(([A-Z][A-Za-z0-9-]{1,9})\)")
_MOST_WORDS: Final = 9


def candidates(text: str, words: Sequence[Word], pieces: Iterable[Piece]) -> Iterator[Found]:
    """They may overlap each other. `words` and `pieces` are those of the text."""
    yield from _dateline(text)
    yield from _acronyms(text, words)
    yield from _in_tables(text, words)
    for feature in _FEATURE.finditer(text):
        yield at(text, "LOC", feature.start(), feature.end())
    for piece in pieces:
        if len(piece) <= MOST_WORDS and not all(_is_plain(fold(word.words)) for word in piece):
            yield at(text, UNSEEN, piece[0].start, piece[-1].end)


def _is_plain(word: str) -> bool:
    known = vocabulary()
    return word in common_words() or word in known.not_names or word in known.months


def _dateline(text: str) -> Iterator[Found]:
    """'SALEM, Ore. (AP) — …'."""
    match = _DATELINE.match(text)
    if not match:
        return
    town, region, agency = match["town"], match["region"], match["agency"]
    if not town[0].isupper() or town.count(" ") >= _MOST_WORDS_OF_A_TOWN:
        return
    is_place = may_be_a_place(town) or country_by_name(town) is not None
    in_region = region and (country_by_name(region) or region_by_name(region))
    if not (in_region or (agency and all(word[0].isupper() for word in town.split())) or is_place):
        return
    yield at(text, "GPE", match.start("town"), match.end("town"))
    if in_region:
        yield at(text, "GPE", match.start("region"), match.end("region"))
    if agency:
        yield at(text, "ORG", match.start("agency"), match.end("agency"))


def _acronyms(text: str, words: Sequence[Word]) -> Iterator[Found]:
    """'Law Society of Kenya (LSK)': the long form and the short one."""
    for match in _ACRONYM.finditer(text):
        before = [word for word in words if word.end <= match.start()][-_MOST_WORDS:]
        for first in range(len(before)):
            start, end = before[first].start, before[-1].end
            if (
                text[end : match.start()] == " "
                and before[first].is_capital
                and are_initials(match[1], text[start:end])
            ):
                yield at(text, "ORG", start, end)
                yield at(text, "ORG", match.start(1), match.end(1))
                break


def _in_tables(text: str, words: Sequence[Word]) -> Iterator[Found]:
    longest = longest_known()
    place = 0
    while place < len(words):
        count = 0
        if words[place].is_capital:
            for count in range(min(longest, len(words) - place), 0, -1):
                start, end = words[place].start, words[place + count - 1].end
                name = text[start:end]
                if _is_known(name, alone=count == 1):
                    yield at(text, UNSEEN, start, end)
                    break
            else:
                count = 0
        place += max(1, count)


def _is_known(name: str, *, alone: bool) -> bool:
    if (alone and fold(name) in common_words()) or "’s " in name or "'s " in name:
        return False
    if name.split()[-1].islower():
        return False
    return bool(
        known_by_name(name)
        or country_by_name(name)
        or country_by_adjective(name)
        or region_by_name(name)
    )

"""Where names begin and end. A small model cuts them at hyphens, particles and rare words, and
takes titles, offices and neighbours into them; how they are written tells better."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Final

from tidings.language.countries import country_by_adjective, country_by_name
from tidings.language.known import known_by_name
from tidings.language.spelling import fold
from tidings.language.words import common_words, organisation_endings
from tidings_entities.runs import Piece, are_letters_of
from tidings_entities.spans import PLACES, Found, at, find
from tidings_entities.vocabulary import is_office, vocabulary

_MOST_WORDS_OF_A_PERSON: Final = 6
_LINKS: Final = re.compile(
    r"[\s'’&.]*+(?:(?:, )?(?:of|and|for|in|on|to|de|la|des|du|s)[\s'’&.]++(?:the\s++)?)*+"
)
_START: Final = attrgetter("start")
_LEGAL_FORMS: Final = frozenset({"Inc", "Ltd", "LLC", "Co", "Corp", "PLC"})
_POSSESSIVE: Final = re.compile(r"['’]s?\s")
_DASH: Final = re.compile(r" [-–—|] ")
_WHOLE: Final = frozenset({"ORG", "FAC", "LOC", "EVENT", "LAW", "PRODUCT"})
"""Labels of names that may have small words in them."""


def repair(text: str, pieces: Sequence[Piece], found: Sequence[Found]) -> list[Found]:
    """The same names with the words that belong to them, in order, none over another. `pieces` are
    those of the text."""
    repaired = (name for one in found for name in _repaired(text, one, found, pieces))
    trimmed = (find(text, name.label, name.start, name.end) for name in repaired)
    return without_overlaps(name for name in trimmed if name)


def without_overlaps(found: Iterable[Found]) -> list[Found]:
    """In order; of two that share words the longer one, or the earlier one of the list."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: one.start - one.end):
        place = bisect_left(kept, one.end, key=_START)
        if place == 0 or kept[place - 1].end <= one.start:
            kept.insert(place, one)
    return kept


def _repaired(
    text: str, one: Found, found: Sequence[Found], pieces: Sequence[Piece]
) -> Iterator[Found]:
    here = [piece for piece in pieces if piece[0].start < one.end and one.start < piece[-1].end]
    if not here:
        yield one
        return
    if len(here) > 1 and _falls_apart(text, one, here):
        for piece in here:
            start, end = max(one.start, piece[0].start), min(one.end, piece[-1].end)
            part = at(text, one.label, start, end)
            yield from _repaired(text, part, found, [piece])
        return
    if len(here) > 1:
        yield _to_words(text, one, here)
        return
    yield _within(text, one, here[0], found)


def _falls_apart(text: str, one: Found, here: Sequence[Piece]) -> bool:
    """Whether these are several names: people and places have no small words between, and a country
    has things ("Kenya's Standard Gauge Railway")."""
    first = text[here[0][0].start : here[0][-1].end]
    last = text[here[-1][0].start : here[-1][-1].end]
    if (
        one.label not in _WHOLE
        or (country_by_name(first) and _POSSESSIVE.match(text, here[0][-1].end))
        or country_by_adjective(last)
        or _are_two_bodies(text, one, here)
    ):
        return True
    return not all(
        (_LINKS.fullmatch(text, left[-1].end, right[0].start) or right[0].words in _LEGAL_FORMS)
        and not are_letters_of(right[0], left)
        for left, right in pairwise(here)
    )


def _are_two_bodies(text: str, one: Found, here: Sequence[Piece]) -> bool:
    """'Arsenal and Real Madrid', but not 'Arts and Culture': no table has them as one."""
    return (
        len(here) == 2
        and text[here[0][-1].end : here[1][0].start] == " and "
        and not all(fold(word.words) in common_words() for word in here[1])
        and not known_by_name(one.words)
    )


def _within(text: str, one: Found, piece: Piece, found: Sequence[Found]) -> Found:
    start, end = piece[0].start, piece[-1].end
    if one.start <= start and end <= one.end:
        dress = text[one.start : start]
        dressed = country_by_name(dress) is not None or any(
            map(_is_dress, (dress.strip(), *dress.split()))
        )
        if _DASH.search(dress):
            return at(text, one.label, start, end)
        if one.label in ("PERSON", "GPE", "NORP") or _only_dress(text, one, piece):
            return at(text, one.label, start if dressed else one.start, end)
        return one
    word = _to_words(text, one, [piece])
    return at(text, one.label, start, end) if _is_one_name(text, word, piece, found) else word


def _only_dress(text: str, one: Found, piece: Piece) -> bool:
    """Whether what the model took beside the piece is a noun for what it is ("Dream party"), or the
    piece is a country's or a people's name alone ("British parliament")."""
    rest = text[one.start : piece[0].start] + " " + text[piece[-1].end : one.end]
    words = [fold(word) for word in rest.split()]
    known = vocabulary()
    nouns = (known.organisation_nouns, known.place_nouns, known.titles)
    name = text[piece[0].start : piece[-1].end]
    alone = country_by_adjective(name) or country_by_name(name)
    return bool(words) and (
        bool(alone) or all(is_office(word) or any(word in some for some in nouns) for word in words)
    )


def _is_dress(word: str) -> bool:
    name, known = fold(word).rstrip("."), vocabulary()
    dress = (known.titles, known.ranks, known.dignities, known.calendar)
    return (
        any(name in some for some in dress)
        or is_office(name)
        or country_by_adjective(word) is not None
        or word.islower()
    )


def _to_words(text: str, one: Found, here: Sequence[Piece]) -> Found:
    """From the beginning of a word to the end of a word: 'Guinea' in 'Guinea-Bissau'."""
    words = [word for piece in here for word in piece]
    starts = [word.start for word in words if word.start < one.start < word.end]
    ends = [word.end for word in words if word.start < one.end < word.end]
    return at(text, one.label, min([*starts, one.start]), max([*ends, one.end]))


def _are_one_person(text: str, one: Found, other: Found) -> bool:
    """Two full names are two people's, unless a particle joins them ("Nur Aisyah binti Ahmad")."""
    between = fold(text[one.end : other.start])
    both_full = " " in one.words and " " in other.words
    return not both_full or between in vocabulary().personal_particles


def _is_one_name(text: str, one: Found, piece: Piece, found: Sequence[Found]) -> bool:
    """Whether the whole piece is the name of which the model has marked a part."""
    known = vocabulary()
    names = [fold(word.words) for word in piece]
    others = [
        other
        for other in found
        if other.start < piece[-1].end
        and piece[0].start < other.end
        and not (other.start < one.end and one.start < other.end)
    ]
    begins_like_a_person = names[0] in known.given_names
    if len(piece) > _MOST_WORDS_OF_A_PERSON:
        return False
    if one.label == "PERSON" or begins_like_a_person:
        return all(
            (other.label == "PERSON" and _are_one_person(text, *sorted((one, other), key=_START)))
            or (begins_like_a_person and other.label in (*PLACES, "ORG", "NORP"))
            for other in others
        )
    if others:
        return False
    last = names[-1].rstrip(".")
    if one.label in ("GPE", "NORP") and (
        country_by_name(one.words) or country_by_adjective(one.words)
    ):
        return last in organisation_endings()
    endings = (organisation_endings(), known.region_endings, known.facility_endings)
    if any(last in some for some in endings):
        return True
    return one.label != "NORP"

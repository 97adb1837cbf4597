"""Within one article a name means one thing: what its mentions say together corrects each one."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tidings.language.countries import country_by_adjective, country_by_name
from tidings.language.spelling import fold
from tidings_entities.people import person_key
from tidings_entities.spans import PLACES, Found, stands_for_a_place

_SWAYED: Final = frozenset({"PERSON", "ORG", "PRODUCT", *PLACES})
"""Labels that a small model mixes up for one and the same name."""


def agree(content: str, found: Sequence[Found]) -> list[Found]:
    """The same names in the same order, labels made consistent, 'Surname, Name' made one."""
    people = {person_key(one.words) for one in found if one.label == "PERSON" and " " in one.words}
    joined = _join_turned_names(content, found, people)
    return _by_majority(_by_surname(content, joined, {name[-1] for name in people}))


def _join_turned_names(
    content: str, found: Sequence[Found], people: set[tuple[str, ...]]
) -> list[Found]:
    """'Hale', 'Miriam' with only a comma between them, where Miriam Hale is a person here."""
    joined: list[Found] = []
    for one in found:
        last = joined[-1] if joined else None
        if last and content[last.end : one.start].strip() == ",":
            turned = Found("PERSON", last.start, one.end, f"{last.words}, {one.words}")
            if person_key(turned.words) in people:
                joined[-1] = turned
                continue
        joined.append(one)
    return joined


def _by_surname(content: str, found: Sequence[Found], surnames: set[str]) -> list[Found]:
    """'Orrego' alone is a person where a full name of the article ends with it."""
    return [
        replace(one, label="PERSON")
        if one.label in _SWAYED | {"NORP"}
        and fold(one.words) in surnames
        and not (country_by_name(one.words) or country_by_adjective(one.words))
        and not (one.label in PLACES and stands_for_a_place(content, one))
        else one
        for one in found
    ]


def _by_majority(found: Sequence[Found]) -> list[Found]:
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        if one.label in _SWAYED:
            votes[fold(one.words)][one.label] += 1
    return [
        replace(one, label=votes[fold(one.words)].most_common(1)[0][0])
        if one.label in _SWAYED
        else one
        for one in found
    ]

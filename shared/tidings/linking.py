"""Who the actors of events are: joins actor spans with the mentions that entities were found by.

Pure and computed from scratch: the same three lists give the same events, and linking what is
linked changes nothing.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

ROLES: Final = ("source", "target")

STANDS_FOR: Final = frozenset({"GOV", "MIL", "IGO"})
"""Sectors whose actors act for the place or body that qualifies them: "Venezuela's government" is
linked to Venezuela, "Venezuela's opposition" only takes its country."""

_KIND_ORDER: Final = {"person": 0, "organisation": 0, "place": 1, "other": 2, "group": 3}
_LONGEST_MENTION: Final = 300

_ENDS_HEAD: Final = re.compile(
    r"[,(–—;:]|\b(?:about|against|among|and|at|by|for|from|in|near|of|on|or|over|that|to|under"
    r"|which|who|with)\b",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W_](?:[\w.'’&-]*\w)?")
_BELONGS: Final = re.compile(r"\b(?:of|in|from)\s+(?:the\s+)?$", re.IGNORECASE)
_NAMES_AGAIN: Final = re.compile(r"^\s*[,(–—]\s*(?:the\s+)?$", re.IGNORECASE)


class _Named(NamedTuple):
    """A mention, by its place, with the entity that it refers to."""

    start: int
    end: int
    entity: Mapping[str, Any]


class _Actor(NamedTuple):
    start: int
    end: int
    text: str
    head_start: int
    head_end: int


def link_actors(
    events: Iterable[Mapping[str, Any]],
    mentions: Iterable[Mapping[str, Any]],
    entities: Iterable[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """The events, each actor with the entity that its words refer to.

    Where a mention covers the head of the actor's span, or stands beside it in apposition, the
    actor takes the entity's id and name. A place, body or people that only qualifies the head
    ("Venezuela's government") gives its id where it acts through the actor (`STANDS_FOR`), and
    never its name. The country is the actor's own or else the entity's. Actors without a match,
    and the arguments, stay as they are.
    """
    by_id = {entity["entity_id"]: entity for entity in entities}
    named = sorted(
        (
            _Named(mention["start"], mention["end"], by_id[mention["entity_id"]])
            for mention in mentions
            if mention.get("entity_id") in by_id
        ),
        key=lambda one: (one.start, one.end),
    )
    return [
        {**event, **{role: _link(event[role], named) for role in ROLES if event.get(role)}}
        for event in events
    ]


def _link(fields: Mapping[str, Any], named: Sequence[_Named]) -> dict[str, Any]:
    near = _overlapping(named, fields["start"], fields["end"])
    if not near:
        return dict(fields)
    actor = _with_head(fields, near)
    itself = [one for one in near if one.start < actor.head_end and actor.head_start < one.end]
    itself = itself or [one for one in near if _names_again(one, actor)]
    if itself:
        entity = _best(itself, actor).entity
        return _linked(fields, entity, entity_id=entity["entity_id"], name=entity["name"])
    qualifiers = [one for one in near if _qualifies(one, actor)]
    if not qualifiers:
        return dict(fields)
    entity = _best(qualifiers, actor).entity
    if fields.get("sector") in STANDS_FOR:
        return _linked(fields, entity, entity_id=entity["entity_id"])
    return _linked(fields, entity)


def _linked(fields: Mapping[str, Any], entity: Mapping[str, Any], **found: Any) -> dict[str, Any]:
    return {**fields, **found, "country": fields.get("country") or entity.get("country")}


def _overlapping(named: Sequence[_Named], start: int, end: int) -> list[_Named]:
    first = bisect_left(named, start - _LONGEST_MENTION, key=lambda one: one.start)
    behind = bisect_left(named, end, key=lambda one: one.start)
    return [one for one in named[first:behind] if start < one.end]


def _with_head(fields: Mapping[str, Any], near: Sequence[_Named]) -> _Actor:
    """The head of an English noun phrase: its last word before a comma, a preposition or a relative
    clause; one inside a name ("Bank of America") ends nothing."""
    start, end, text = fields["start"], fields["end"], fields["text"]
    core_end = len(text)
    for cut in _ENDS_HEAD.finditer(text):
        place = start + cut.start()
        inside_name = any(one.start <= place < one.end for one in near)
        if not inside_name and _WORD.search(text, 0, cut.start()):
            core_end = cut.start()
            break
    words = list(_WORD.finditer(text, 0, core_end))
    head = words[-1].span() if words else (0, len(text))
    return _Actor(start, end, text, start + head[0], start + head[1])


def _names_again(one: _Named, actor: _Actor) -> bool:
    """In "the president, Nicolás Maduro" the mention says who the head is."""
    if one.entity.get("kind") not in ("person", "organisation") or one.start < actor.head_end:
        return False
    between = actor.text[actor.head_end - actor.start : one.start - actor.start]
    return _NAMES_AGAIN.match(between) is not None


def _qualifies(one: _Named, actor: _Actor) -> bool:
    """ "Venezuela's government", "the government of Venezuela"; not "the ambassador to Russia",
    and a person qualifies nothing: Putin's ally is not Putin."""
    if one.entity.get("kind") == "person":
        return False
    if one.end <= actor.head_start:
        return True
    return _BELONGS.search(actor.text[: max(0, one.start - actor.start)]) is not None


def _best(candidates: Sequence[_Named], actor: _Actor) -> _Named:
    """A mention inside the actor's span before one that sticks out, a person or body before a
    place, a people last; then the one nearest to the head."""
    return min(
        candidates,
        key=lambda one: (
            not (actor.start <= one.start and one.end <= actor.end),
            _KIND_ORDER.get(one.entity.get("kind", "other"), 2),
            abs(one.end - actor.head_end),
            one.start,
        ),
    )

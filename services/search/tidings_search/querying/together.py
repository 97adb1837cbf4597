"""Which conditions speak of one event: those on its properties that stand side by side. What stands
in parentheses speaks of an event of its own."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tidings_search.querying.fields import Field
from tidings_search.querying.nodes import All, Either, Is, Node, Not, OneEvent


@dataclass(frozen=True)
class Joined:
    """Conditions that stand side by side, not in parentheses, until it is clear which of them speak
    of one event."""

    parts: tuple["Part", ...]
    either: bool = False


@dataclass(frozen=True)
class Denied:
    """What must not be, until then."""

    part: "Part"


Part = Node | Joined | Denied


def settled(part: Part) -> Node:
    """With what stands side by side brought together: of events, into one event."""
    match part:
        case Is(field=Field(about="event")):
            return OneEvent(part)
        case Is(field=Field(about="both") as field):
            return replace(part, field=replace(field, about="article"))
        case Denied(inner):
            return Not(settled(inner))
        case Joined(parts=parts, either=True):
            return Either(tuple(settled(one) for one in parts))
        case Joined(parts=parts):
            return _side_by_side(list(_flat(parts)))
    return part


def _side_by_side(parts: list[Part]) -> Node:
    if not any(_asks_for_event(one) for one in parts):
        return All(tuple(settled(one) for one in parts))
    of_event = [one for one in parts if _is_of(one, "event", "both")]
    others = tuple(settled(one) for one in parts if not _is_of(one, "event", "both"))
    event = OneEvent(All(tuple(_in_event(one) for one in of_event)))
    return All((*others, event)) if others else event


def _flat(parts: Iterable[Part]) -> Iterable[Part]:
    for part in parts:
        if isinstance(part, Joined) and not part.either:
            yield from _flat(part.parts)
        else:
            yield part


def _asks_for_event(part: Part) -> bool:
    """Does it want one of an event's own properties, and not only that there be none?"""
    match part:
        case Is(field=field):
            return field.about == "event"
        case Joined(parts=parts):
            return _is_of(part, "event", "both") and any(map(_asks_for_event, parts))
    return False


def _is_of(part: Part, *about: str) -> bool:
    """Does it speak of nothing else?"""
    match part:
        case Is(field=field):
            return field.about in about
        case Denied(inner):
            return _is_of(inner, *about)
        case Joined(parts=parts):
            return all(_is_of(one, *about) for one in parts)
    return False


def _in_event(part: Part) -> Node:
    match part:
        case Joined(parts=parts, either=either):
            inner = tuple(_in_event(one) for one in parts)
            return Either(inner) if either else All(inner)
        case Denied(inner):
            return Not(_in_event(inner))
        case Is(field=field) if field.about == "both":
            return replace(part, field=replace(field, about="event", paths=field.event_paths))
    assert not isinstance(part, Joined | Denied)
    return part

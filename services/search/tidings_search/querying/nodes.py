"""A query, understood: conditions on an article's words, its properties, and on one event of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tidings_search.querying.fields import Field


@dataclass(frozen=True)
class Words:
    """Words of the text. `place`: where they must stand. How: `stemmed` in any of their forms,
    `exact` as written with up to `slop` words between, `pattern` with `*` and `?`, `fuzzy` with a
    letter or two wrong (`edits`, None: by the length of the word)."""

    text: str
    place: Literal["anywhere", "title", "text"] = "anywhere"
    how: Literal["stemmed", "exact", "pattern", "fuzzy"] = "stemmed"
    slop: int = 0
    edits: int | None = None
    boost: float = 1.0


@dataclass(frozen=True)
class Limits:
    """From `low` to `high`, numbers or moments of date mathematics; either may be open, or itself
    left out."""

    low: str | float | None = None
    high: str | float | None = None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True)
class Is:
    """A property of an article or of an event. `value` None: it has one at all."""

    field: Field
    value: str | Limits | None
    said: str
    how: Literal["whole", "pattern", "fuzzy"] = "whole"


@dataclass(frozen=True)
class Not:
    part: "Node"


@dataclass(frozen=True)
class All:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Either:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class OneEvent:
    """One and the same event of the article meets all of this."""

    part: "Node"


@dataclass(frozen=True)
class Everything:
    """Every article."""


Node = Words | Is | Not | All | Either | OneEvent | Everything


def events_of(node: Node) -> Iterator[OneEvent]:
    """The events that an article must have for the query to hold, not those that it must not."""
    match node:
        case OneEvent():
            yield node
        case All(parts) | Either(parts):
            for part in parts:
                yield from events_of(part)


def depends_on_article(node: Node) -> bool:
    """Does it depend on an article's own properties which events are meant? So it does where one of
    several alternatives names an event and something of its article beside it."""
    match node:
        case All(parts):
            return any(map(depends_on_article, parts))
        case Either(parts):
            return any(depends_on_article(part) or _is_mixed(part) for part in parts)
    return False


def _is_mixed(node: Node) -> bool:
    single = list(_singles(node))
    events = [part for part in single if isinstance(part, OneEvent)]
    return 0 < len(events) < len(single)


def _singles(node: Node) -> Iterator[Node]:
    match node:
        case All(parts) | Either(parts):
            for part in parts:
                yield from _singles(part)
        case _:
            yield node


def size_of(node: Node) -> int:
    """How many conditions there are."""
    match node:
        case All(parts) | Either(parts):
            return sum(map(size_of, parts))
        case Not(part) | OneEvent(part):
            return size_of(part)
    return 1

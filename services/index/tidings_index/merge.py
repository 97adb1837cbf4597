"""One document out of everything received about an article, in whatever order it came.

Each part is the greatest that was received under a total order, and everything else is derived
from the parts. So merging is commutative, associative and idempotent: no order of arrival,
redelivery or second worker makes a difference.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial, reduce
from typing import Any, Final, TypeVar, cast

from tidings.documents import (
    FACET_OF_KIND,
    ArticleDocument,
    EntitiesPart,
    EventsPart,
    PartName,
    Parts,
    RawPart,
    entity_name,
)
from tidings.identity import extractor_order, takedown_holds, version_order
from tidings.linking import link_actors
from tidings_index.event_fields import indexed_event
from tidings_index.received import (
    Content,
    EntitiesFound,
    EventsFound,
    Pushed,
    Received,
    Restored,
    Takedown,
)

Found = EntitiesPart | EventsPart
T = TypeVar("T")
F = TypeVar("F", EntitiesPart, EventsPart)

_CONTENT: Final = frozenset(Content.__annotations__)


def merge(current: ArticleDocument | None, received: Iterable[Received]) -> ArticleDocument:
    """The document once all of `received`, of one article, is taken into account; where nothing
    was received, what follows from its own parts. Not both may be empty.

    A takedown removes the words for good, whatever is pushed or found later, but for a push of a
    later version that is meant to restore. Results of later versions are kept out of sight, since
    they may be those of such a push and arrive before it.

    A push that is not meant to restore is forgotten while a takedown is in force. So one order
    does matter: one that overtakes the push that restores, with a still later version, is lost.
    """
    arrivals = [*received_of(current), *received]
    article_id = arrivals[0].article_id
    taken_down = max((one.at for one in arrivals if isinstance(one, Takedown)), default=None)
    restored = max((version for one in arrivals for version in _restores(one)), default=None)
    if takedown_holds(taken_down, restored):
        restored = None
        arrivals = [one for one in arrivals if not isinstance(one, Pushed)]
    pushed = _greatest([one for one in arrivals if isinstance(one, Pushed)], _push_order)
    entities = _greatest(_found(arrivals, EntitiesFound, taken_down), _found_order)
    events = _greatest(_found(arrivals, EventsFound, taken_down), _found_order)
    parts: Parts = {}
    if pushed:
        parts["raw"] = pushed.part
    if entities:
        parts["entities"] = entities
    if events:
        parts["events"] = events
    document = derive(article_id, parts, pushed.content if pushed else {})
    if taken_down is not None:
        document["taken_down"] = taken_down
    if restored is not None:
        document["restored"] = restored
    return document


def derive(article_id: str, parts: Parts, content: Content) -> ArticleDocument:
    """All of the document that follows from its parts.

    A result counts for the very text that it was found in, so that the words, the facets and the
    events of a document always belong together, and an article that is pushed again unchanged
    keeps them. It is complete once the results of its very version are there.
    """
    document: ArticleDocument = {
        "article_id": article_id, "visible": "raw" in parts, "complete": False, "parts": parts,
    }  # fmt: skip
    raw = parts.get("raw")
    if raw is None:
        return document
    entities, events = _of(raw, parts.get("entities")), _of(raw, parts.get("events"))
    results: dict[PartName, Found | None] = {"entities": entities, "events": events}
    present = [part for part in results.values() if part]
    said = [raw["language"], *(part["language"] for part in present)]
    derived = {
        "language": next((language for language in said if language), None),
        **_facets(entities),
        "failed": [name for name, part in results.items() if part and part["failure"]],
        "skipped": [name for name, part in results.items() if part and part["skipped"]],
        "events": _linked_events(entities, events, content.get("published_at")),
    }
    return cast(
        ArticleDocument,
        {
            **document,
            "complete": all(part and _order(part) == _order(raw) for part in results.values()),
            "version": raw["version"],
            "revision": raw["revision"],
            **content,
            **{name: value for name, value in derived.items() if value},
        },
    )


def received_of(document: ArticleDocument | None) -> list[Received]:
    """What the document was made of: the greatest of everything received before."""
    if document is None:
        return []
    article_id, parts = document["article_id"], document["parts"]
    kept: list[Received] = []
    if "taken_down" in document:
        kept.append(Takedown(article_id, document["taken_down"]))
    if "restored" in document:
        kept.append(Restored(article_id, document["restored"]))
    if "raw" in parts:
        content = {name: value for name, value in document.items() if name in _CONTENT}
        kept.append(Pushed(article_id, parts["raw"], cast(Content, content)))
    if "entities" in parts:
        kept.append(EntitiesFound(article_id, parts["entities"]))
    if "events" in parts:
        kept.append(EventsFound(article_id, parts["events"]))
    return kept


def _restores(received: Received) -> Iterator[int]:
    if isinstance(received, Restored):
        yield received.version
    elif isinstance(received, Pushed) and received.restores:
        yield received.part["version"]


def _found(
    arrivals: Iterable[Received], kind: type[EntitiesFound | EventsFound], after: int | None
) -> list[Any]:
    """The results of that kind, but for those of versions up to the takedown at `after`."""
    parts = (one.part for one in arrivals if isinstance(one, kind))
    return [part for part in parts if after is None or part["version"] > after]


def _greatest(candidates: list[T], order: Callable[[T], tuple[Any, ...]]) -> T | None:
    return reduce(partial(_greater, order), candidates) if candidates else None


def _greater(order: Callable[[T], tuple[Any, ...]], one: T, other: T) -> T:
    """Two that differ in nothing that orders them (say in seconds spent) still have one greater, or
    redeliveries would not converge. Writing JSON is dear, so only such a tie pays for it."""
    if one == other:
        return one
    first, second = order(one), order(other)
    if first == second:
        first, second = (_canonical(one),), (_canonical(other),)
    return one if first > second else other


def _push_order(pushed: Pushed) -> tuple[Any, ...]:
    return _order(pushed.part)


def _found_order(part: Found) -> tuple[Any, ...]:
    return (
        *_order(part),
        part["failure"] is None,
        extractor_order(part["extractor_version"]),
    )


def _canonical(value: object) -> str:
    plain = [value.part, value.content] if isinstance(value, Pushed) else value
    return json.dumps(plain, sort_keys=True)


def _of(raw: RawPart, part: F | None) -> F | None:
    """The part, where it was found in the very text that `raw` is."""
    return part if part and part["revision"] == raw["revision"] else None


def _order(part: RawPart | Found) -> tuple[int, str]:
    return version_order(part["version"], part["revision"])


def _facets(part: EntitiesPart | None) -> dict[str, list[str]]:
    entities = part["entities"] if part else []
    facets = {
        field: _unique(one["name"] for one in entities if one["kind"] == kind)
        for kind, field in FACET_OF_KIND.items()
    }
    countries = (one.get("country") or (one.get("place") or {}).get("country") for one in entities)
    return {
        **facets,
        "countries": _unique(country for country in countries if country),
        "entity_ids": _unique(one["entity_id"] for one in entities),
        "entity_names": _unique(
            entity_name(one["kind"], name)
            for one in entities
            for name in (one["name"], *one["aliases"])
        ),
    }


def _unique(values: Iterable[str]) -> list[str]:
    """In the order of their first appearance."""
    return list(dict.fromkeys(values))


def _linked_events(
    entities: EntitiesPart | None, events: EventsPart | None, told: str | None
) -> list[Any]:
    if events is None:
        return []
    found = events["events"]
    if entities:
        found = link_actors(found, entities["mentions"], entities["entities"])
    return [indexed_event(event, told) for event in found]

"""What the topics say of articles, without the words: enough to know what the index must hold."""

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, cast

from tidings.documents import ArticleDocument, EntitiesPart, EventsPart, PartName, RawPart
from tidings.identity import extractor_order, version_order
from tidings_index.merge import merge
from tidings_index.received import EntitiesFound, EventsFound, Pushed, Received, Restored, Takedown

PARTS: Final[tuple[PartName, ...]] = ("raw", "entities", "events")


class PartHead(NamedTuple):
    """What orders a part among those of its kind; a raw part has no extractor and never failed."""

    version: int
    revision: str
    failed: bool = False
    extractor: str = ""

    @property
    def order(self) -> tuple[Any, ...]:
        return (
            *version_order(self.version, self.revision),
            not self.failed,
            extractor_order(self.extractor),
        )


class Head(NamedTuple):
    """A tuple of tuples, since millions of them must fit into memory."""

    raw: PartHead | None = None
    entities: PartHead | None = None
    events: PartHead | None = None
    taken_down: int | None = None
    restored: int | None = None


def head_of(document: ArticleDocument) -> Head:
    parts = document["parts"]
    raw, entities, events = (_part_head(parts[name]) if name in parts else None for name in PARTS)
    taken_down, restored = document.get("taken_down"), document.get("restored")
    return Head(raw, entities, events, taken_down, restored)


def with_received(head: Head | None, received: Iterable[Received]) -> Head:
    """The head once all of `received`, of one article and not empty, is taken into account, by the
    very rules by which documents are merged."""
    light = [_light(one) for one in received]
    article_id = light[0].article_id
    return head_of(merge(None, [*(said_by(article_id, head) if head else ()), *light]))


def said_by(article_id: str, head: Head) -> list[Received]:
    """The head as what was received, without the words."""
    said: list[Received] = []
    if head.taken_down is not None:
        said.append(Takedown(article_id, head.taken_down))
    if head.restored is not None:
        said.append(Restored(article_id, head.restored))
    if head.raw:
        said.append(Pushed(article_id, cast(RawPart, _part(head.raw)), {}))
    if head.entities:
        said.append(EntitiesFound(article_id, cast(EntitiesPart, _part(head.entities))))
    if head.events:
        said.append(EventsFound(article_id, cast(EventsPart, _part(head.events))))
    return said


def _light(received: Received) -> Received:
    """The same without words, mentions and events."""
    if isinstance(received, Pushed):
        part = cast(RawPart, _part(_part_head(received.part)))
        return Pushed(received.article_id, part, {}, received.restores)
    if isinstance(received, EntitiesFound):
        found = cast(EntitiesPart, _part(_part_head(received.part)))
        return EntitiesFound(received.article_id, found)
    if isinstance(received, EventsFound):
        return EventsFound(received.article_id, cast(EventsPart, _part(_part_head(received.part))))
    return received


def _part_head(part: Mapping[str, Any]) -> PartHead:
    # Interned: an article's parts have the same revision, and all parts a few extractors.
    return PartHead(
        part["version"],
        sys.intern(part["revision"]),
        bool(part.get("failure")),
        sys.intern(part.get("extractor_version", "")),
    )


def _part(head: PartHead) -> dict[str, Any]:
    return {
        "version": head.version,
        "revision": head.revision,
        "extractor_version": head.extractor,
        "failure": {"code": "", "reason": ""} if head.failed else None,
        "language": None,
        "skipped": None,
        "mentions": [],
        "entities": [],
        "events": [],
    }

"""News in any number for measuring search: real articles, read once by the real extractors, under
other ids, outlets and dates and with other names in them. One seed gives the same news again."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tidings.batch import load_extractor
from tidings.documents import ArticleDocument
from tidings.messages import Article, ArticleEntities, ArticleEvents, EntityKind
from tidings.settings import Settings
from tidings_index.decode import entities_found, events_found, pushed
from tidings_index.merge import merge
from tidings_index.received import Received

SEED: Final = 20_260_301
OUTLETS: Final = 300
YEARS: Final = 3
LAST_DAY: Final = datetime(2026, 11, 1, tzinfo=UTC)
_EXCHANGED: Final = 0.5
"""Share of the people and organisations of an article that give way to others."""
_DATED: Final = 0.3
"""Share of the events that happened on the day before the news of them."""
_AT_ONCE: Final = 32


@dataclass(frozen=True)
class Read:
    """An article with what the extractors found in it."""

    article: Article
    entities: ArticleEntities
    events: ArticleEvents


def read_all(settings: Settings, articles: Sequence[Article]) -> list[Read]:
    """What the extractors find; minutes for thousands of articles."""
    entities = load_extractor("entities")(settings)
    events = load_extractor("events")(settings)
    found: list[Read] = []
    for start in range(0, len(articles), _AT_ONCE):
        some = articles[start : start + _AT_ONCE]
        found += map(Read, some, entities(some), events(some))
    return found


class MadeNews:
    """Documents as the index holds them, made from articles that were read."""

    def __init__(self, read: Sequence[Read], seed: int = SEED) -> None:
        self._read = read
        self._random = random.Random(seed)
        self._names = _names_by_kind(read)
        shares = [1 / rank for rank in range(1, OUTLETS + 1)]
        self._outlets = [f"outlet-{number:03}.example" for number in range(OUTLETS)]
        self._shares = shares

    def names(self, kind: EntityKind) -> Sequence[str]:
        return self._names.get(kind, ())

    def documents(self, count: int) -> Iterator[ArticleDocument]:
        for number in range(count):
            yield self._document(number)

    def _document(self, number: int) -> ArticleDocument:
        read = self._read[number % len(self._read)]
        at = LAST_DAY - timedelta(seconds=self._random.uniform(0, YEARS * 365 * 86_400))
        version = int(at.timestamp() * 1000)
        article = read.article.model_copy(
            update={
                "article_id": f"made-{number}",
                "version": version,
                "outlet": self._random.choices(self._outlets, self._shares)[0],
                "published_at": at,
                "url": f"https://news.example/{number}",
            }
        )
        names = self._exchange(read)
        identity = {"article_id": article.article_id, "version": version}
        entities = read.entities.model_copy(
            update={**identity, "entities": tuple(_renamed(read.entities.entities, names))}
        )
        told = tuple(self._told(event, names, number, at) for event in read.events.events)
        events = read.events.model_copy(update={**identity, "events": told})
        received: list[Received] = [
            pushed(article, at=version),
            entities_found(entities, at=version),
            events_found(events, at=version),
        ]
        return merge(None, received)

    def _exchange(self, read: Read) -> dict[str, str]:
        """Other names for some of the people and organisations."""
        return {
            one.name: self._random.choice(self._names[one.kind])
            for one in read.entities.entities
            if one.kind in ("person", "organisation") and self._random.random() < _EXCHANGED
        }

    def _told(self, event: Any, names: dict[str, str], number: int, at: datetime) -> Any:
        changes: dict[str, Any] = {"event_id": f"{event.event_id[:16]}{number:016x}"}
        for role in ("source", "target"):
            actor = getattr(event, role)
            if actor is not None and actor.name in names:
                changes[role] = actor.model_copy(update={"name": names[actor.name]})
        if event.date is not None and self._random.random() < _DATED:
            day = (at - timedelta(days=1)).date().isoformat()
            changes["date"] = event.date.model_copy(update={"value": day, "precision": "day"})
        return event.model_copy(update=changes)


def _names_by_kind(read: Sequence[Read]) -> dict[EntityKind, list[str]]:
    names: dict[EntityKind, dict[str, None]] = {}
    for one in read:
        for entity in one.entities.entities:
            names.setdefault(entity.kind, {})[entity.name] = None
    return {kind: list(found) for kind, found in names.items()}


def _renamed(entities: Sequence[Any], names: dict[str, str]) -> Iterator[Any]:
    for one in entities:
        if one.name in names:
            name = names[one.name]
            renamed = {"name": name, "entity_id": f"{one.kind}:{name.casefold()}", "aliases": ()}
            yield one.model_copy(update={**renamed, "joined_by": ()})
        else:
            yield one

"""A few invented articles, written to a real index as the index service writes them."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from tidings.elastic import new_client
from tidings.messages import (
    Actor,
    Article,
    ArticleEntities,
    ArticleEvents,
    Entity,
    EntityKind,
    Event,
    EventType,
    Mention,
    Span,
)
from tidings.settings import Settings
from tidings_index.decode import entities_found, events_found, pushed
from tidings_index.received import Received, Takedown
from tidings_index.schema import ensure_index
from tidings_index.writer import Writer

AT: Final = 1_780_000_000_000
LABELS: Final[dict[EntityKind, str]] = {
    "person": "PERSON", "organisation": "ORG", "place": "GPE", "group": "NORP",
}  # fmt: skip


def an_article(title: str | None, text: str | None = None, **fields: Any) -> Article:
    return Article.build({"title": title, "text": text, **fields}, version=AT)


def span(article: Article, words: str, start: int = 0) -> dict[str, Any]:
    """Where `words` stand in the article, from `start` on."""
    found = article.content.index(words, start)
    return {"text": words, "start": found, "end": found + len(words)}


def entities_of(
    article: Article,
    *named: tuple[EntityKind, str],
    joined: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Received:
    """A result that mentions each name at every place where it stands; `joined` has for some of
    them the aliases, each with why it is one."""
    result = ArticleEntities(
        **_identity(article),
        seconds=0.05,
        model_version="en_core_web_sm 3.8.0",
        mentions=tuple(
            Mention(**place, label=LABELS[kind], entity_id=_entity_id(name))
            for kind, name in named
            for place in _everywhere(article, name)
        ),
        entities=tuple(_entity(kind, name, joined.get(name, {})) for kind, name in named),
    )
    return entities_found(result, at=AT + 400)


def events_of(article: Article, *events: Event, skipped: str | None = None) -> Received:
    result = ArticleEvents(
        **_identity(article), seconds=0.03, rules_version="2026.11.1", events=events,
        skipped=skipped,
    )  # fmt: skip
    return events_found(result, at=AT + 700)


def an_event(
    article: Article, event_type: EventType, source: str, trigger: str, target: str, **slots: Any
) -> Event:
    """An event whose sentence is the line in which its trigger first stands."""
    found = span(article, trigger)
    content = article.content
    first = content.rfind("\n", 0, found["start"]) + 1
    last = content.find("\n", found["end"])
    line = content[first : last if last > 0 else len(content)]
    return Event(
        event_id=f"{event_type.lower()}-{found['start']}",
        event_type=event_type,
        quad_class=4,
        intensity=-5,
        source=Actor(**span(article, source, first), name=source, sector="GOV"),
        target=Actor(**span(article, target, first), name=target),
        trigger=Span(**found),
        sentence=Span(**span(article, line, first)),
        rule="test#rule",
        rules_version="2026.11.1",
        confidence=0.9,
        **slots,
    )


def as_read(article: Article, *parts: Received) -> list[Received]:
    return [pushed(article, at=AT + 20), *parts]


async def fill(settings: Settings, batch: Sequence[Received]) -> None:
    """The index with all of `batch` in it; search finds it when this returns."""
    client = new_client(settings)
    try:
        await ensure_index(client, settings)
        assert await Writer(client, settings.index_name).write(batch) == []
        await client.indices.refresh(index=settings.index_name)
    finally:
        await client.close()


def takedown(article: Article) -> Received:
    return Takedown(article.article_id, AT + 900)


def _identity(article: Article) -> dict[str, Any]:
    return {
        "article_id": article.article_id,
        "revision": article.revision,
        "version": article.version,
        "language": article.language,
    }


def _entity(kind: EntityKind, name: str, joined_by: Mapping[str, str]) -> Entity:
    return Entity(
        entity_id=_entity_id(name),
        name=name,
        kind=kind,
        aliases=tuple(joined_by),
        joined_by=tuple(joined_by.values()),
    )


def _entity_id(name: str) -> str:
    return name.lower().replace(" ", "-")


def _everywhere(article: Article, name: str) -> Iterator[dict[str, Any]]:
    start = article.content.find(name)
    while start >= 0:
        yield {"text": name, "start": start, "end": start + len(name)}
        start = article.content.find(name, start + 1)

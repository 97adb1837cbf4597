"""Small valid records."""

from typing import Any

from tidings.deadletters import Incoming
from tidings.messages import (
    Article,
    ArticleEntities,
    ArticleEvents,
    Entity,
    Event,
    Mention,
    Span,
)

PUSHED_AT = 1_772_000_000_000  # 2026-02-25, in milliseconds


def an_article(
    title: str | None = "Lock 1 closed",
    text: str | None = "The Orm canal is closed for repairs.",
    *,
    version: int = PUSHED_AT,
    **fields: Any,
) -> Article:
    return Article.build({"title": title, "text": text, **fields}, version=version)


def an_incoming(value: bytes | None = b'{"title": "Lock 1 closed"}', **fields: Any) -> Incoming:
    return Incoming(
        **{
            "topic": "articles.raw",
            "partition": 3,
            "offset": 41,
            "timestamp": PUSHED_AT,
            "key": None,
            "value": value,
            "headers": {},
            **fields,
        }
    )


def a_mention(text: str = "Orm", start: int = 0, label: str = "GPE", **fields: Any) -> Mention:
    return Mention(text=text, start=start, end=start + len(text), label=label, **fields)


def an_entity(entity_id: str = "place:orm", name: str = "Orm", **fields: Any) -> Entity:
    return Entity(**{"entity_id": entity_id, "name": name, "kind": "place", **fields})


def an_event(trigger: str = "closed", start: int = 7, **fields: Any) -> Event:
    return Event(
        **{
            "event_id": f"e-{trigger}-{start}",
            "event_type": "COERCE",
            "quad_class": 4,
            "intensity": -5.0,
            "trigger": Span(text=trigger, start=start, end=start + len(trigger)),
            "sentence": Span(text="Lock 1 closed", start=0, end=13),
            "rule": "coerce/restrict#close",
            "rules_version": "2026.11.1",
            "confidence": 0.5,
            **fields,
        }
    )


def entities_of(article: Article, **fields: Any) -> ArticleEntities:
    return ArticleEntities(
        **{
            "article_id": article.article_id,
            "revision": article.revision,
            "version": article.version,
            "model_version": "2026.11.1+test",
            **fields,
        }
    )


def events_of(article: Article, **fields: Any) -> ArticleEvents:
    return ArticleEvents(
        **{
            "article_id": article.article_id,
            "revision": article.revision,
            "version": article.version,
            "rules_version": "2026.11.1",
            **fields,
        }
    )

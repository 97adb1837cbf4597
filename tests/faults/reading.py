"""Reads what the topics and the index hold: the evidence, and what still waits."""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from elasticsearch import Elasticsearch, helpers

from tests.faults.audit import Evidence, Found, Pushed, Result
from tidings.errors import InvalidMessage
from tidings.history import committed_offsets, open_history, read_to_end
from tidings.messages import ArticleEntities, ArticleEvents, DeadLetter, Record
from tidings.settings import Settings
from tidings.topics import ARTICLES, DEAD, ENTITIES, EVENTS, KEPT, Topic
from tidings.wire import decode, decode_article

R = TypeVar("R", bound=Record)

GROUPS: Final[dict[str, tuple[Topic, ...]]] = {
    "entities": (ARTICLES,),
    "events": (ARTICLES,),
    "index": KEPT,
}
"""What each stage reads; a stage's results are written before it acknowledges what they are of, so
the index comes last: what waits for nobody in this order waits for nobody at all."""

_KEPT_FIELDS: Final = (
    "article_id", "complete", "failed", "version", "revision", "events.event_id",
    "parts.entities.version", "parts.entities.revision", "parts.events.version",
    "parts.events.revision", "parts.entities.mentions",
)  # fmt: skip
_RESULTS: Final[dict[str, tuple[Topic, type[ArticleEntities] | type[ArticleEvents]]]] = {
    "entities": (ENTITIES, ArticleEntities),
    "events": (EVENTS, ArticleEvents),
}


def gather(
    settings: Settings,
    *,
    confirmed: frozenset[str],
    repeats: int,
    expected: Callable[[str], Found] | None,
) -> Evidence:
    """Raises EngineUnavailable where an engine does not answer."""
    pushed, unreadable = read_pushed(settings)
    results = [
        Result(stage, one.article_id, one.version)
        for stage, (topic, record) in _RESULTS.items()
        for one in read_records(settings, topic, record)
    ]
    return Evidence(
        confirmed=confirmed,
        pushed=pushed,
        unreadable=unreadable,
        results=results,
        letters=read_records(settings, DEAD, DeadLetter),
        documents=list(_documents(settings)),
        repeats=repeats,
        expected=expected,
    )


def read_pushed(settings: Settings) -> tuple[list[Pushed], list[str]]:
    """What the raw topic holds: articles, and the origins of what is none."""
    pushed, unreadable = [], []
    for incoming in read_to_end(settings, ARTICLES):
        try:
            article = decode_article(
                incoming.value or b"",
                key=incoming.key,
                timestamp=incoming.timestamp,
                headers=incoming.headers,
                max_chars=settings.article_max_chars,
            )
            pushed.append(Pushed(article.article_id, article.version, article.revision))
        except InvalidMessage:
            unreadable.append(f"{incoming.topic}-{incoming.partition}-{incoming.offset}")
    return pushed, unreadable


def read_records(settings: Settings, topic: Topic, record: type[R]) -> list[R]:
    return [decode(record, one.value) for one in read_to_end(settings, topic) if one.value]


def waiting(settings: Settings) -> dict[str, int]:
    """How many records each stage has yet to acknowledge. Raises EngineUnavailable."""
    left = {}
    for stage, topics in GROUPS.items():
        with open_history(settings) as history:
            ends = {part: span.end for part, span in history.spans(*topics).items()}
        committed = committed_offsets(settings, f"tidings-{stage}")
        left[stage] = sum(max(0, end - committed.get(part, 0)) for part, end in ends.items())
    return left


def _documents(settings: Settings) -> Iterator[Any]:
    """Every document as a search finds it; none where there is no index."""
    with Elasticsearch(settings.elasticsearch, request_timeout=30) as client:
        if not client.indices.exists(index=settings.index_name):
            return
        client.indices.refresh(index=settings.index_name)
        query = {"_source": list(_KEPT_FIELDS), "query": {"match_all": {}}}
        for hit in helpers.scan(client, query=query, index=settings.index_name, size=500):
            yield {"parts": {}, **hit["_source"]}

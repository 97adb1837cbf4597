"""Records of the four topics as what they say about an article."""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from tidings import topics
from tidings.deadletters import Incoming
from tidings.documents import EntitiesPart, EventsPart, Failure
from tidings.errors import InvalidMessage
from tidings.messages import (
    RESTORE_HEADER,
    Article,
    ArticleEntities,
    ArticleEvents,
    DeadLetter,
    Result,
)
from tidings.wire import article_id_of, decode, decode_article
from tidings_index.received import (
    Content,
    EntitiesFound,
    EventsFound,
    Pushed,
    Received,
    Takedown,
)

CONTENT: Final = tuple(Content.__annotations__)


def decode_incoming(incoming: Incoming, *, max_chars: int) -> Received | None:
    """What the record says, or None where it says nothing that the index keeps: a dead letter of
    the index itself or of a record that could not be read. Raises InvalidMessage."""
    if incoming.value is None:
        return _takedown(incoming) if incoming.topic == topics.ARTICLES.name else None
    if incoming.topic == topics.ARTICLES.name:
        article = decode_article(
            incoming.value,
            key=incoming.key,
            timestamp=incoming.timestamp,
            headers=incoming.headers,
            max_chars=max_chars,
        )
        restores = RESTORE_HEADER in incoming.headers
        return pushed(article, at=incoming.timestamp, restores=restores)
    return _READERS[incoming.topic](incoming, incoming.value)


def pushed(article: Article, *, at: int, restores: bool = False) -> Pushed:
    """`at` is when the article reached Kafka, milliseconds since 1970."""
    fields = article.model_dump(mode="json", include=set(CONTENT))
    return Pushed(
        article.article_id,
        {
            "version": article.version,
            "revision": article.revision,
            "at": at,
            "language": article.language,
        },
        cast(Content, {name: value for name, value in fields.items() if value}),
        restores,
    )


def entities_found(result: ArticleEntities, *, at: int) -> EntitiesFound:
    found = result.model_dump(mode="json", include={"mentions", "entities"})
    part = {**_result_fields(result, at), "extractor_version": result.model_version, **found}
    return EntitiesFound(result.article_id, cast(EntitiesPart, part))


def events_found(result: ArticleEvents, *, at: int) -> EventsFound:
    found = result.model_dump(mode="json", include={"events"})
    part = {**_result_fields(result, at), "extractor_version": result.rules_version, **found}
    return EventsFound(result.article_id, cast(EventsPart, part))


def stage_failed(letter: DeadLetter, *, at: int) -> EntitiesFound | EventsFound | None:
    """A failed part, where the letter is an extractor's and of an article that could be read."""
    if letter.article_id is None or letter.version is None or letter.revision is None:
        return None
    part: dict[str, Any] = {
        "version": letter.version,
        "revision": letter.revision,
        "at": at,
        "extractor_version": "",
        "seconds": 0.0,
        "language": None,
        "skipped": None,
        "failure": Failure(code=letter.code, reason=letter.reason),
    }
    if letter.stage == "entities":
        part |= {"mentions": [], "entities": []}
        return EntitiesFound(letter.article_id, cast(EntitiesPart, part))
    if letter.stage == "events":
        return EventsFound(letter.article_id, cast(EventsPart, part | {"events": []}))
    return None


def _result_fields(result: Result, at: int) -> dict[str, Any]:
    return {
        "version": result.version,
        "revision": result.revision,
        "at": at,
        "seconds": result.seconds,
        "language": result.language,
        "skipped": result.skipped,
        "failure": None,
    }


def _takedown(incoming: Incoming) -> Takedown:
    if not incoming.key:
        raise InvalidMessage(
            "invalid-record", "neither key nor value: a takedown needs the article's id as its key"
        )
    return Takedown(article_id_of(incoming.key), incoming.timestamp)


def _read_entities(incoming: Incoming, value: bytes) -> Received:
    result = decode(ArticleEntities, value, incoming.headers)
    return entities_found(result, at=incoming.timestamp)


def _read_events(incoming: Incoming, value: bytes) -> Received:
    result = decode(ArticleEvents, value, incoming.headers)
    return events_found(result, at=incoming.timestamp)


def _read_dead_letter(incoming: Incoming, value: bytes) -> Received | None:
    return stage_failed(decode(DeadLetter, value, incoming.headers), at=incoming.timestamp)


_READERS: Final[Mapping[str, Callable[[Incoming, bytes], Received | None]]] = {
    topics.ENTITIES.name: _read_entities,
    topics.EVENTS.name: _read_events,
    topics.DEAD.name: _read_dead_letter,
}

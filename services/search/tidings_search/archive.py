"""The index as search reads it: requests in, what is shown out. The one file that asks
Elasticsearch."""

import time
from collections.abc import Awaitable, Mapping
from typing import Any, Final, NamedTuple

import structlog
from elastic_transport import ApiResponse
from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from tidings.documents import ArticleDocument, is_taken_down
from tidings.elastic import STATE, block_of, is_transient, lacks_records, reason_of
from tidings.errors import EngineUnavailable, TidingsError
from tidings.messages import EntityKind
from tidings.operations import Health
from tidings_search.article import ArticleView, Trace, read_article, read_trace
from tidings_search.entity import (
    MAX_ENTITY_ID,
    EntityView,
    Namesakes,
    build_counts,
    build_entity,
    build_namesakes,
    ids_called,
    read_counts,
    read_entity,
    read_namesakes,
)
from tidings_search.query import build_events, build_search
from tidings_search.request import SearchRequest
from tidings_search.results import ArticlePage, EventPage, read_articles, read_events

log = structlog.get_logger(__name__)

_REQUEST_SECONDS: Final = 10
"""Someone is waiting: the client's own patience is for batches."""

_NOTICE_REQUEST_SECONDS: Final = 1
_NOTICE_SECONDS: Final = 5.0


class Notice(NamedTuple):
    """Two sentences for every reader: what is not as it should be, and what that means."""

    what: str
    meaning: str


class NoSuchArticle(TidingsError):
    """There is nothing to show under an id; the sentence says why."""


class NoSuchEntity(TidingsError):
    """No article names anything with that id."""


class Archive:
    """Every method raises EngineUnavailable while Elasticsearch cannot answer in full. An outage is
    logged when it begins and when it ends, however many ask."""

    def __init__(self, client: AsyncElasticsearch, alias: str) -> None:
        self._client = client.options(request_timeout=_REQUEST_SECONDS)
        self._alias = alias
        self._away = False
        self._notice: Notice | None = None
        self._notice_until = 0.0

    async def search(self, request: SearchRequest) -> ArticlePage:
        """Raises QueryMistake."""
        return read_articles(await self._search(build_search(request)), request)

    async def search_events(self, request: SearchRequest) -> EventPage:
        """Raises QueryMistake."""
        return read_events(await self._search(build_events(request)), request)

    async def find(self, article_id: str) -> ArticleView:
        """Raises NoSuchArticle for one that is unknown, taken down, or has no words yet."""
        document = await self._get(article_id)
        if is_taken_down(document):
            raise NoSuchArticle("This article was taken down.")
        if not document["visible"]:
            raise NoSuchArticle(
                "The words of this article have not arrived; "
                f"`tidings trace {article_id}` says what is known of it."
            )
        return read_article(document)

    async def trace(self, article_id: str) -> Trace:
        """Raises NoSuchArticle where nothing was ever heard of it."""
        try:
            return read_trace(await self._get(article_id))
        except NoSuchArticle as unknown:
            raise NoSuchArticle(
                f"{unknown} `tidings dead list --article {article_id}` says whether a record of it "
                "was set aside."
            ) from None

    async def namesakes(self, name: str, kind: EntityKind | None = None) -> Namesakes:
        """The entities, of one kind or of any, that are called so in the newest articles with that
        name; none where there are none."""
        found = await self._search(build_namesakes(name, kind))
        ids = ids_called(name, found, kind)
        counts = read_counts(await self._search(build_counts(ids))) if ids else {}
        return read_namesakes(name, found, counts, kind)

    async def find_entity(self, entity_id: str) -> EntityView:
        """Raises NoSuchEntity."""
        if 0 < len(entity_id) <= MAX_ENTITY_ID:
            entity = read_entity(entity_id, await self._search(build_entity(entity_id)))
            if entity:
                return entity
        raise NoSuchEntity(f"No article names anyone or anything with the id “{entity_id[:100]}”.")

    async def ready(self) -> Health:
        try:
            found = await self._asked(self._client.indices.exists_alias(name=self._alias))
        except EngineUnavailable as error:
            return Health(False, str(error))
        if not found:
            return Health(False, _not_made(self._alias))
        return Health(True, "Elasticsearch answers and the index is there.")

    async def notice(self) -> Notice | None:
        """That the index is read-only, and why, or lacks articles. Elasticsearch is asked every
        five seconds at most; where it does not say, None."""
        if time.monotonic() >= self._notice_until:
            # Set before the answer is there: who asks meanwhile gets the last one at once.
            self._notice_until = time.monotonic() + _NOTICE_SECONDS
            client = self._client.options(request_timeout=_NOTICE_REQUEST_SECONDS)
            try:
                state = (await client.indices.get(index=self._alias, filter_path=STATE)).body
                self._notice = _notice(state)
            except (ApiError, TransportError) as error:
                log.debug("the state of the index is not known", reason=reason_of(error))
                self._notice = None
        return self._notice

    async def close(self) -> None:
        await self._client.close()

    async def _search(self, body: dict[str, Any]) -> dict[str, Any]:
        """All of the index or nothing: a shard that fails must not shorten the result quietly."""
        found: dict[str, Any] = await self._asked(
            self._client.search(index=self._alias, body=body, allow_partial_search_results=False)
        )
        return found

    async def _get(self, article_id: str) -> ArticleDocument:
        """The id travels in the body: in a path, one such as `..` would lead elsewhere."""
        unknown = NoSuchArticle(f"There is no article with the id “{article_id}”.")
        if not article_id:
            raise unknown
        answer = await self._asked(self._client.mget(index=self._alias, ids=[article_id]))
        [found] = answer["docs"]
        if "error" in found:
            raise self._unavailable(found["error"]["type"])
        if not found["found"]:
            raise unknown
        document: ArticleDocument = found["_source"]
        return document

    async def _asked(self, call: Awaitable[ApiResponse[Any]]) -> Any:
        """The body of an answer. Raises EngineUnavailable for errors that pass by themselves."""
        try:
            body = (await call).body
        except (ApiError, TransportError) as error:
            if not is_transient(error):
                raise
            if not self._away:
                log.warning("Elasticsearch does not answer", reason=reason_of(error))
            self._away = True
            kind = error.error if isinstance(error, ApiError) else ""
            raise self._unavailable(kind) from None
        if self._away:
            log.info("Elasticsearch answers again")
        self._away = False
        return body

    def _unavailable(self, kind: str) -> EngineUnavailable:
        if kind == "index_not_found_exception":
            return EngineUnavailable(_not_made(self._alias))
        return EngineUnavailable("Search is not available: Elasticsearch does not answer.")


def _notice(state: Mapping[str, Any]) -> Notice | None:
    if block := block_of(state):
        what = f"{block[0].upper()}{block[1:]}."
        return Notice(what, "New articles wait until it can be written to again.")
    if lacks_records(state):
        return Notice("Older articles may be missing.", "The index is being built anew.")
    return None


def _not_made(alias: str) -> str:
    return f"The index “{alias}” does not exist yet; the index service makes it when it starts."

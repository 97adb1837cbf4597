"""Elasticsearch as search asks it: in full or not at all, in time, and fairly."""

import asyncio
import time
from collections.abc import Awaitable, Mapping
from contextlib import nullcontext, suppress
from typing import Any, Final, NamedTuple

import structlog
from anyio import CancelScope
from elastic_transport import ApiResponse
from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from tidings.elastic import is_transient, reason_of
from tidings.errors import EngineUnavailable
from tidings.indexstate import STATE, block_of, lacks_records
from tidings.operations import Health
from tidings_search.cursor import NO_CURSOR, CursorMistake
from tidings_search.timeline import TooManyBars

log = structlog.get_logger(__name__)

Answer = dict[str, Any]

_REQUEST_SECONDS: Final = 10
"""Someone is waiting: the client's own patience is for batches."""

TIMEOUT: Final = "8s"
"""After which a shard gives up, and the whole search with it."""

_WAIT_SECONDS: Final = 15
"""With the wait for a turn; who asks is answered by then."""

_HEAVY_AT_ONCE: Final = 3
"""Searches that count or export; a machine of two cores has four threads for searches."""

_KEPT_ALIVE: Final = "2m"
"""How long a walk may rest between two pages."""

_NO_CONTEXT: Final = "search_context_missing_exception"
"""What a point in time that is over gives."""

_BAD_CONTEXT: Final = "reading search context id"
"""What a point in time that Elasticsearch never gave out gives."""

_TOO_MANY: Final = "too_many_buckets_exception"

_NOTICE_REQUEST_SECONDS: Final = 1
_NOTICE_SECONDS: Final = 5.0


class Notice(NamedTuple):
    """Two sentences for every reader: what is not as it should be, and what that means."""

    what: str
    meaning: str


class TooSlow(EngineUnavailable):
    """A search that Elasticsearch gave up, or that waited too long for its turn."""


class Engine:
    """Every method raises EngineUnavailable while Elasticsearch cannot answer in full. An outage is
    logged when it begins and when it ends, however many ask."""

    def __init__(self, client: AsyncElasticsearch, alias: str) -> None:
        self._client = client.options(request_timeout=_REQUEST_SECONDS)
        self._alias = alias
        self._away = False
        self._notice: Notice | None = None
        self._notice_until = 0.0
        self._heavy = asyncio.Semaphore(_HEAVY_AT_ONCE)

    async def search(self, body: Answer, *, heavy: bool = True, at: str | None = None) -> Answer:
        """All of the index or nothing: a shard that fails, or has no time left, must not shorten a
        result quietly. `at`: the point in time that is searched. Heavy searches leave some of
        Elasticsearch's threads to the others.

        Raises TooSlow, CursorMistake where the point in time is over, and TooManyBars.
        """
        where: Answer = {"index": self._alias}
        body = {**body, "timeout": TIMEOUT}
        if at is not None:
            where, body = {}, body | {"pit": {"id": at, "keep_alive": _KEPT_ALIVE}}
        try:
            async with asyncio.timeout(_WAIT_SECONDS), self._heavy if heavy else nullcontext():
                found: Answer = await self._asked(
                    self._client.search(**where, body=body, allow_partial_search_results=False)
                )
        except TimeoutError:
            raise TooSlow("Search is busy: this did not get its turn in time.") from None
        if found["timed_out"]:
            raise TooSlow("This search took too long and was stopped.")
        return found

    async def open_point_in_time(self) -> str:
        opened = await self._asked(
            self._client.open_point_in_time(index=self._alias, keep_alive=_KEPT_ALIVE)
        )
        return str(opened["id"])

    async def close_point_in_time(self, point_in_time: str) -> None:
        """One that is not closed ends by itself; nobody need wait or fail for it. It is closed also
        where who read from it has gone away."""
        with CancelScope(shield=True), suppress(ApiError, TransportError):
            await self._client.close_point_in_time(id=point_in_time)

    async def get(self, document_id: str) -> Answer | None:
        """None where there is none. The id travels in the body: in a path, one such as `..` would
        lead elsewhere."""
        answer = await self._asked(self._client.mget(index=self._alias, ids=[document_id]))
        [found] = answer["docs"]
        if "error" in found:
            raise self._unavailable(found["error"]["type"])
        source: Answer | None = found["_source"] if found["found"] else None
        return source

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

    async def _asked(self, call: Awaitable[ApiResponse[Any]]) -> Any:
        """The body of an answer. Raises EngineUnavailable for errors that pass by themselves."""
        try:
            body = (await call).body
        except (ApiError, TransportError) as error:
            if isinstance(error, ApiError) and _NO_CONTEXT in str(error.body):
                raise CursorMistake("this cursor is too old; begin again without it.") from None
            if isinstance(error, ApiError) and _BAD_CONTEXT in str(error.body):
                raise CursorMistake(NO_CURSOR) from None
            if isinstance(error, ApiError) and _TOO_MANY in str(error.body):
                raise TooManyBars from None
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

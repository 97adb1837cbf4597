"""Elasticsearch as every service talks to it: one client, one way to judge errors and to wait."""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any, Final, TypeVar

import structlog
from elasticsearch import ApiError, AsyncElasticsearch, Elasticsearch, TransportError

from tidings.indexstate import READ_ONLY, READ_ONLY_DISK
from tidings.settings import Settings, reveal
from tidings.tls import elasticsearch_tls

T = TypeVar("T")

_REQUEST_SECONDS: Final = 30
_FIRST_PAUSE_SECONDS: Final = 0.2
_LONGEST_PAUSE_SECONDS: Final = 3.0
_SAY_AGAIN_SECONDS: Final = 30.0

_PASSING: Final = frozenset({401, 403, 404, 408, 429})
"""Statuses beside 5xx that pass without a change of ours: a key that is renewed, a disk block that
is lifted, an alias that comes back, a queue that drains."""

_PLAIN: Final = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in {
        r"read-only-allow-delete": READ_ONLY_DISK,
        r"/\d+/(index|cluster) (read-only|write) \(api\)": READ_ONLY,
        r"index_not_found_exception": "the index is missing",
        r"index_closed_exception": "the index is closed",
        r"security_exception|^401 ": "it refuses the API key",
        r"^TlsError: ": "TLS with it fails, see TIDINGS_ELASTICSEARCH_CA",
        r"^Connection\w*: ": "it does not answer",
        r"^(413|429) ": "it has too much to do",
        r"^(408|5\d\d) ": "it cannot answer at the moment",
    }.items()
)
"""What Elasticsearch's words mean to people; the first that is found counts."""

log = structlog.get_logger(__name__)


def new_client(settings: Settings) -> AsyncElasticsearch:
    """A client that retries nothing by itself: our loops do, and they say so. Close it."""
    return AsyncElasticsearch(settings.elasticsearch, **_options(settings))


def new_blocking_client(settings: Settings) -> Elasticsearch:
    """The same for a thread that may wait."""
    return Elasticsearch(settings.elasticsearch, **_options(settings))


def is_transient(error: Exception) -> bool:
    """Whether the same request may succeed later: no answer, or one that speaks of a state that
    passes. False for a request that is wrong in itself."""
    if isinstance(error, ApiError):
        return error.status_code in _PASSING or error.status_code >= 500
    return isinstance(error, TransportError)


def reason_of(error: Exception) -> str:
    """Elasticsearch's own words, without the client's wrapping."""
    if isinstance(error, ApiError):
        return f"{error.status_code} {error.message}: {_root_cause(error.body) or 'no reason'}"
    return f"{type(error).__name__}: {error}"[:500]


def in_plain_words(reason: str) -> str:
    """What a reason such as `reason_of` gives means to people, in a few words that can follow
    "waits for Elasticsearch:"; the reason itself where that is not known."""
    return next((meaning for words, meaning in _PLAIN if words.search(reason)), reason)


class Outage:
    """Backing off while Elasticsearch does not do what is asked: said once, again every 30 s, and
    once more when it is over."""

    def __init__(
        self,
        waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
        count: Callable[[], None] = lambda: None,
        tell: Callable[[str], None] = lambda reason: None,
        succeeded: Callable[[], None] = lambda: None,
    ) -> None:
        """`waiting` is entered with the first pause and left when the outage is over; in each pause
        `count` is called, and `tell` with the reason in plain words; `succeeded` with each success.
        """
        self._waiting = waiting
        self._count = count
        self._tell = tell
        self._succeeded = succeeded
        self._held = ExitStack()
        self._began: float | None = None
        self._said = 0.0
        self._pause = _FIRST_PAUSE_SECONDS

    @property
    def lasts(self) -> bool:
        return self._began is not None

    async def pause(self, reason: str) -> None:
        now = time.monotonic()
        first = self._began is None
        if first:
            self._held.enter_context(self._waiting())
        began = self._began = now if self._began is None else self._began
        if first or now - self._said >= _SAY_AGAIN_SECONDS:
            self._said = now
            log.warning("waiting for Elasticsearch", reason=reason, seconds=round(now - began))
        self._count()
        self._tell(in_plain_words(reason))
        await asyncio.sleep(self._pause * random.uniform(0.5, 1))
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)

    def over(self) -> None:
        """To be called after every success."""
        if self._began is not None:
            seconds = round(time.monotonic() - self._began, 1)
            log.info("Elasticsearch answers again", after_seconds=seconds)
        self._held.close()
        self._succeeded()
        self._began = None
        self._pause = _FIRST_PAUSE_SECONDS


async def wait_for_elasticsearch(client: AsyncElasticsearch, outage: Outage | None = None) -> None:
    """Returns once the cluster answers and can hold documents (health is not red)."""
    outage = outage or Outage()

    async def healthy() -> None:
        await client.cluster.health(wait_for_status="yellow", timeout="1s")

    await until_answered(healthy, outage)


async def until_answered(request: Callable[[], Awaitable[T]], outage: Outage) -> T:
    """The answer to `request`, however long that takes; raises what is not transient."""
    while True:
        try:
            answer = await request()
        except (ApiError, TransportError) as error:
            if not is_transient(error):
                raise
            await outage.pause(reason_of(error))
        else:
            outage.over()
            return answer


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "api_key": reveal(settings.elasticsearch_api_key),
        "ssl_context": elasticsearch_tls(settings),
        "request_timeout": _REQUEST_SECONDS,
        "max_retries": 0,
        "retry_on_timeout": False,
        "http_compress": False,
    }


def _root_cause(body: object) -> str | None:
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return str(error.get("reason") or "") or None
    return str(error)[:500] if error else None

"""Writing to Elasticsearch so that nothing is lost, doubled or overwritten by something older."""

import asyncio
import json
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal, cast

from elasticsearch import ApiError, AsyncElasticsearch, TransportError

from tidings import metrics
from tidings.documents import ArticleDocument
from tidings.elastic import Outage, is_transient, reason_of
from tidings_index.merge import merge
from tidings_index.received import Received
from tidings_index.schema import WrongIndex, check_index

Arrival = tuple[int, Received]
"""Something received, with its place in the batch."""

_BULK_BYTES: Final = 20 * 1024 * 1024
_CONFLICT_PAUSE_SECONDS: Final = 0.02

_AMBIGUOUS: Final = "has more than one index associated"
"""How Elasticsearch says that an alias cannot be written through."""

_PASSING_ERRORS: Final = frozenset({"index_closed_exception", "cluster_block_exception"})
"""Errors of an item that are no fault of its document, whatever their status."""


@dataclass(frozen=True)
class Refusal:
    """What Elasticsearch cannot parse or map, by its place in the batch."""

    position: int
    reason: str


@dataclass(frozen=True)
class Stored:
    """A document as it was read, and the very index that it was read from: after an alias moved, an
    old sequence number could pass in the new index. `document` is None where there is none yet."""

    index: str
    document: ArticleDocument | None
    seq_no: int | None
    primary_term: int | None


@dataclass(frozen=True)
class Draft:
    arrivals: tuple[Arrival, ...]
    stored: Stored
    document: ArticleDocument
    lines: tuple[bytes, bytes]

    @property
    def size(self) -> int:
        return sum(len(line) + 1 for line in self.lines)

    @property
    def completes(self) -> bool:
        """Whether this write is the one that makes this version of the article complete."""
        before, now = self.stored.document, self.document
        return now["complete"] and not (
            before is not None and before["complete"] and _version(before) == _version(now)
        )


@dataclass(frozen=True)
class Outcome:
    kind: Literal["written", "conflict", "refused", "retried"]
    reason: str = ""


class Unavailable(Exception):
    """Elasticsearch answered, but could not read one of the documents."""


class Writer:
    """Joins what is received about articles with what the index holds of them."""

    def __init__(
        self,
        client: AsyncElasticsearch,
        alias: str,
        outage: Outage | None = None,
        *,
        bulk_bytes: int = _BULK_BYTES,
    ) -> None:
        self._client = client
        self._alias = alias
        self._outage = outage or Outage()
        self._bulk_bytes = bulk_bytes
        self._right: set[str] = set()

    async def write(self, batch: Sequence[Received]) -> list[Refusal]:
        """Returns once everything in `batch` is in the index, but for what is returned.

        Waits for ever for an index that does not answer, is full, is missing or is not of this
        release's mapping version. Any number of writers may work on the same articles. Raises what
        no waiting would mend.
        """
        refusals, suspects = await self._write(enumerate(batch))
        for arrival in suspects:  # refused together: whose fault is it?
            refused, _ = await self._write([arrival])
            refusals += refused
        return sorted(refusals, key=lambda refusal: refusal.position)

    async def _write(self, arrivals: Iterable[Arrival]) -> tuple[list[Refusal], list[Arrival]]:
        """The refusals of articles of which one thing was received, and everything received of
        other articles that were refused: a part that cannot be mapped must not hide the rest."""
        waiting = _by_article(arrivals)
        refusals: list[Refusal] = []
        suspects: list[Arrival] = []
        at_once = len(waiting)
        while waiting:
            settled = await self._round(waiting, at_once)
            # Long articles can be too many for one answer: fewer of them may pass.
            at_once = max(1, at_once // 2) if self._outage.lasts else at_once * 2
            for draft, outcome in settled:
                if outcome.kind == "written":
                    _observe(draft)
                elif len(draft.arrivals) > 1:
                    suspects += draft.arrivals
                else:
                    refusals.append(Refusal(draft.arrivals[0][0], outcome.reason))
        return refusals, suspects

    async def _round(
        self, waiting: dict[str, list[Arrival]], at_once: int
    ) -> list[tuple[Draft, Outcome]]:
        """One attempt at the first `at_once` articles that wait: what is settled, and taken out of
        `waiting`."""
        settled: list[tuple[Draft, Outcome]] = []
        obstacle: str | None = None
        conflicts = False
        try:
            drafts = await self._drafts(waiting, list(islice(waiting, at_once)))
            for chunk in _chunks(drafts, self._bulk_bytes):
                for draft, outcome in zip(chunk, await self._bulk(chunk), strict=True):
                    metrics.BULK_DOCUMENTS.labels(outcome.kind).inc()
                    if outcome.kind in ("written", "refused"):
                        del waiting[draft.document["article_id"]]
                        settled.append((draft, outcome))
                    elif outcome.kind == "retried":
                        obstacle = outcome.reason
                    else:
                        conflicts = True
        except (Unavailable, WrongIndex) as error:
            obstacle = str(error)
        except (ApiError, TransportError) as error:
            if not is_transient(error):
                raise
            obstacle = reason_of(error)
        if obstacle:
            await self._outage.pause(obstacle)
        else:
            self._outage.over()
        if conflicts:
            await asyncio.sleep(random.uniform(0, _CONFLICT_PAUSE_SECONDS))
        return settled

    async def _drafts(
        self, waiting: dict[str, list[Arrival]], article_ids: Sequence[str]
    ) -> list[Draft]:
        """Reads and merges; what would change nothing is taken out of `waiting`."""
        drafts = []
        for article_id, stored in (await self._read(article_ids)).items():
            arrivals = waiting[article_id]
            document = merge(stored.document, (received for _, received in arrivals))
            if document == stored.document:
                metrics.BULK_DOCUMENTS.labels("unchanged").inc()
                del waiting[article_id]
            else:
                lines = (_action(article_id, stored), _json(document))
                drafts.append(Draft(tuple(arrivals), stored, document, lines))
        return drafts

    async def _read(self, article_ids: Sequence[str]) -> dict[str, Stored]:
        """As they are this moment, not as of the last refresh."""
        answer = await self._client.mget(index=self._alias, ids=article_ids, realtime=True)
        read = {found["_id"]: _stored(found) for found in answer["docs"]}
        for index in {stored.index for stored in read.values()} - self._right:
            await check_index(self._client, index)
            self._right.add(index)
        return read

    async def _bulk(self, chunk: Sequence[Draft]) -> list[Outcome]:
        """An outcome for each draft; a request that is too large is halved."""
        lines: list[Any] = [line for draft in chunk for line in draft.lines]  # sent as they are
        began = time.monotonic()
        try:
            answer = await self._client.bulk(
                operations=lines, filter_path="items.*.status,items.*.error"
            )
        except ApiError as error:
            if error.status_code != 413:
                raise
            if len(chunk) == 1:
                return [Outcome("refused", f"{chunk[0].size:,} bytes: {reason_of(error)}")]
            middle = len(chunk) // 2
            return [*await self._bulk(chunk[:middle]), *await self._bulk(chunk[middle:])]
        metrics.BULK_SECONDS.observe(time.monotonic() - began)
        metrics.BULK_SIZE.observe(len(chunk))
        return [_outcome(item) for item in answer["items"]]


def _by_article(arrivals: Iterable[Arrival]) -> dict[str, list[Arrival]]:
    waiting: dict[str, list[Arrival]] = {}
    for arrival in arrivals:
        waiting.setdefault(arrival[1].article_id, []).append(arrival)
    return waiting


def _stored(found: Mapping[str, Any]) -> Stored:
    if "error" in found:
        words = _reason(found["error"])
        mend = ": take it from all but one of them" if _AMBIGUOUS in words else ""
        raise Unavailable(words + mend)
    return Stored(
        found["_index"],
        cast(ArticleDocument | None, found.get("_source")),
        found.get("_seq_no"),
        found.get("_primary_term"),
    )


def _action(article_id: str, stored: Stored) -> bytes:
    target: dict[str, Any] = {"_index": stored.index, "_id": article_id}
    if stored.document is None:
        return _json({"create": target})
    unchanged = {"if_seq_no": stored.seq_no, "if_primary_term": stored.primary_term}
    return _json({"index": {**target, **unchanged}})


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _chunks(drafts: Iterable[Draft], most_bytes: int) -> Iterator[list[Draft]]:
    """In order, each of at least one draft."""
    chunk: list[Draft] = []
    size = 0
    for draft in drafts:
        if chunk and size + draft.size > most_bytes:
            yield chunk
            chunk, size = [], 0
        chunk.append(draft)
        size += draft.size
    if chunk:
        yield chunk


def _outcome(item: Mapping[str, Mapping[str, Any]]) -> Outcome:
    [result] = item.values()
    status, error = result["status"], result.get("error")
    if error is None:
        return Outcome("written")
    reason = _reason(error)
    if status == 409:
        return Outcome("conflict", reason)
    if status == 400 and error["type"] not in _PASSING_ERRORS:
        return Outcome("refused", reason)
    return Outcome("retried", f"{status} {reason}")


def _reason(error: Mapping[str, Any]) -> str:
    """Elasticsearch's words down to the first cause."""
    words = f"{error['type']}: {error['reason']}"
    cause = error.get("caused_by")
    return f"{words}; {_reason(cause)}" if cause else words


def _version(document: ArticleDocument) -> tuple[int | None, str | None]:
    return document.get("version"), document.get("revision")


def _observe(draft: Draft) -> None:
    if draft.completes:
        delay = metrics.now_ms() - draft.document["version"]
        metrics.COMPLETE_SECONDS.observe(max(0, delay) / 1000)

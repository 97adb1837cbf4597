"""`tidings index check` on real engines: reads the topics and the index, and mends what differs."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from elasticsearch import NotFoundError
from elasticsearch.helpers import async_scan

from tidings.deadletters import Incoming
from tidings.errors import InvalidMessage, TidingsError
from tidings.history import Span, committed_offsets
from tidings.messages import DeadLetter
from tidings.topics import ARTICLES, DEAD, KEPT, Partition, group_of
from tidings.wire import decode
from tidings_index.check import Checker, Finding
from tidings_index.heads import Head, with_received
from tidings_index.indexes import named_by
from tidings_index.merge import received_of
from tidings_index.reading import batches, decoded
from tidings_index.schema import check_index
from tidings_index.upkeep import Upkeep
from tidings_index.writer import Writer

_Identity = tuple[str, int, int, int]

_PAGE: Final = 100
_IDS_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Inspected:
    """`waiting` records were not yet acknowledged by the index workers and not compared; `expired`:
    the topics no longer hold all that was ever written to them."""

    findings: tuple[Finding, ...]
    articles: int
    documents: int
    waiting: int
    expired: bool

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings but for what is unknown because its records have expired."""
        return tuple(one for one in self.findings if one.fault != "unknown" or not self.expired)


class Inspection(Upkeep):
    """One run of `tidings index check`."""

    async def run(self) -> Inspected:
        """Compares what the index workers have acknowledged with what the index holds after that.
        Raises TidingsError where the alias is missing or names an index of another version."""
        indexes = await self.indexes()
        committed = committed_offsets(self._settings, group_of(ARTICLES, "index"))
        spans = self._history.spans(*KEPT)
        done = {part: _until(span, committed.get(part, 0)) for part, span in spans.items()}
        checker = Checker(self.heads(done))
        await self._ask(partial(self._client.indices.refresh, index=indexes))
        findings: list[Finding] = []
        documents = 0
        # Ends with an error where Elasticsearch does not answer: nothing was changed.
        async for hit in async_scan(self._client, index=",".join(indexes), size=_PAGE):
            documents += 1
            findings += checker.document(hit["_index"], hit["_id"], hit["_source"])
        findings += checker.left_over()
        return Inspected(
            findings=tuple(self._without_newer(findings, done)),
            articles=checker.articles,
            documents=documents,
            waiting=sum(spans[part].end - span.end for part, span in done.items()),
            expired=any(span.start > 0 for span in spans.values()),
        )

    async def repair(self, findings: Collection[Finding]) -> None:
        """Reads the topics again for these articles, and writes what they say. Articles that the
        topics do not know are only derived again from their own parts."""
        [index] = await self.indexes()
        writer = Writer(self._client, index, self._outage)
        ids = {one.article_id for one in findings}
        damaged = sorted({one.article_id for one in findings if one.fault == "damaged"})
        unknown = {one.article_id for one in findings if one.fault == "unknown"}
        for start in range(0, len(damaged), _IDS_AT_ONCE):
            some = damaged[start : start + _IDS_AT_ONCE]
            await self._derive_again(writer, index, some, unknown)
        for batch in batches(self._of(ids, self._history.spans(*KEPT))):
            arrivals, _ = decoded(batch, max_chars=self._settings.article_max_chars)
            refusals = await writer.write([one for one in arrivals if one.article_id in ids])
            for refusal in refusals:
                self._bar.say(f"refused: {refusal.reason}")

    async def indexes(self) -> list[str]:
        """Those that the alias names, all of this release's mapping version."""
        alias = self._settings.index_name
        indexes = await self._ask(partial(named_by, self._client, alias))
        if not indexes:
            raise TidingsError(
                f"Elasticsearch has no alias {alias}, so there is nothing to check: start the "
                "index worker or run `tidings index rebuild`."
            )
        for index in indexes:
            await self._ask(partial(check_index, self._client, index))
        return indexes

    def heads(self, spans: Mapping[Partition, Span]) -> dict[str, Head]:
        """What the topics say of each article, but for what was set aside by the index."""
        refused = self._refused(spans)
        heads: dict[str, Head] = {}
        self._bar.more(sum(span.records for span in spans.values()))
        for batch in batches(self._history.read(spans)):
            good = [one for one in batch if _identity(one) not in refused]
            arrivals, _ = decoded(good, max_chars=self._settings.article_max_chars)
            for received in arrivals:
                article_id = received.article_id
                heads[article_id] = with_received(heads.get(article_id), [received])
            self._bar.advance(len(batch))
        return heads

    def _refused(self, spans: Mapping[Partition, Span]) -> set[_Identity]:
        """The records that the index could not take, and that are in the dead letters instead."""
        origins = set()
        dead = {part: span for part, span in spans.items() if part[0] == DEAD.name}
        for record in self._history.read(dead):
            try:
                letter = decode(DeadLetter, record.value or b"", record.headers)
            except InvalidMessage:
                continue
            if letter.stage == "index":
                origins.add(_identity(letter))
        return origins

    def _without_newer(
        self, findings: list[Finding], done: Mapping[Partition, Span]
    ) -> Iterator[Finding]:
        """Leaves out articles that are unknown only because they arrived during the check."""
        newer: set[str] = set()
        if any(one.fault == "unknown" for one in findings):
            spans = self._history.spans(*KEPT)
            tails = {part: Span(done[part].end, span.end) for part, span in spans.items()}
            for batch in batches(self._history.read(tails)):
                arrivals, _ = decoded(batch, max_chars=self._settings.article_max_chars)
                newer |= {one.article_id for one in arrivals}
        return (one for one in findings if one.fault != "unknown" or one.article_id not in newer)

    def _of(self, ids: Collection[str], spans: Mapping[Partition, Span]) -> Iterator[Incoming]:
        """The records that may be about these articles: most say so by their key."""
        keys = {one.encode() for one in ids}
        self._bar.more(sum(span.records for span in spans.values()))
        for record in self._history.read(spans):
            self._bar.advance(1)
            if record.key is None or record.topic == DEAD.name or record.key in keys:
                yield record

    async def _derive_again(
        self, writer: Writer, index: str, ids: list[str], unknown: Collection[str]
    ) -> None:
        """Documents that are none of ours give way to what the topics say, if they say anything."""
        answer = await self._ask(partial(self._client.mget, index=index, ids=ids))
        for found in answer["docs"]:
            try:
                received = received_of(found["_source"])
            except (AttributeError, KeyError, TypeError):
                if found["_id"] not in unknown:
                    await self._ask(partial(self._delete, found))
            else:
                await writer.write(received)

    async def _delete(self, found: Mapping[str, Any]) -> None:
        try:
            await self._client.delete(
                index=found["_index"],
                id=found["_id"],
                if_seq_no=found["_seq_no"],
                if_primary_term=found["_primary_term"],
            )
        except NotFoundError:
            return


def _identity(one: Incoming | DeadLetter) -> _Identity:
    """A place alone does not tell: after a move to another cluster, letters name places of the old
    one."""
    return one.topic, one.partition, one.offset, one.timestamp


def _until(span: Span, offset: int) -> Span:
    return Span(span.start, min(max(span.start, offset), span.end))

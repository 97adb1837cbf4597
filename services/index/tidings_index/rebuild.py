"""A new index out of the topics, while live articles go on arriving. See docs/decisions/0006.

Everything is written by the same writer as live records, so the rebuild may repeat records, meet
the live worker or a second rebuild, and stop anywhere: nothing of that changes the outcome.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any, Final

from elasticsearch import AsyncElasticsearch, BadRequestError
from elasticsearch.helpers import async_scan

from tidings.deadletters import Incoming
from tidings.documents import MAPPING_VERSION
from tidings.errors import TidingsError
from tidings.history import Span
from tidings.limit import DeadLetterLimit
from tidings.settings import Settings
from tidings.topics import ARTICLES, KEPT, Partition
from tidings_index.indexes import Index, find_indexes, meta_of, named_by
from tidings_index.reading import batches, decoded
from tidings_index.schema import index_body, versioned_name
from tidings_index.upkeep import Upkeep
from tidings_index.writer import Writer

_SAVE_EVERY_SECONDS: Final = 2.0
_CLOSE_SECONDS: Final = 1.0
"""The rebuild is close to the end of the topics when it reads what is new in less than this."""

_MOST_ROUNDS: Final = 10
_LAST_WRITES_SECONDS: Final = 1.0
_SHOWN_REFUSALS: Final = 20


@dataclass(frozen=True)
class Counts:
    """What an index holds. `with_results`: articles with a text and both results, of whatever
    version; unlike `complete` that does not fall while pushed articles wait for the extractors."""

    documents: int
    visible: int
    complete: int
    with_results: int
    taken_down: int
    events: int

    def __str__(self) -> str:
        return ", ".join(
            f"{getattr(self, field.name):,} {field.name.replace('_', ' ')}"
            for field in fields(self)
        )

    def has_fewer_than(self, other: "Counts") -> bool:
        """Whether articles or results of them are missing that the other has. What was taken down
        since the other was counted is not missing."""
        kept, wanted = self.with_results + self.taken_down, other.with_results + other.taken_down
        return self.documents < other.documents or kept < wanted


@dataclass
class Passed:
    """What the rebuild could not write."""

    unreadable: int = 0
    refused: int = 0


@dataclass
class Rebuild(Upkeep):
    """One run of `tidings index rebuild`. Where it stops, the next run goes on."""

    passed: Passed = field(default_factory=Passed, init=False)
    _positions: dict[Partition, int] = field(default_factory=dict, init=False)
    _saved_at: float = field(default=0.0, init=False)
    _limit: DeadLetterLimit = field(init=False)

    def __post_init__(self) -> None:
        self._limit = DeadLetterLimit(self._settings.dead_letter_window)

    async def run(self, *, accept_fewer: bool = False) -> str:
        """The name of the new index, once the alias names it and it holds all that the topics held
        when the alias was moved. Raises TidingsError where it would have less than the old one, and
        EngineUnavailable where Kafka does not answer."""
        index, resumed = await self._target()
        self._bar.say(f"{'going on with' if resumed else 'filling'} {index}")
        writer = Writer(self._client, index, self._outage)
        await self._catch_up(writer, index)
        await self._show(index)
        await self._read_restored_again(writer, index)
        named = await self._named()
        if named != [index]:
            old = [name for name in named if name != index]
            await self._compare(writer, index, old, accept_fewer=accept_fewer)
            await self._swap(index)
        # A live worker may have written its last batch to the old index. Whatever it was, it was in
        # the topics when the alias moved.
        await self._catch_up(writer, index)
        await self._refresh(index)
        await asyncio.sleep(_LAST_WRITES_SECONDS)
        await self._catch_up(writer, index)
        await self._refresh(index)
        await self._note(index, None)
        return index

    async def _target(self) -> tuple[str, bool]:
        """The index to fill, and whether an earlier rebuild has begun it."""
        while True:
            there = await self._ask(partial(find_indexes, self._client, self._settings.index_name))
            first = versioned_name(self._settings)
            ours = [one for one in there if one.name == first or one.name.startswith(f"{first}-")]
            begun = [
                one for one in ours if one.version == MAPPING_VERSION and one.positions is not None
            ]
            if begun:
                self._positions = dict(begun[-1].positions or {})
                return begun[-1].name, True
            name = next_name(self._settings, ours)
            if await self._ask(partial(self._make, name)):
                return name, False

    async def _make(self, index: str) -> bool:
        """False where a rebuild that started at the same time has made it."""
        body = index_body(self._settings)
        body["settings"]["refresh_interval"] = "-1"
        body["mappings"]["_meta"] = meta_of(MAPPING_VERSION, {})
        try:
            await self._client.indices.create(index=index, **body)
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
            return False
        return True

    async def _catch_up(self, writer: Writer, index: str) -> None:
        """Writes all that the topics hold at this moment and that was not yet written."""
        spans = left_of(self._history.spans(*KEPT), self._positions)
        self._bar.more(sum(span.records for span in spans.values()))
        for number in sorted({number for _, number in spans}):
            some = {part: span for part, span in spans.items() if part[1] == number}
            for batch in batches(self._history.read(some)):
                await self._write(writer, batch)
                self._positions |= {(one.topic, one.partition): one.offset + 1 for one in batch}
                if time.monotonic() - self._saved_at > _SAVE_EVERY_SECONDS:
                    await self._note(index, self._positions)
            self._positions |= {part: span.end for part, span in some.items()}
        if spans:
            await self._note(index, self._positions)

    async def _read_restored_again(self, writer: Writer, index: str) -> None:
        """What was pushed after a takedown is forgotten unless the push that restores is known.
        Where partitions were added in between, that one may be in a partition that is read later:
        so such articles are read once more."""
        query = {"query": {"exists": {"field": "restored"}}}
        found = async_scan(self._client, index=index, query=query, _source=False)
        keys = {hit["_id"].encode() async for hit in found}
        if not keys:
            return
        records = self._history.read(self._history.spans(ARTICLES))
        for batch in batches(record for record in records if record.key in keys):
            arrivals, _ = decoded(batch, max_chars=self._settings.article_max_chars)
            await writer.write(arrivals)

    async def _write(self, writer: Writer, batch: Sequence[Incoming]) -> None:
        arrivals, unreadable = decoded(batch, max_chars=self._settings.article_max_chars)
        self.passed.unreadable += unreadable
        refusals = await writer.write(arrivals)
        for refusal in refusals[: max(0, _SHOWN_REFUSALS - self.passed.refused)]:
            self._bar.say(f"refused: {arrivals[refusal.position].article_id}: {refusal.reason}")
        self.passed.refused += len(refusals)
        if not self._limit.admits(len(refusals), len(arrivals)):
            raise TidingsError(
                f"Elasticsearch refuses most documents ({self.passed.refused:,} so far), so the "
                "mapping of this release does not fit them; the alias was not moved."
            )
        self._bar.advance(len(batch))

    async def _compare(
        self, writer: Writer, index: str, old: list[str], *, accept_fewer: bool
    ) -> None:
        """Returns when the new index is as full as the old ones and close to the topics' end.
        Raises TidingsError where it has fewer articles or results."""
        for rounds in range(1, _MOST_ROUNDS + 1):
            before = await self._ask(partial(count, self._client, old))
            began = time.monotonic()
            await self._catch_up(writer, index)
            await self._refresh(index)
            now = await self._ask(partial(count, self._client, [index]))
            fewer = now.has_fewer_than(before)
            close = time.monotonic() - began < _CLOSE_SECONDS
            if close and (not fewer or accept_fewer or rounds > _MOST_ROUNDS // 2):
                break
        names = " and ".join(old)
        if old:
            self._bar.say(f"{names}: {before}")
        self._bar.say(f"{index}: {now}")
        if fewer and not accept_fewer:
            raise TidingsError(
                f"the new index {index} has less than {names}: {now.documents:,} documents "
                f"instead of {before.documents:,}, {now.complete:,} complete instead of "
                f"{before.complete:,}. Records may have expired in the topics. Both indexes stay "
                f"as they are; `tidings index rebuild --accept-fewer` moves the alias all the same."
            )

    async def _swap(self, index: str) -> None:
        """In one step, so that a search always finds one index."""
        alias = self._settings.index_name
        actions: list[dict[str, Any]] = [
            {"remove": {"index": name, "alias": alias}}
            for name in await self._named()
            if name != index
        ]
        actions.append({"add": {"index": index, "alias": alias}})
        await self._ask(partial(self._client.indices.update_aliases, actions=actions))
        self._bar.say(f"{alias} names {index} now")

    async def _named(self) -> list[str]:
        return await self._ask(partial(named_by, self._client, self._settings.index_name))

    async def _note(self, index: str, positions: Mapping[Partition, int] | None) -> None:
        meta = meta_of(MAPPING_VERSION, positions)
        await self._ask(partial(self._client.indices.put_mapping, index=index, meta=meta))
        self._saved_at = time.monotonic()

    async def _show(self, index: str) -> None:
        """From now on what is written is found soon after."""
        interval = {"refresh_interval": index_body(self._settings)["settings"]["refresh_interval"]}
        put = partial(self._client.indices.put_settings, index=index, settings=interval)
        await self._ask(put)
        await self._refresh(index)

    async def _refresh(self, index: str) -> None:
        await self._ask(partial(self._client.indices.refresh, index=index))


async def count(client: AsyncElasticsearch, indexes: Sequence[str]) -> Counts:
    """What these indexes hold together, as of their last refresh."""
    if not indexes:
        return Counts(0, 0, 0, 0, 0, 0)
    visible = {"term": {"visible": True}}
    taken_down = {"bool": {"filter": {"exists": {"field": "taken_down"}}, "must_not": visible}}
    parts = [{"exists": {"field": f"parts.{p}.version"}} for p in ("raw", "entities", "events")]
    answer = await client.search(
        index=",".join(indexes),
        size=0,
        track_total_hits=True,
        aggs={
            "visible": {"filter": visible},
            "complete": {"filter": {"term": {"complete": True}}},
            "with_results": {"filter": {"bool": {"filter": parts}}},
            "taken_down": {"filter": taken_down},
            "events": {"nested": {"path": "events"}},
        },
    )
    found = {name: one["doc_count"] for name, one in answer["aggregations"].items()}
    return Counts(documents=answer["hits"]["total"]["value"], **found)


def next_name(settings: Settings, ours: Sequence[Index]) -> str:
    """Later ones have higher numbers, also after the first was pruned."""
    first = versioned_name(settings)
    return f"{first}-{max(one.number for one in ours) + 1}" if ours else first


def left_of(
    spans: Mapping[Partition, Span], positions: Mapping[Partition, int]
) -> dict[Partition, Span]:
    """What of the spans is not yet read; all of one that the position does not lie in, since then
    the topic is another one than before."""
    left = {}
    for part, span in spans.items():
        position = positions.get(part, span.start)
        start = position if span.start <= position <= span.end else span.start
        if start < span.end:
            left[part] = Span(start, span.end)
    return left

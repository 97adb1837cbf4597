"""What each stage has yet to acknowledge, as the broker tells: so a worker that hangs is seen."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, get_args

from kafka import TopicPartition
from kafka.protocol.consumer.offsets import OffsetSpec

from tidings.errors import EngineUnavailable, TidingsError
from tidings.history import History, Span, group_offsets
from tidings.messages import Stage
from tidings.topics import ALL, ARTICLES, BACKFILL, Partition, Topic, group_of

Spans = Mapping[Partition, Span]

STAGES: Final[tuple[Stage, ...]] = get_args(Stage)


@dataclass(frozen=True)
class PartitionLag:
    """What waits for a stage in one partition: nothing where its records are markers of
    transactions. `seconds` is the age of the oldest record; None where there is none, and in a
    back-fill, whose copies are as old as their articles."""

    stage: Stage
    group: str
    topic: str
    partition: int
    committed: int
    records: int
    seconds: float | None


@dataclass
class Times:
    """When the records at some places were written. It remembers those of the last look, since a
    partition that stands still need not be read again; None stands for no record."""

    _known: dict[tuple[Partition, int], int | None] = field(default_factory=dict)
    _asked: dict[tuple[Partition, int], int | None] = field(default_factory=dict)

    def of_first(self, history: History, waiting: Spans) -> dict[Partition, int]:
        """The time of the first record of each span that has one."""
        unread = {
            part: span
            for part, span in waiting.items()
            # A span without a record may have one by now.
            if span.records and self._known.get((part, span.start)) is None
        }
        read = history.first(unread) if unread else {}
        times: dict[Partition, int] = {}
        for part, span in waiting.items():
            if not span.records:
                continue
            known = self._known.get((part, span.start))
            moment = known if known is not None else _timestamp(read.get(part))
            self._asked[part, span.start] = moment
            if moment is not None:
                times[part] = moment
        return times

    def next_look(self) -> None:
        """Forgets what was not asked for since the last call."""
        self._known, self._asked = self._asked, {}


def read_lags(history: History, admin: Any, spans: Spans, times: Times) -> Iterator[PartitionLag]:
    """Of every stage, and of its back-fill, in each partition of `spans` that it reads."""
    for stage in STAGES:
        kept = [topic for topic in ALL if topic.kept and stage in topic.readers]
        yield from _lags(history, admin, stage, kept, spans, times)
        if stage in BACKFILL:
            yield from _lags(history, admin, stage, [BACKFILL[stage]], spans, times)


def read_spans(history: History) -> dict[Partition, Span]:
    """What the topics that are there hold."""
    spans: dict[Partition, Span] = {}
    for topic in ALL:
        try:
            spans |= history.spans(topic)
        except EngineUnavailable:
            raise
        except TidingsError:
            continue
    return spans


def last_pushed(admin: Any, spans: Spans) -> datetime | None:
    """When the newest record of the articles was written."""
    latest = OffsetSpec.MAX_TIMESTAMP
    wanted = {TopicPartition(*part): latest for part in of_topics([ARTICLES], spans)}
    found = admin.list_partition_offsets(wanted) if wanted else {}
    newest = max((one.timestamp for one in found.values()), default=-1)
    return datetime.fromtimestamp(newest / 1000, UTC) if newest >= 0 else None


def of_topics(topics: Iterable[Topic], spans: Spans) -> dict[Partition, Span]:
    names = {topic.name for topic in topics}
    return {part: span for part, span in spans.items() if part[0] in names}


def _lags(
    history: History,
    admin: Any,
    stage: Stage,
    topics: Sequence[Topic],
    spans: Spans,
    times: Times,
    clock: Callable[[], float] = time.time,
) -> Iterator[PartitionLag]:
    group = group_of(topics[0], stage)
    committed = group_offsets(admin, group)
    waiting = {
        part: Span(max(span.start, committed.get(part, 0)), span.end)
        for part, span in of_topics(topics, spans).items()
    }
    first = times.of_first(history, waiting)
    for part, span in waiting.items():
        written = first.get(part)
        age = None if written is None else max(0.0, clock() - written / 1000)
        yield PartitionLag(
            stage,
            group,
            *part,
            committed=span.start,
            records=0 if written is None else span.records,
            seconds=age if topics[0].kept else None,
        )


def _timestamp(record: Any) -> int | None:
    return None if record is None else int(record.timestamp)

"""What the topics hold, read without a group from any place to any other; how far groups are."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import tenacity
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    KafkaError,
    NotCoordinatorError,
)

from tidings.deadletters import Incoming
from tidings.errors import EngineUnavailable, TidingsError
from tidings.kafka import FIRST_ANSWER_SECONDS, check_kafka, connection, open_admin, unavailable
from tidings.settings import Settings
from tidings.topics import Partition, Topic

_SILENT_SECONDS: Final = 30.0
_COORDINATOR_SECONDS: Final = 10.0
_COORDINATOR_MOVES: Final = (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    NotCoordinatorError,
)


class Span(NamedTuple):
    """Offsets of a partition from `start` up to `end`, which is not in it."""

    start: int
    end: int

    @property
    def records(self) -> int:
        """At most: markers of transactions and what is compacted away are counted too."""
        return max(0, self.end - self.start)


class History:
    """The topics as they are on the broker. Every method raises EngineUnavailable where Kafka does
    not answer."""

    def __init__(self, consumer: Any, settings: Settings) -> None:
        self._consumer = consumer
        self._settings = settings

    def spans(self, *topics: Topic) -> dict[Partition, Span]:
        """What the topics hold at this moment. Raises TidingsError where one is not there."""
        there = self._consumer.topics()
        for topic in topics:
            if topic.name not in there:
                raise TidingsError(
                    f"Kafka at {self._settings.kafka} has no topic {topic.name}; start a service."
                )
        parts = [
            TopicPartition(topic.name, number)
            for topic in topics
            for number in self._consumer.partitions_for_topic(topic.name)
        ]
        starts = self._consumer.beginning_offsets(parts)
        ends = self._consumer.end_offsets(parts)
        return {(tp.topic, tp.partition): Span(starts[tp], ends[tp]) for tp in sorted(parts)}

    def read(self, spans: Mapping[Partition, Span]) -> Iterator[Incoming]:
        """The records in `spans`, in order of offsets within a partition. Partitions of the same
        number are read together, so that what is known of one article is met close together."""
        for number in sorted({number for _, number in spans}):
            parts = {
                TopicPartition(*part): span
                for part, span in spans.items()
                if part[1] == number and span.records
            }
            self._consumer.assign(list(parts))
            for part, span in parts.items():
                self._consumer.seek(part, span.start)
            yield from read_until(self._consumer, {tp: span.end for tp, span in parts.items()})

    def first(self, spans: Mapping[Partition, Span]) -> dict[Partition, Incoming]:
        """The first record of each span; those of which markers and gaps are all are left out."""
        ends = {TopicPartition(*part): span.end for part, span in spans.items() if span.records}
        self._consumer.assign(list(ends))
        for part in ends:
            self._consumer.seek(part, spans[part.topic, part.partition].start)
        return read_firsts(self._consumer, ends)


@contextmanager
def open_history(settings: Settings, *, fetch_bytes: int | None = None) -> Iterator[History]:
    """Raises EngineUnavailable where Kafka does not answer; within the block, any KafkaError
    becomes one. `fetch_bytes` is the most that is taken of a partition at a time, but that a whole
    batch of records always comes: little, for who wants only the first ones."""
    check_kafka(settings)
    try:
        consumer = KafkaConsumer(
            **connection(settings),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=fetch_bytes or settings.message_max_bytes,
            # Else the last fetch from the partitions before holds up the next for half a second.
            fetch_max_wait_ms=20,
            bootstrap_timeout_ms=int(FIRST_ANSWER_SECONDS * 1000),
            request_timeout_ms=30_000,
            allow_auto_create_topics=False,
        )
        try:
            yield History(consumer, settings)
        finally:
            consumer.close()
    except KafkaError as error:
        raise unavailable(settings, error) from error


def read_to_end(settings: Settings, topic: Topic) -> Iterator[Incoming]:
    """Every record that the topic holds now, partition by partition in order of offsets. Raises
    EngineUnavailable, and TidingsError where there is no such topic."""
    with open_history(settings) as history:
        yield from history.read(history.spans(topic))


def committed_offsets(settings: Settings, group: str) -> dict[Partition, int]:
    """The offset that the group will read next, of each partition of which it has acknowledged
    anything. Raises EngineUnavailable."""
    with open_admin(settings) as admin:
        return group_offsets(admin, group)


@tenacity.retry(
    # A cluster on which no group ever was makes its topic of groups when it is first asked.
    retry=tenacity.retry_if_exception_type(_COORDINATOR_MOVES),
    wait=tenacity.wait_fixed(0.2),
    stop=tenacity.stop_after_delay(_COORDINATOR_SECONDS),
    reraise=True,
)
def group_offsets(admin: Any, group: str) -> dict[Partition, int]:
    """What `committed_offsets` gives, by a KafkaAdminClient that is open."""
    offsets = admin.list_group_offsets(group).get(group, {})
    return {
        (tp.topic, tp.partition): found.offset for tp, found in offsets.items() if found.offset >= 0
    }


def read_until(consumer: Any, ends: Mapping[Any, int]) -> Iterator[Incoming]:
    """What a KafkaConsumer has before the offsets `ends`; more may arrive meanwhile."""
    silent_since = time.monotonic()
    while any(consumer.position(part) < end for part, end in ends.items()):
        batches = consumer.poll(timeout_ms=500)
        for part, records in batches.items():
            yield from (incoming(record) for record in records if record.offset < ends[part])
        if batches:
            silent_since = time.monotonic()
        elif time.monotonic() - silent_since > _SILENT_SECONDS:
            raise EngineUnavailable("Kafka has stopped answering while a topic was read; retry.")


def read_firsts(consumer: Any, ends: Mapping[Any, int]) -> dict[Partition, Incoming]:
    """The next record of each partition that has one before its end in `ends`."""
    firsts: dict[Partition, Incoming] = {}
    left, silent_since = set(ends), time.monotonic()
    while left := {part for part in left if consumer.position(part) < ends[part]}:
        batches = consumer.poll(timeout_ms=500)
        for part, records in batches.items():
            if found := [record for record in records if record.offset < ends[part]]:
                firsts.setdefault((part.topic, part.partition), incoming(found[0]))
                left.discard(part)
        if batches:
            silent_since = time.monotonic()
            # Not paused: kafka-python 3.0 keeps what is left of a partition that is paused in the
            # middle of a fetch, and may then never fetch that partition again.
            consumer.assign(list(left))
        elif time.monotonic() - silent_since > _SILENT_SECONDS:
            raise EngineUnavailable("Kafka has stopped answering while topics were read; retry.")
    return firsts


def incoming(record: Any) -> Incoming:
    """The record as kafka-python gives it."""
    return Incoming(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp=record.timestamp,
        key=record.key,
        value=record.value,
        headers={name: value or b"" for name, value in record.headers},
    )

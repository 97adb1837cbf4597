"""Records that are not articles of an input (marks, takedowns, what goes back): sent, confirmed,
and followed until the stages have taken them."""

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol, get_args

from kafka.errors import KafkaError

from tidings import topics
from tidings.errors import EngineUnavailable
from tidings.history import committed_offsets
from tidings.messages import Stage
from tidings.settings import Settings
from tidings.topics import Partition
from tidings_ingest.producer import Producer

Committed = Mapping[Partition, int]

PATIENCE_SECONDS: Final = 30.0
_LOOK_EVERY_SECONDS: Final = 0.5
_STAGES: Final[tuple[Stage, ...]] = get_args(Stage)


class Place(NamedTuple):
    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return "-".join(map(str, self))


@dataclass(frozen=True)
class Outgoing:
    """Without a partition, the key finds it. `timestamp` is in milliseconds; None means now."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes] = field(default_factory=dict)
    partition: int | None = None
    timestamp: int | None = None


class Producers(Protocol):
    """Whoever holds one producer for all: SharedProducer, KafkaLink."""

    def producer(self) -> Any:
        """Raises EngineUnavailable."""

    def replace(self, broken: Any) -> Any:
        """Another producer than `broken`. Raises EngineUnavailable."""


def deliver(
    records: Sequence[Outgoing], producers: Producers, patience_seconds: float = PATIENCE_SECONDS
) -> list[Place | KafkaError]:
    """Where each record is, once all replicas have it, or why it may not have arrived.

    A record that Kafka refuses breaks kafka-python's producer for those behind it: they are sent
    again, each alone. Raises EngineUnavailable where there is no producer.
    """
    deadline = time.monotonic() + patience_seconds
    producer = producers.producer()
    futures = [_send(record, producer) for record in records]
    answers = [_answer(future, deadline) for future in futures]
    is_broken = any(_breaks(answer) for answer in answers)
    for number, answer in enumerate(answers):
        if _breaks(answer):
            if is_broken:
                producer = producers.replace(producer)
            answers[number] = _answer(_send(records[number], producer), deadline)
            is_broken = _breaks(answers[number])
    if is_broken:
        producers.replace(producer)
    return answers


def wait_until_taken(
    places: Iterable[Place],
    committed: Callable[[str], Committed],
    *,
    seconds: float,
    only: Stage | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[Place, list[Stage]]:
    """The stages that have not acknowledged a record when the time is up (or somebody presses
    Ctrl-C): each that reads its topic, or `only` that one; nothing for what all have taken.
    `committed` gives the offsets of a group, or raises EngineUnavailable, and is asked again."""
    readers = {place: _readers(place.topic, only) for place in places}
    groups = {group for reading in readers.values() for group in reading.values()}
    offsets: dict[str, Committed] = {group: {} for group in groups}
    deadline = clock() + seconds
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            for group in groups:
                with contextlib.suppress(EngineUnavailable):
                    offsets[group] = committed(group)
            if not _waiting(readers, offsets) or clock() >= deadline:
                break
            sleep(_LOOK_EVERY_SECONDS)
    return _waiting(readers, offsets)


def committed_by(settings: Settings) -> Callable[[str], Committed]:
    """What `wait_until_taken` asks."""
    return lambda group: committed_offsets(settings, group)


def _waiting(
    readers: Mapping[Place, Mapping[Stage, str]], offsets: Mapping[str, Committed]
) -> dict[Place, list[Stage]]:
    waiting: dict[Place, list[Stage]] = {}
    for place, reading in readers.items():
        for stage, group in reading.items():
            if offsets[group].get((place.topic, place.partition), 0) <= place.offset:
                waiting.setdefault(place, []).append(stage)
    return waiting


def _readers(topic: str, only: Stage | None) -> dict[Stage, str]:
    return {
        stage: topics.group_of(known, stage)
        for known in topics.ALL
        if known.name == topic
        for stage in _STAGES
        if stage in known.readers and only in (None, stage)
    }


def _send(record: Outgoing, producer: Producer) -> Any:
    try:
        return producer.send(
            record.topic,
            value=record.value,
            key=record.key,
            headers=list(record.headers.items()),
            partition=record.partition,
            timestamp_ms=record.timestamp,
        )
    except KafkaError as error:
        return error


def _answer(sent: Any, deadline: float) -> Place | KafkaError:
    if isinstance(sent, KafkaError):
        return sent
    try:
        found = sent.get(max(0.001, deadline - time.monotonic()))
    except KafkaError as error:
        return error
    return Place(found.topic, found.partition, found.offset)


def _breaks(answer: Place | KafkaError) -> bool:
    return isinstance(answer, KafkaError) and not answer.retriable

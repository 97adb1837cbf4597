"""Kafka as far as pushing sees it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kafka.errors import KafkaTimeoutError

from tidings.errors import EngineUnavailable
from tidings.operations import Health
from tidings.settings import Settings
from tidings_ingest.link import KafkaLink


@dataclass(frozen=True)
class Sent:
    topic: str
    value: bytes | None
    key: bytes | None
    headers: list[tuple[str, bytes]]
    partition: int | None
    timestamp_ms: int | None


class FakePlace(NamedTuple):
    topic: str
    partition: int
    offset: int


@dataclass
class FakeFuture:
    fault: Exception | None = None
    is_done: bool = True
    place: FakePlace | None = None

    def get(self, timeout: float | None = None) -> Any:
        if not self.is_done:
            raise KafkaTimeoutError(f"Timeout after waiting for {timeout} secs.")
        if self.fault:
            raise self.fault
        return self.place


@dataclass
class FakeProducer:
    """Confirms at once, with the record's number as its offset, but for what `answer` says of a
    record: an error to refuse it with, or False for silence."""

    answer: Callable[[Sent], Exception | bool] = lambda sent: True
    sent: list[Sent] = field(default_factory=list)

    def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        headers: list[tuple[str, bytes]] | None = None,
        partition: int | None = None,
        timestamp_ms: int | None = None,
    ) -> FakeFuture:
        record = Sent(topic, value, key, headers or [], partition, timestamp_ms)
        self.sent.append(record)
        answer = self.answer(record)
        if isinstance(answer, Exception):
            return FakeFuture(answer)
        place = FakePlace(topic, partition or 0, len(self.sent) - 1)
        return FakeFuture(is_done=answer, place=place)


@dataclass
class FakeProducers:
    """One producer, and others in its place for as long as `spare` ones are left."""

    first: FakeProducer
    spare: list[FakeProducer] = field(default_factory=list)
    replaced: int = 0

    def producer(self) -> FakeProducer:
        return self.first

    def replace(self, broken: FakeProducer) -> FakeProducer:
        self.replaced += 1
        if self.spare:
            self.first = self.spare.pop(0)
        return self.first


class FakeLink(KafkaLink):
    """Open to a FakeProducer from the start, and closed by `suspect` for good."""

    def __init__(self, producer: FakeProducer) -> None:
        super().__init__(Settings.load({}))
        self.fake = producer
        self.fault: str | None = None

    def start(self) -> None: ...

    def stop(self) -> None: ...

    @property
    def is_alive(self) -> bool:
        return True

    def state(self) -> Health:
        return Health(self.fault is None, self.fault or "Kafka answers")

    def producer(self) -> FakeProducer:
        if self.fault:
            raise EngineUnavailable(self.fault)
        return self.fake

    def replace(self, broken: FakeProducer) -> FakeProducer:
        return broken

    def suspect(self, reason: str) -> None:
        self.fault = reason

"""Does a worker get on? Judged by what waits in Kafka, not by whether the process lives."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tidings import metrics
from tidings.operations import Health
from tidings.topics import Partition


@dataclass
class Progress:
    """What one worker has done of what waits for it. Positions are offsets of the next record.

    Written by the worker's loop, read by the thread that answers probes: every field is replaced
    whole, never changed in place. `clock` gives seconds and is replaced in tests.
    """

    stage: str
    stall_seconds: float
    clock: Callable[[], float] = time.monotonic
    assigned: frozenset[Partition] = frozenset()
    positions: Mapping[Partition, int] = field(default_factory=dict)
    behind: Mapping[Partition, float] = field(default_factory=dict)
    busy_since: float | None = None
    waits_for: str | None = None
    kafka_answers: bool = True
    measured_at: float | None = None
    started: bool = False

    @contextmanager
    def working_on(self, records: int) -> Iterator[None]:
        """Marks that `records` are taken; what leaves by an exception stays unacknowledged."""
        self.busy_since = self.clock()
        gauge = metrics.IN_FLIGHT.labels(self.stage)
        gauge.set(records)
        try:
            yield
        finally:
            gauge.set(0)
            self.busy_since = None

    def moved_on(self) -> None:
        """Marks that a part of the batch is done."""
        self.busy_since = self.clock()

    @contextmanager
    def waiting_for(self, engine: str) -> Iterator[None]:
        """Marks that the worker is held up by an engine: no fault of its own, not ready."""
        self.waits_for = engine
        try:
            yield
        finally:
            self.waits_for = None
            self._count_anew()

    def acknowledged(self, positions: Mapping[Partition, int]) -> None:
        self.positions = {**self.positions, **positions}
        self.behind = {part: at for part, at in self.behind.items() if part not in positions}
        metrics.PROGRESS.labels(self.stage).set_to_current_time()

    def measured(self, ends: Mapping[Partition, int], committed: Mapping[Partition, int]) -> None:
        """Takes the ends of the assigned partitions as the broker gives them just now."""
        now = self.clock()
        if not self.kafka_answers:
            self._count_anew()
        self.started = self.kafka_answers = True
        self.measured_at = now
        self.assigned = frozenset(ends)
        self.positions = {
            part: max(self.positions.get(part, 0), committed.get(part, 0)) for part in ends
        }
        self.behind = {
            part: self.behind.get(part, now)
            for part, end in ends.items()
            if end > self.positions[part]
        }
        lag = sum(max(0, end - self.positions[part]) for part, end in ends.items())
        metrics.LAG.labels(self.stage).set(lag)

    def unmeasured(self, *, kafka_answers: bool) -> None:
        """Takes that the ends are not to be had: because Kafka is away, or because our own consumer
        does not ask."""
        self.kafka_answers = kafka_answers

    def health(self) -> Health:
        """Failing: records wait, and for `stall_seconds` none was finished or counted."""
        now = self.clock()
        if engine := self._missing():
            return Health(True, f"waits for {engine}")
        if not self.started:
            return Health(True, "is starting")
        if self.busy_since is not None:
            busy = now - self.busy_since
            if busy > self.stall_seconds:
                return Health(False, f"works on one batch for {busy:.0f} s")
            return Health(
                True, f"works; {len(self.behind)} of {len(self.assigned)} partitions wait"
            )
        if self.measured_at is None or now - self.measured_at > self.stall_seconds:
            return Health(False, "the consumer does not answer")
        stalled = [part for part, since in self.behind.items() if now - since > self.stall_seconds]
        if stalled:
            topic, number = min(stalled)
            return Health(False, f"stalled: {topic}-{number} has records that are not taken")
        if not self.assigned:
            return Health(True, "has no partitions: there are more workers than partitions")
        return Health(True, f"has read all {len(self.assigned)} partitions to the end")

    def ready(self) -> Health:
        """Ready: the consumer has its partitions and no engine holds the worker up."""
        if engine := self._missing():
            return Health(False, f"waits for {engine}")
        if not self.started:
            return Health(False, "is starting")
        return Health(True, f"reads {len(self.assigned)} partitions")

    def _missing(self) -> str | None:
        return self.waits_for or (None if self.kafka_answers else "Kafka")

    def _count_anew(self) -> None:
        """After an outage nothing has waited yet for the worker itself."""
        now = self.clock()
        self.behind = dict.fromkeys(self.behind, now)
        self.busy_since = None if self.busy_since is None else now

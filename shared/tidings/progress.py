"""Does a worker get on? Judged by what waits in Kafka, not by whether the process lives."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import Gauge

from tidings import metrics
from tidings.operations import Health
from tidings.topics import Partition

LOOKS_BEFORE_A_STALL: Final = 4
"""How often it is looked whether a record waits in a partition before it counts as stalled."""


@dataclass
class Progress:
    """What one worker has done of what waits for it. Positions are offsets of the next record.

    Written by the worker's loop, read by the thread that answers probes: every field is replaced
    whole, never changed in place. `clock` gives seconds and is replaced in tests.

    `given` is what Kafka gave this worker, None before it gave anything; `ends` has the partitions
    that were measured; `behind` says since when records of one wait. `own`
    is what the worker itself has acknowledged and not yet committed, `uncommitted` where Kafka has
    it, and since when that does not move. `apart` is that of the worker's back-fill, if it has one:
    what holds up the back-fill does not hold up the stage. `stop_gauge` is 1 while it has stopped.
    """

    stage: str
    stall_seconds: float
    clock: Callable[[], float] = time.monotonic
    given: frozenset[Partition] | None = None
    ends: Mapping[Partition, int] = field(default_factory=dict)
    positions: Mapping[Partition, int] = field(default_factory=dict)
    behind: Mapping[Partition, float] = field(default_factory=dict)
    own: Mapping[Partition, int] = field(default_factory=dict)
    uncommitted: Mapping[Partition, tuple[int, float]] = field(default_factory=dict)
    busy_since: float | None = None
    waits_for: str | None = None
    because: str | None = None
    kafka_answers: bool = True
    measured_at: float | None = None
    started: bool = False
    stopped_for: str | None = None
    apart: "Progress | None" = None
    stop_gauge: Gauge = metrics.STOPPED

    @contextmanager
    def working_on(self, records: int) -> Iterator[None]:
        """Marks that `records` are taken; what leaves by an exception stays unacknowledged."""
        self.busy_since = self.clock()
        gauge = metrics.IN_FLIGHT.labels(self.stage)
        gauge.inc(records)
        try:
            yield
        finally:
            gauge.dec(records)
            self.busy_since = None

    def moved_on(self) -> None:
        """Marks that a part of the batch is done, if only a piece of an article; nothing where none
        is worked on. From any thread."""
        if self.busy_since is not None:
            self.busy_since = self.clock()

    @contextmanager
    def waiting_for(self, engine: str) -> Iterator[None]:
        """Marks that the worker is held up by an engine: no fault of its own, not ready."""
        self.because, self.waits_for = None, engine
        gauge = metrics.WAITING.labels(self.stage, engine.lower())
        gauge.set(1)
        try:
            yield
        finally:
            gauge.set(0)
            self.waits_for = None
            self._count_anew()

    def waits_because(self, reason: str) -> None:
        """Tells why the engine that is waited for does not serve; the newest reason is shown."""
        self.because = reason

    @contextmanager
    def stopped(self, reason: str) -> Iterator[None]:
        """Marks that the worker has stopped on purpose; starting it again by itself would not
        help, so that it stays healthy, and is not ready."""
        self.stopped_for = reason
        self.stop_gauge.labels(self.stage).set(1)
        try:
            yield
        finally:
            self.stopped_for = None
            self.stop_gauge.labels(self.stage).set(0)

    def acknowledged(self, positions: Mapping[Partition, int]) -> None:
        self.positions = {**self.positions, **positions}
        self.own = {**self.own, **positions}
        self.behind = {part: at for part, at in self.behind.items() if part not in positions}
        metrics.PROGRESS.labels(self.stage).set_to_current_time()

    def measured(self, ends: Mapping[Partition, int], committed: Mapping[Partition, int]) -> None:
        """Takes the ends of the assigned partitions as the broker gives them just now."""
        now = self.clock()
        if not self.kafka_answers:
            self._count_anew()
        self.started = self.kafka_answers = True
        self.measured_at = now
        self.ends = dict(ends)
        self.positions = {
            part: max(self.positions.get(part, 0), committed.get(part, 0)) for part in ends
        }
        self.behind = {
            part: self.behind.get(part, now)
            for part, end in ends.items()
            if end > self.positions[part]
        }
        self.own = {part: at for part, at in self.own.items() if at > committed.get(part, at)}
        self.uncommitted = {part: self._held(part, committed[part]) for part in self.own}
        lag = sum(max(0, end - self.positions[part]) for part, end in ends.items())
        metrics.WORKER_LAG.labels(self.stage).set(lag)

    def given_out(self, parts: Iterable[Partition]) -> None:
        """Takes that from now on these are all partitions of this worker."""
        self.given = frozenset(parts)

    def given_up(self, parts: Iterable[Partition]) -> None:
        """Takes that Kafka gives the partitions anew: what is not committed will be read again."""
        self.own = {part: at for part, at in self.own.items() if part not in set(parts)}
        self.uncommitted = {part: self.uncommitted[part] for part in self.own}

    def suspects(self) -> dict[Partition, tuple[int, int]]:
        """Position and end of partitions that have been behind for long: are there records?"""
        now = self.clock()
        return {
            part: (self.positions[part], self.ends[part])
            for part, since in self.behind.items()
            if now - since > self.stall_seconds / LOOKS_BEFORE_A_STALL
        }

    def nothing_before(self, ends: Mapping[Partition, int]) -> None:
        """Takes that up to these offsets there is no record to wait for: markers of transactions
        have offsets too."""
        self.positions = {part: max(at, ends.get(part, at)) for part, at in self.positions.items()}
        self.behind = {part: since for part, since in self.behind.items() if part not in ends}

    def unmeasured(self, *, kafka_answers: bool) -> None:
        """Takes that the ends are not to be had: because Kafka is away, or because our own consumer
        does not ask."""
        if kafka_answers and not self.kafka_answers:
            self._count_anew()
            self.measured_at = self.clock()
        self.kafka_answers = kafka_answers

    @property
    def idle(self) -> bool:
        """Nothing is being worked on, and in each of its partitions, as far as was measured,
        nothing waits. Not before Kafka has given it partitions, and each is measured."""
        if self.given is None or not self.given <= self.ends.keys() or self._missing():
            return False
        waits = any(end > self.positions.get(part, 0) for part, end in self.ends.items())
        return self.busy_since is None and not waits

    def health(self) -> Health:
        """Failing: for `stall_seconds` records wait and none got on, or what is finished is not
        committed."""
        now = self.clock()
        if self.stopped_for:
            return Health(True, self.stopped_for)
        if engine := self._missing():
            return Health(True, f"waits for {engine}")
        if not self.started:
            return Health(True, "is starting")
        busy_since = self.busy_since
        if busy_since is not None and now - busy_since > self.stall_seconds:
            return Health(False, f"has not got on with its batch for {now - busy_since:.0f} s")
        if stuck := self._stalled({part: since for part, (_, since) in self.uncommitted.items()}):
            return Health(False, f"stalled: what is done of {stuck} is not committed to Kafka")
        if busy_since is not None:
            return Health(True, f"works; {len(self.behind)} of {len(self.ends)} partitions wait")
        if self.measured_at is None or now - self.measured_at > self.stall_seconds:
            return Health(False, "the consumer does not answer")
        if stuck := self._stalled(self.behind):
            return Health(False, f"stalled: {stuck} has records that are not taken")
        if not self.ends:
            return Health(True, "has no partitions: there are more workers than partitions")
        return Health(True, f"has read all {len(self.ends)} partitions to the end")

    def ready(self) -> Health:
        """Ready: the consumer has its partitions and no engine holds the worker up."""
        if self.stopped_for:
            return Health(False, self.stopped_for)
        if engine := self._missing():
            return Health(False, f"waits for {engine}")
        if not self.started or self.given is None:
            return Health(False, "is starting")
        stopped = self.apart.stopped_for if self.apart else None
        beside = f"; its back-fill has {stopped}" if stopped else ""
        return Health(True, f"reads {len(self.ends)} partitions{beside}")

    def _missing(self) -> str | None:
        if engine := self.waits_for:
            return f"{engine}: {self.because}" if self.because else engine
        return None if self.kafka_answers else "Kafka"

    def _stalled(self, since: Mapping[Partition, float]) -> str | None:
        now = self.clock()
        stalled = [part for part, then in since.items() if now - then > self.stall_seconds]
        return "{}-{}".format(*min(stalled)) if stalled else None

    def _held(self, part: Partition, committed: int) -> tuple[int, float]:
        """Where the partition's commits stand, and since when."""
        before = self.uncommitted.get(part)
        return before if before and before[0] == committed else (committed, self.clock())

    def _count_anew(self) -> None:
        """After an outage nothing has waited yet for the worker itself."""
        now = self.clock()
        self.behind = dict.fromkeys(self.behind, now)
        self.uncommitted = {part: (at, now) for part, (at, _) in self.uncommitted.items()}
        self.busy_since = None if self.busy_since is None else now

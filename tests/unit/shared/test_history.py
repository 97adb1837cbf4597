"""Reading what topics hold, on a consumer that is a small fake."""

from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from kafka.errors import CoordinatorNotAvailableError

from tidings import history
from tidings.errors import EngineUnavailable
from tidings.history import group_offsets, read_until


class Part(NamedTuple):
    topic: str
    partition: int


@dataclass(frozen=True)
class Fetched:
    topic: str
    partition: int
    offset: int
    value: bytes = b"v"
    key: bytes | None = None
    timestamp: int = 5
    headers: tuple[tuple[str, bytes | None], ...] = (("h", None),)


@dataclass
class FakeConsumer:
    """Gives one record a poll; offsets in `gaps` are there for no one (compacted, a marker)."""

    ends: dict[Part, int]
    gaps: frozenset[int] = frozenset()
    at: dict[Part, int] = field(default_factory=dict)

    def position(self, part: Part) -> int:
        return self.at.setdefault(part, 0)

    def poll(self, timeout_ms: int) -> dict[Part, list[Fetched]]:
        for part, end in self.ends.items():
            if (offset := self.position(part)) < end:
                self.at[part] += 1
                records = [] if offset in self.gaps else [Fetched(*part, offset)]
                return {part: records}
        return {}


def test_a_topic_is_read_to_the_end_that_it_had_and_no_further() -> None:
    consumer = FakeConsumer({Part("t", 0): 3, Part("t", 1): 0, Part("t", 2): 9})
    ends = {Part("t", 0): 3, Part("t", 1): 0, Part("t", 2): 2}
    read = [(record.partition, record.offset) for record in read_until(consumer, ends)]
    assert read == [(0, 0), (0, 1), (0, 2), (2, 0), (2, 1)]


def test_a_gap_at_the_end_of_a_partition_is_no_reason_to_wait() -> None:
    consumer = FakeConsumer({Part("t", 0): 3}, gaps=frozenset({1, 2}))
    assert [record.offset for record in read_until(consumer, {Part("t", 0): 3})] == [0]


def test_a_broker_that_falls_silent_while_a_topic_is_read_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "_SILENT_SECONDS", 0.0)
    with pytest.raises(EngineUnavailable):
        list(read_until(FakeConsumer({Part("t", 0): 0}), {Part("t", 0): 3}))


class Committed(NamedTuple):
    offset: int


@dataclass
class FirstAsked:
    """A cluster on which no group ever was: it makes its topic of groups when it is asked."""

    asked: int = 0

    def list_group_offsets(self, group: str) -> dict[str, dict[Part, Committed]]:
        self.asked += 1
        if self.asked == 1:
            raise CoordinatorNotAvailableError
        return {group: {Part("t", 0): Committed(3), Part("t", 1): Committed(-1)}}


def test_a_cluster_without_any_group_yet_is_asked_again() -> None:
    assert group_offsets(FirstAsked(), "g") == {("t", 0): 3}

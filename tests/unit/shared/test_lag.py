"""What waits is what a reader would get, and it is as old as the oldest of that."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import pytest

from tests.factories import an_incoming
from tidings.deadletters import Incoming
from tidings.history import History, Span
from tidings.lag import PartitionLag, Times, read_lags
from tidings.topics import Partition

ONE, TWO, THREE = ("articles.raw", 1), ("articles.raw", 2), ("articles.raw", 3)


@dataclass
class FakeHistory:
    """Has one record in each partition that it is given an age for, in seconds; nothing but markers
    in the others."""

    ages: Mapping[Partition, float]
    asked: list[Partition] = field(default_factory=list)

    def first(self, spans: Mapping[Partition, Span]) -> dict[Partition, Incoming]:
        self.asked += spans
        now = time.time()
        return {
            part: an_incoming(timestamp=int((now - self.ages[part]) * 1000))
            for part in spans
            if part in self.ages
        }


class Part(NamedTuple):
    topic: str
    partition: int


class Committed(NamedTuple):
    offset: int


@dataclass
class FakeAdmin:
    groups: Mapping[str, Mapping[Partition, int]]

    def list_group_offsets(self, group: str) -> dict[str, dict[Part, Committed]]:
        offsets = self.groups.get(group, {})
        return {group: {Part(*part): Committed(offset) for part, offset in offsets.items()}}


def lags_of(
    history: FakeHistory,
    spans: Mapping[Partition, Span],
    committed: Mapping[Partition, int],
    times: Times | None = None,
) -> dict[tuple[str, Partition], PartitionLag]:
    admin: Any = FakeAdmin({"tidings-events": committed, "tidings-index": {}})
    found = read_lags(cast(History, history), admin, spans, times or Times())
    return {(lag.stage, (lag.topic, lag.partition)): lag for lag in found}


def test_each_partition_tells_what_waits_and_how_old_the_oldest_is() -> None:
    history = FakeHistory({ONE: 20, TWO: 300})
    spans = {ONE: Span(0, 9), TWO: Span(3, 5), THREE: Span(0, 4)}
    lags = lags_of(history, spans, {ONE: 5, THREE: 4})
    one, two, three = (lags["events", part] for part in (ONE, TWO, THREE))
    assert (one.records, one.committed) == (4, 5)
    assert one.seconds == pytest.approx(20, abs=5)
    assert (two.records, two.committed) == (2, 3), "what has expired waits for nobody"
    assert two.seconds == pytest.approx(300, abs=5)
    assert (three.records, three.seconds) == (0, None)


def test_a_partition_that_holds_but_markers_has_nothing_that_waits() -> None:
    lag = lags_of(FakeHistory({}), {ONE: Span(5, 6)}, {})["events", ONE]
    assert (lag.records, lag.seconds) == (0, None)


def test_a_record_from_a_clock_that_is_ahead_is_not_younger_than_now() -> None:
    assert lags_of(FakeHistory({ONE: -60}), {ONE: Span(5, 6)}, {})["events", ONE].seconds == 0


def test_a_partition_that_stands_still_is_read_once_and_one_that_moves_again() -> None:
    history, times, spans = FakeHistory({ONE: 20, TWO: 9}), Times(), {ONE: Span(0, 9)}
    for offset in (5, 5, 6):
        history.asked.clear()
        lags = lags_of(history, spans, {ONE: offset}, times)
        times.next_look()
        assert lags["events", ONE].seconds == pytest.approx(20, abs=5)
    assert history.asked == [ONE], "events has moved on, entities and index are where they were"


def test_a_back_fill_has_records_that_wait_but_no_age() -> None:
    part = ("articles.backfill.events", 0)
    lag = lags_of(FakeHistory({part: 86_400}), {part: Span(0, 7)}, {})["events", part]
    assert (lag.records, lag.seconds) == (7, None)

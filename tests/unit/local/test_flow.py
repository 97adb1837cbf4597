"""What waits is what a reader would get, and it is as old as the oldest of that."""

import time
from collections.abc import Mapping
from typing import Any, cast

import pytest

from tests.factories import an_incoming
from tidings.deadletters import Incoming
from tidings.history import History, Span
from tidings.topics import Partition
from tidings_local.flow import count_lag

ONE, TWO, THREE = ("articles.raw", 1), ("articles.raw", 2), ("articles.raw", 3)


class FakeHistory:
    """Has one record in each partition that it is given an age for, in seconds; nothing but markers
    in the others."""

    def __init__(self, ages: Mapping[Partition, float]) -> None:
        self.ages = ages
        self.asked: list[Partition] = []

    def first(self, spans: Mapping[Partition, Span]) -> dict[Partition, Incoming]:
        self.asked += spans
        now = time.time()
        return {
            part: an_incoming(timestamp=int((now - self.ages[part]) * 1000))
            for part in spans
            if part in self.ages
        }


def lag_of(history: FakeHistory, waiting: Mapping[Partition, Span]) -> Any:
    return count_lag(cast(History, history), "events", "tidings-events", waiting)


def test_lag_is_the_sum_of_what_waits_and_the_age_of_the_oldest() -> None:
    history = FakeHistory({ONE: 20, TWO: 300})
    lag = lag_of(history, {ONE: Span(5, 9), TWO: Span(0, 2), THREE: Span(4, 4)})
    assert lag.records == 6
    assert lag.seconds == pytest.approx(300, abs=5)
    assert history.asked == [ONE, TWO], "where nothing waits nothing is read"


def test_a_partition_that_holds_but_markers_has_nothing_that_waits() -> None:
    lag = lag_of(FakeHistory({}), {ONE: Span(5, 6)})
    assert (lag.records, lag.seconds) == (0, None)


def test_a_record_from_a_clock_that_is_ahead_is_not_younger_than_now() -> None:
    assert lag_of(FakeHistory({ONE: -60}), {ONE: Span(5, 6)}).seconds == 0

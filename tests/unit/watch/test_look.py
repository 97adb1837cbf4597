"""A look survives an engine that is away, says so once, and does not take all the time."""

import threading
from dataclasses import dataclass

import pytest

from tidings import metrics
from tidings.errors import EngineUnavailable
from tidings_watch.look import Look, health_of, keep_looking, ready_of


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def nothing() -> None:
    return None


def test_a_look_that_takes_long_is_repeated_the_more_seldom() -> None:
    clock = Clock()

    def slow() -> None:
        clock.now += 20

    assert Look("kafka", 5, nothing, nothing, clock).look() == 5
    assert Look("kafka", 5, slow, nothing, clock).look() == 80


def test_an_engine_that_did_not_answer_for_long_is_asked_again_soon() -> None:
    clock = Clock()

    def waits() -> None:
        clock.now += 30
        raise EngineUnavailable("Kafka does not answer")

    assert Look("kafka", 5, waits, nothing, clock).look() == 5


def test_an_engine_that_is_away_is_no_end_and_what_was_known_is_forgotten() -> None:
    forgotten: list[bool] = []

    def fails() -> None:
        raise EngineUnavailable("Kafka does not answer")

    look = Look("kafka", 5, fails, lambda: forgotten.append(True), Clock())
    look.look()
    assert forgotten == [True]
    assert ready_of([look]).detail == "Kafka does not answer"
    assert not ready_of([look]).ok
    assert health_of([look]).ok, "restarting the watch would not mend Kafka"
    look.once = nothing
    look.look()
    assert ready_of([look]).ok


def test_a_look_that_does_not_end_is_unhealthy() -> None:
    clock = Clock()
    states = []

    def hangs() -> None:
        clock.now += 121
        states.append(health_of([look]))

    look = Look("elasticsearch", 5, hangs, nothing, clock)
    look.look()
    assert [state.ok for state in states] == [False]
    assert "elasticsearch for 121 s" in states[0].detail
    assert health_of([look]).ok


def test_an_error_of_our_own_ends_the_watch_instead_of_hiding() -> None:
    def broken() -> None:
        raise KeyError("brokers")

    with pytest.raises(KeyError):
        keep_looking([Look("kafka", 5, broken, nothing)], threading.Event())


def test_how_long_a_look_took_is_measured_by_kind() -> None:
    Look("kafka", 5, nothing, nothing, Clock()).look()
    [family] = metrics.LOOK_SECONDS.collect()
    assert {"what": "kafka"} in [sample.labels for sample in family.samples]

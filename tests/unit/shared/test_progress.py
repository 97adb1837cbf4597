"""A worker's health is whether it gets on with what waits for it."""

import pytest
from prometheus_client import REGISTRY

from tidings.progress import Progress

PART = ("articles.raw", 0)
OTHER = ("articles.raw", 1)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def progress(clock: Clock) -> Progress:
    return Progress("entities", stall_seconds=60, clock=clock)


def test_a_worker_that_starts_is_healthy_but_not_ready(progress: Progress) -> None:
    assert progress.health().ok
    assert not progress.ready().ok


def test_a_worker_that_read_everything_is_healthy(progress: Progress, clock: Clock) -> None:
    progress.measured({PART: 10}, {PART: 10})
    clock.now += 30
    assert progress.health().ok
    assert progress.ready().ok


def test_a_worker_that_leaves_records_lying_is_stalled(progress: Progress, clock: Clock) -> None:
    progress.measured({PART: 10}, {PART: 4})
    clock.now += 61
    progress.measured({PART: 12}, {PART: 4})
    health = progress.health()
    assert not health.ok
    assert "articles.raw-0" in health.detail


def test_one_stalled_partition_shows_while_others_move(progress: Progress, clock: Clock) -> None:
    progress.measured({PART: 10, OTHER: 10}, {})
    for _ in range(5):
        clock.now += 15
        progress.acknowledged({OTHER: 5})
        progress.measured({PART: 10, OTHER: 20}, {})
    assert not progress.health().ok


def test_slow_but_steady_work_is_healthy(progress: Progress, clock: Clock) -> None:
    for position in range(1, 6):
        progress.measured({PART: 1000}, {})
        clock.now += 50
        progress.acknowledged({PART: position})
        progress.measured({PART: 1000}, {})
        assert progress.health().ok


def test_a_batch_that_never_ends_is_a_stall(progress: Progress, clock: Clock) -> None:
    progress.measured({PART: 10}, {})
    with progress.working_on(3):
        clock.now += 61
        assert not progress.health().ok


def test_a_long_batch_that_moves_on_is_no_stall(progress: Progress, clock: Clock) -> None:
    progress.measured({PART: 10}, {})
    with progress.working_on(3):
        for _ in range(3):
            clock.now += 50
            progress.moved_on()
            assert progress.health().ok


def test_waiting_for_an_engine_is_no_stall_but_not_ready(progress: Progress, clock: Clock) -> None:
    progress.measured({PART: 10}, {})
    with progress.working_on(3), progress.waiting_for("Elasticsearch"):
        clock.now += 600
        assert progress.health().ok
        assert not progress.ready().ok
        assert "Elasticsearch" in progress.health().detail


def test_kafka_being_away_is_no_stall_but_not_ready(progress: Progress, clock: Clock) -> None:
    progress.measured({PART: 10}, {})
    progress.unmeasured(kafka_answers=False)
    clock.now += 600
    assert progress.health().ok
    assert "Kafka" in progress.ready().detail
    assert not progress.ready().ok


def test_a_consumer_that_hangs_while_kafka_answers_is_a_stall(
    progress: Progress, clock: Clock
) -> None:
    progress.measured({PART: 10}, {PART: 10})
    progress.unmeasured(kafka_answers=True)
    clock.now += 61
    assert not progress.health().ok


def test_the_time_of_an_outage_is_not_held_against_the_worker(
    progress: Progress, clock: Clock
) -> None:
    progress.measured({PART: 10}, {})
    with progress.working_on(3):
        with progress.waiting_for("Elasticsearch"):
            clock.now += 600
        assert progress.health().ok
    progress.unmeasured(kafka_answers=False)
    clock.now += 600
    progress.measured({PART: 10}, {})
    assert progress.health().ok


def test_lag_is_what_waits_in_the_workers_partitions(progress: Progress) -> None:
    progress.measured({PART: 10, OTHER: 5}, {PART: 4, OTHER: 5})
    assert REGISTRY.get_sample_value("tidings_lag_records", {"stage": "entities"}) == 6


def test_a_consumer_that_no_longer_answers_is_a_stall(progress: Progress, clock: Clock) -> None:
    progress.measured({PART: 10}, {PART: 10})
    clock.now += 61
    assert not progress.health().ok


def test_partitions_that_went_to_another_worker_are_no_longer_ours(
    progress: Progress, clock: Clock
) -> None:
    progress.measured({PART: 10, OTHER: 10}, {OTHER: 10})
    clock.now += 61
    progress.measured({OTHER: 10}, {OTHER: 10})
    assert progress.health().ok

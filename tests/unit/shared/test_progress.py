"""A worker's health is whether it gets on with what waits for it."""

import pytest

from tests.measured import measured
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


def test_a_worker_is_not_ready_before_kafka_gives_it_partitions(progress: Progress) -> None:
    progress.measured({}, {})
    assert progress.ready().detail == "is starting"
    progress.given_out([])
    assert progress.ready().ok, "there are more workers than partitions"


def test_a_back_fill_that_has_stopped_is_told_by_a_worker_that_is_ready(progress: Progress) -> None:
    progress.apart = Progress("entities", stall_seconds=60)
    progress.given_out([PART])
    progress.measured({PART: 10}, {PART: 10})
    with progress.apart.stopped("stopped: most records are bad"):
        assert progress.ready().ok
        assert "its back-fill has stopped: most" in progress.ready().detail
    assert progress.ready().detail == "reads 1 partitions"


def test_a_worker_that_read_everything_is_healthy(progress: Progress, clock: Clock) -> None:
    progress.given_out([PART])
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


def test_live_records_and_those_of_the_back_fill_are_in_flight_together(
    progress: Progress, clock: Clock
) -> None:
    def in_flight() -> float:
        return measured("tidings_in_flight_records", stage="entities")

    with Progress("entities", 60, clock).working_on(2):
        with progress.working_on(3):
            assert in_flight() == 5
        assert in_flight() == 2
    assert in_flight() == 0


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


def test_a_consumer_has_its_time_to_come_back_after_kafka_has(
    progress: Progress, clock: Clock
) -> None:
    progress.measured({PART: 10}, {})
    progress.acknowledged({PART: 5})
    progress.measured({PART: 10}, {})
    progress.unmeasured(kafka_answers=False)
    clock.now += 600
    progress.unmeasured(kafka_answers=True)
    assert progress.health().ok
    progress.measured({PART: 10}, {})
    assert progress.health().ok
    clock.now += 61
    assert not progress.health().ok


def test_lag_is_what_waits_in_the_workers_partitions(progress: Progress) -> None:
    progress.measured({PART: 10, OTHER: 5}, {PART: 4, OTHER: 5})
    assert measured("tidings_worker_lag_records", stage="entities") == 6


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


def test_what_is_done_but_never_committed_is_a_stall(progress: Progress, clock: Clock) -> None:
    progress.measured({PART: 10, OTHER: 10}, {PART: 4, OTHER: 4})
    progress.acknowledged({PART: 10, OTHER: 10})
    for _ in range(5):
        progress.measured({PART: 10, OTHER: 10}, {PART: 4, OTHER: 10})
        assert progress.health().ok
        clock.now += 14
    progress.measured({PART: 10, OTHER: 10}, {PART: 4, OTHER: 10})
    assert not progress.health().ok
    assert "articles.raw-0 is not committed" in progress.health().detail


def test_what_is_never_committed_shows_while_new_records_are_worked_on(
    progress: Progress, clock: Clock
) -> None:
    for position in range(5, 10):
        progress.acknowledged({PART: position})
        progress.measured({PART: 99}, {PART: 4})
        clock.now += 14
    with progress.working_on(1):
        assert not progress.health().ok


def test_commits_that_follow_a_little_behind_are_no_stall(progress: Progress, clock: Clock) -> None:
    for position in range(1, 10):
        progress.acknowledged({PART: position})
        progress.measured({PART: 99}, {PART: position - 1})
        clock.now += 59
        assert progress.health().ok


def test_what_kafka_gives_anew_is_no_longer_waited_for_to_be_committed(
    progress: Progress, clock: Clock
) -> None:
    progress.acknowledged({PART: 10})
    progress.measured({PART: 10}, {PART: 4})
    progress.given_up([PART])
    clock.now += 61
    progress.measured({PART: 10}, {PART: 4})
    assert progress.health().ok


def test_an_outage_of_kafka_is_not_held_against_what_it_could_not_commit(
    progress: Progress, clock: Clock
) -> None:
    progress.acknowledged({PART: 10})
    progress.measured({PART: 10}, {PART: 4})
    progress.unmeasured(kafka_answers=False)
    clock.now += 600
    assert progress.health().ok
    progress.measured({PART: 10}, {PART: 4})
    assert progress.health().ok


def test_a_partition_is_suspected_well_before_it_counts_as_stalled(
    progress: Progress, clock: Clock
) -> None:
    progress.measured({PART: 10, OTHER: 7}, {PART: 4, OTHER: 7})
    assert progress.suspects() == {}
    clock.now += 20
    assert progress.suspects() == {PART: (4, 10)}
    assert progress.health().ok


def test_a_partition_that_ends_in_a_marker_is_read_to_its_end(
    progress: Progress, clock: Clock
) -> None:
    progress.measured({PART: 10}, {PART: 9})
    progress.nothing_before({PART: 10})
    clock.now += 61
    progress.measured({PART: 10}, {PART: 9})
    assert progress.health().ok
    assert measured("tidings_worker_lag_records", stage="entities") == 0
    progress.measured({PART: 11}, {PART: 9})
    clock.now += 61
    progress.measured({PART: 11}, {PART: 9})
    assert not progress.health().ok, "what comes behind the marker waits"


def test_moving_on_while_nothing_is_worked_on_does_not_make_busy(
    progress: Progress, clock: Clock
) -> None:
    progress.measured({PART: 10}, {PART: 10})
    progress.moved_on()
    clock.now += 59
    progress.measured({PART: 10}, {PART: 10})
    clock.now += 2
    assert progress.health().detail == "has read all 1 partitions to the end"


def test_the_reason_of_an_outage_is_shown_as_it_changes_and_forgotten_with_it(
    progress: Progress,
) -> None:
    progress.given_out([PART])
    progress.measured({PART: 10}, {PART: 10})
    with progress.waiting_for("Elasticsearch"):
        assert progress.ready().detail == "waits for Elasticsearch"
        for reason in ("it does not answer", "the index is read-only: disk"):
            progress.waits_because(reason)
            assert progress.ready().detail == f"waits for Elasticsearch: {reason}"
            assert progress.health().detail == f"waits for Elasticsearch: {reason}"
    assert progress.ready().ok
    with progress.waiting_for("Kafka"):
        assert progress.ready().detail == "waits for Kafka"


def test_a_worker_is_not_idle_before_it_has_its_partitions_and_each_is_measured(
    progress: Progress,
) -> None:
    progress.measured({}, {})
    assert not progress.idle, "it has yet to join its group"
    progress.given_out([PART, OTHER])
    progress.measured({PART: 3}, {PART: 3})
    assert not progress.idle, "nobody knows what waits in the other"
    progress.measured({PART: 3, OTHER: 5}, {PART: 3, OTHER: 5})
    assert progress.idle


def test_a_worker_that_is_left_without_partitions_is_idle(progress: Progress) -> None:
    progress.given_out([])
    progress.measured({}, {})
    assert progress.idle


def test_between_two_batches_of_a_long_queue_a_worker_is_not_idle(progress: Progress) -> None:
    progress.given_out([PART])
    progress.measured({PART: 100}, {PART: 0})
    progress.acknowledged({PART: 32})
    assert not progress.idle
    progress.acknowledged({PART: 100})
    assert progress.idle

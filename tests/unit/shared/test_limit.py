"""One bad record is data; a stream of bad records is a reason to stop."""

import pytest

from tidings.limit import DeadLetterLimit


def admits(limit: DeadLetterLimit, *batches: tuple[int, int]) -> list[bool]:
    return [limit.admits(bad, of) for bad, of in batches]


def test_bad_records_among_good_ones_never_stop_a_stage() -> None:
    assert all(admits(DeadLetterLimit(20), *[(4, 8)] * 100))


def test_when_most_of_the_last_records_are_bad_they_are_not_set_aside_any_more() -> None:
    assert admits(DeadLetterLimit(20), *[(0, 8)] * 5, *[(8, 8)] * 3) == [*[True] * 6, False, False]


def test_a_few_records_are_no_reason_however_bad_they_are() -> None:
    assert admits(DeadLetterLimit(20), (8, 8), (11, 11), (1, 1)) == [True, True, False]


@pytest.mark.parametrize(("bad", "admitted"), [(250, True), (251, False)])
def test_a_batch_that_is_longer_than_the_window_is_judged_as_a_whole(
    bad: int, admitted: bool
) -> None:
    assert DeadLetterLimit(200).admits(bad, 500) is admitted


def test_without_a_window_a_stage_never_stops() -> None:
    assert all(admits(DeadLetterLimit(0), *[(500, 500)] * 10))


def test_what_was_bad_long_ago_is_forgotten() -> None:
    limit = DeadLetterLimit(20)
    assert admits(limit, (8, 8), *[(0, 8)] * 3, (8, 8), (4, 8)) == [True] * 6


def test_a_batch_without_a_bad_record_never_stops_a_stage() -> None:
    """There would be no reason to name."""
    assert admits(DeadLetterLimit(200), (150, 150), (0, 60)) == [True, True]


def test_batches_in_which_nothing_counts_are_not_remembered() -> None:
    limit = DeadLetterLimit(20)
    assert admits(limit, (8, 8), *[(0, 0)] * 50, (12, 12))[-1] is False

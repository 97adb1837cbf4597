"""A process that stands still ends itself, and one that gets on does not."""

from collections.abc import Callable

from tidings.operations import Health
from tidings.watchdog import MUST_RESTART, end_when_stuck


def told(*states: bool) -> tuple[Callable[[], Health], list[bool]]:
    """A health that fails where there is a False, and what of it is yet to be asked."""
    left = list(states)
    return lambda: Health(left.pop(0), "says so"), left


def test_three_failing_answers_in_a_row_end_the_process() -> None:
    ended: list[int] = []
    health, left = told(True, False, False, False, True)
    end_when_stuck(health, check_seconds=0, end=ended.append).join(10)
    assert ended == [MUST_RESTART]
    assert left == [True]


def test_one_good_answer_in_between_starts_the_count_again() -> None:
    ended: list[int] = []
    health, left = told(False, False, True, False, False, True, False, False, False)
    end_when_stuck(health, check_seconds=0, end=ended.append).join(10)
    assert ended == [MUST_RESTART]
    assert not left

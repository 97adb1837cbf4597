"""Which outlets count as silent: judged by their own habit."""

from collections.abc import Iterable

import pytest

from tidings_watch.commands import table_of
from tidings_watch.outlets import Day, Outlet, usual_gap

HOUR, DAY = 3600.0, 86_400.0
SUNDAY = 1_780_228_800.0  # 2026-05-31T12:00:00Z


def heard(days: Iterable[int], first: float = 6 * HOUR, last: float = 20 * HOUR) -> list[Day]:
    """From `first` to `last` on each of the days, which are counted back from this Sunday's."""
    midnight = SUNDAY - 12 * HOUR
    return [Day(midnight - day * DAY + first, midnight - day * DAY + last) for day in days]


def outlet(days: list[Day], name: str = "gazette.example") -> Outlet:
    return Outlet(name, 20 * len(days), days[-1].last, usual_gap(days))


def test_one_that_published_daily_and_stopped_two_days_ago_is_silent() -> None:
    assert outlet(heard(range(32, 2, -1))).is_silent(SUNDAY)


def test_one_of_once_a_week_is_not_silent_after_five_days() -> None:
    weekly = outlet(heard(range(75, 4, -7)))
    assert weekly.gap_seconds is not None
    assert not weekly.is_silent(SUNDAY)
    assert weekly.is_silent(SUNDAY + 7 * DAY)


def test_one_that_rests_at_weekends_is_not_silent_on_a_sunday() -> None:
    weekdays = [day for day in range(60, 1, -1) if day % 7 not in (0, 1)]
    rested = outlet(heard(weekdays))
    assert not rested.is_silent(SUNDAY)
    assert rested.is_silent(SUNDAY + 3 * DAY)


def test_a_new_one_has_no_habit_and_is_never_silent() -> None:
    assert usual_gap(heard(range(3, 0, -1))) is None
    assert not outlet(heard(range(3, 0, -1))).is_silent(SUNDAY + 90 * DAY)


def test_one_holiday_is_no_habit() -> None:
    days = heard([*range(100, 60, -1), *range(40, 0, -1)])
    assert usual_gap(days) == pytest.approx(10 * HOUR)


def test_an_hour_less_than_a_day_is_never_silence() -> None:
    assert not outlet(heard(range(30, 0, -1))).is_silent(SUNDAY - 12 * HOUR - 4 * HOUR + 23 * HOUR)


def test_the_list_has_the_silent_first_with_habit_and_last_article() -> None:
    alive, gone = outlet(heard(range(9, 0, -1)), "b"), outlet(heard(range(32, 2, -1)), "a")
    names, articles, last, habit, said = (
        list(column.cells) for column in table_of([alive, gone], SUNDAY).columns
    )
    assert names == ["a", "b"]
    assert said == ["silent", ""]
    assert (articles[0], habit[0]) == ("600", "10 h")
    assert str(last[0]).startswith("2026-05-28 20:00 UTC, 64 h ago")

"""Where the bars, ticks and lines of a timeline lie."""

from datetime import date, timedelta

import pytest

from tidings.plover import MODES
from tidings_search.charts import (
    HEIGHT,
    QUADS,
    draw_counts,
    draw_intensity,
    interval_name,
)
from tidings_search.timeline import Bar, Timeline


def of_days(*counts: int, first: date = date(2026, 3, 1), complete: bool = True) -> Timeline:
    """A bar a day; the last is `complete` or not."""
    days = [first + timedelta(days=number) for number in range(len(counts))]
    bars = tuple(
        Bar(first=day, last=day, count=count, complete=complete or day != days[-1])
        for day, count in zip(days, counts, strict=True)
    )
    return Timeline(of="articles", interval="1d", total=sum(counts), undated=0, bars=bars)


def of_one(bar: Bar) -> Timeline:
    return Timeline(of="events", interval="1M", total=bar.count, undated=0, bars=(bar,))


def test_equal_counts_are_equally_high_and_none_leaves_the_chart() -> None:
    chart = draw_counts(of_days(*[100] * 20))

    assert len({column.pieces[0].height for column in chart.columns}) == 1
    assert chart.columns[0].x >= 0
    assert chart.columns[-1].x + chart.columns[-1].width <= 100


def test_empty_stretches_have_no_column_but_keep_their_room() -> None:
    chart = draw_counts(of_days(1, *[0] * 30, 1))

    assert len(chart.columns) == 2
    assert chart.columns[1].x > 90


def test_one_bar_does_not_fill_the_chart() -> None:
    (column,) = draw_counts(of_days(7)).columns

    assert column.width < 10


def test_a_bar_that_is_not_complete_has_nothing_to_its_right() -> None:
    chart = draw_counts(of_days(5, 5, 2, complete=False))

    assert chart.columns[-1].x + chart.columns[-1].width > 98
    assert [bar.first for bar in chart.unfinished] == [date(2026, 3, 3)]


def test_events_are_stacked_by_type_cooperation_below_conflict() -> None:
    types = {"ASSAULT": 3, "AID": 1, "AGREE": 2}
    month = Bar(first=date(2026, 3, 1), last=date(2026, 3, 31), count=6, by_type=types)
    (column,) = draw_counts(of_one(month)).columns

    assert [piece.kind for piece in column.pieces] == ["quad-1", "quad-2", "quad-4"]
    bottom = column.pieces[0]
    assert bottom.y + bottom.height == pytest.approx(HEIGHT, abs=0.2)
    assert column.pieces[2].height == pytest.approx(bottom.height * 1.5, abs=0.2)


def test_every_type_of_event_has_one_quad_class() -> None:
    assert sorted(one for _, types in QUADS.values() for one in types) == sorted(MODES)


def test_intensity_stands_above_the_line_for_cooperation_and_hangs_below_for_conflict() -> None:
    stretch = {"first": date(2026, 3, 1), "last": date(2026, 3, 31), "count": 1}
    above, below = (
        draw_intensity(of_one(Bar(**stretch, intensity=value))).columns[0].pieces[0]
        for value in (5.0, -10.0)
    )

    assert (above.kind, above.y + above.height) == ("cooperation", HEIGHT / 2)
    assert (below.kind, below.y, below.height) == ("conflict", HEIGHT / 2, HEIGHT / 2)


@pytest.mark.parametrize(
    ("days", "label"), [(20, "1 Mar"), (150, "Apr 2026"), (1500, "2027"), (40_000, "2040")]
)
def test_ticks_are_round_days_months_or_years(days: int, label: str) -> None:
    chart = draw_counts(of_days(*[1] * 2, *[0] * (days - 3), 1))

    assert label in [tick.label for tick in chart.ticks]
    assert len(chart.ticks) <= 9


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_can_be_drawn(day: date) -> None:
    bar = Bar(first=day, last=day, count=1)
    timeline = Timeline(of="articles", interval="1d", total=1, undated=0, bars=(bar,))

    assert len(draw_counts(timeline).columns) == 1


def test_nothing_is_drawn_of_nothing() -> None:
    chart = draw_counts(of_days())

    assert (chart.columns, chart.ticks, chart.unfinished) == ((), (), ())


@pytest.mark.parametrize(
    ("interval", "name"),
    [("1d", "day"), ("7d", "week"), ("3M", "three months"), ("5y", "5 years"), ("week", "week")],
)
def test_an_interval_has_a_name(interval: str, name: str) -> None:
    assert interval_name(interval) == name

"""Timelines as SVG: where bars, ticks and lines lie. Pure.

Across, everything is a percentage of the width, so that a chart fits any screen while its words
keep their size; down, it is pixels from the top.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from tidings.messages import EventType
from tidings_search.timeline import Bar, Timeline

HEIGHT: Final = 104
"""Of the bars, without the axis below."""

QUADS: Final[Mapping[int, tuple[str, tuple[EventType, ...]]]] = {
    1: ("verbal cooperation", ("AGREE", "CONSULT", "SUPPORT", "CONCEDE")),
    2: ("material cooperation", ("COOPERATE", "AID", "RETREAT")),
    3: ("verbal conflict", ("REQUEST", "REJECT", "ACCUSE", "THREATEN")),
    4: ("material conflict", ("PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT")),
}
"""By quad class, what it is called and the types of event in it."""

QUAD_OF: Final = {one: quad for quad, (_, types) in QUADS.items() for one in types}

_FEWEST_SLOTS: Final = 16
"""A chart of fewer bars is not filled by them."""
_GAP: Final = 0.12
_MOST_GAP: Final = 0.35
_MOST_TICKS: Final = 8
_LAST_TICK: Final = 90.0
_TOP_SPACE: Final = 12
_MOST_INTENSE: Final = 10
_MONTHS: Final = (1, 3, 6)
_YEARS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000)
_DAYS: Final = (1, 2, 7, 14)
_INTERVALS: Final = {
    "1d": "day", "7d": "week", "1M": "month", "3M": "three months", "1y": "year",
}  # fmt: skip
_UNITS: Final = {"d": "days", "M": "months", "y": "years"}


class Piece(NamedTuple):
    """A part of a column; `kind` is its CSS class."""

    y: float
    height: float
    kind: str


class Column(NamedTuple):
    bar: Bar
    x: float
    width: float
    pieces: tuple[Piece, ...]


class Tick(NamedTuple):
    """`odd`: one that goes first where there is little room."""

    x: float
    label: str
    odd: bool


class Line(NamedTuple):
    y: float
    label: str


class Chart(NamedTuple):
    """`columns` are those that have something; `zero` is where they stand."""

    height: int
    zero: float
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]

    @property
    def unfinished(self) -> tuple[Bar, ...]:
        return tuple(column.bar for column in self.columns if not column.bar.complete)


def draw_counts(timeline: Timeline) -> Chart:
    """Events are stacked by type, cooperation below conflict."""
    highest = max(timeline.highest, 1)
    scale = (HEIGHT - _TOP_SPACE) / highest
    columns = tuple(
        Column(bar, x, width, tuple(_stacked(bar, scale)))
        for bar, x, width in _placed(timeline.bars)
        if bar.count
    )
    lines = tuple(
        Line(round(HEIGHT - value * scale, 1), f"{value:,}") for value in _round_values(highest)
    )
    return Chart(HEIGHT, HEIGHT, columns, tuple(_ticks(timeline.bars)), lines)


def draw_intensity(timeline: Timeline) -> Chart:
    """The mean intensity of each stretch, from -10 (conflict) below the line to 10."""
    middle = HEIGHT / 2
    scale = middle / _MOST_INTENSE
    columns = []
    for bar, x, width in _placed(timeline.bars):
        if bar.intensity is None:
            continue
        height = max(abs(bar.intensity) * scale, 1.5)
        kind = "cooperation" if bar.intensity >= 0 else "conflict"
        y = middle - height if bar.intensity >= 0 else middle
        columns.append(Column(bar, x, width, (Piece(round(y, 1), round(height, 1), kind),)))
    lines = (Line(0, "10"), Line(middle, "0"), Line(HEIGHT, "−10"))
    return Chart(HEIGHT, middle, tuple(columns), tuple(_ticks(timeline.bars)), lines)


def interval_name(interval: str) -> str:
    """What one bar stands for: day, week, five years."""
    known = _INTERVALS.get(interval)
    if known or not interval[:-1].isdigit():
        return known or interval
    return f"{interval[:-1]} {_UNITS.get(interval[-1], '')}"


def _stacked(bar: Bar, scale: float) -> Iterator[Piece]:
    if not bar.by_type:
        height = max(bar.count * scale, 1.5)
        yield Piece(round(HEIGHT - height, 1), round(height, 1), "all")
        return
    top = float(HEIGHT)
    for quad, (_, types) in QUADS.items():
        for one in types:
            if count := bar.by_type.get(one, 0):
                top -= count * scale
                yield Piece(round(top, 1), round(count * scale, 1), f"quad-{quad}")


def _placed(bars: Sequence[Bar]) -> Iterator[tuple[Bar, float, float]]:
    """Each bar with its left edge and width, both in percent; long rows have narrow gaps."""
    first, end = _reach(bars)
    for bar in bars:
        days = bar.last.toordinal() + 1 - bar.first.toordinal()
        slot = 100 * days / (end - first)
        left = 100 * (bar.first.toordinal() - first) / (end - first)
        gap = min(slot * _GAP, _MOST_GAP)
        yield bar, round(left + gap / 2, 2), round(slot - gap, 2)


def _reach(bars: Sequence[Bar]) -> tuple[int, int]:
    """The days from left to right, as ordinals: few bars leave room on both sides, but none in the
    future, where it would look like an end."""
    if not bars:
        return 0, 1
    first, end = bars[0].first.toordinal(), bars[-1].last.toordinal() + 1
    room = (end - first) * max(0, _FEWEST_SLOTS - len(bars)) // len(bars)
    after = room // 2 if bars[-1].complete else 0
    return first - (room - after), end + after


def _round_values(highest: int) -> list[int]:
    """One or two round numbers below the highest."""
    steps = (scale * base for scale in (10**power for power in range(12)) for base in (1, 2, 5))
    step = next(step for step in steps if step * 3 > highest)
    return list(range(step, highest + 1, step))[:2]


def _ticks(bars: Sequence[Bar]) -> Iterator[Tick]:
    first, end = _reach(bars)
    for number, (day, label) in enumerate(_named_days(first, end) if bars else ()):
        x = 100 * (day - first) / (end - first)
        if x <= _LAST_TICK:
            yield Tick(round(x, 2), label, odd=number % 2 == 1)


def _named_days(first: int, end: int) -> list[tuple[int, str]]:
    """The finest row of days, months or years that leaves room for its words."""
    days = end - first
    for step in _DAYS:
        if days <= step * _MOST_TICKS:
            return [(one, _short(date.fromordinal(one))) for one in _in_calendar(first, end, step)]
    for step in _MONTHS:
        if days <= step * 30 * _MOST_TICKS:
            return [(one.toordinal(), f"{one:%b} {one.year}") for one in _months(first, end, step)]
    step = next(step for step in _YEARS if days <= step * 365 * _MOST_TICKS or step == _YEARS[-1])
    years = range(max(_day(first).year, 1), _day(end).year + 1)
    starts = (date(year, 1, 1) for year in years if year % step == 0)
    return [(one.toordinal(), str(one.year)) for one in starts if one.toordinal() >= first]


def _in_calendar(first: int, end: int, step: int) -> range:
    return range(max(first, 1), min(end, date.max.toordinal()), step)


def _months(first: int, end: int, step: int) -> Iterator[date]:
    start, stop = _day(first), _day(end)
    for month in range(start.year * 12 + start.month - 1, stop.year * 12 + stop.month):
        one = date(month // 12, month % 12 + 1, 1)
        if month % step == 0 and one.toordinal() >= first:
            yield one


def _day(ordinal: int) -> date:
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"

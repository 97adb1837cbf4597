"""Articles by day of publication, events by the day on which they were told or happened. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, Literal

from tidings.errors import TidingsError
from tidings_search.conditions import Conditions
from tidings_search.querying.clauses import Clause
from tidings_search.request import TimelineRequest
from tidings_search.shown import Shown

MOST_BARS: Final = 60
"""Of an interval that is chosen for the reader."""
_FIELDS: Final = {
    ("articles", "told"): "published_at",
    ("articles", "happened"): "published_at",
    ("events", "told"): "events.told",
    ("events", "happened"): "events.date.from",
}
MOST_ASKED: Final = 1_500
"""Of an interval that the reader chose."""


class TooManyBars(TidingsError):
    """A time that is too long for the interval that was chosen."""

    def __init__(self) -> None:
        super().__init__(
            f"`interval`: at most {MOST_ASKED:,} stretches of time are counted at once; choose a "
            "longer interval, or narrow down the days."
        )


_STEP: Final = re.compile(r"(\d+)([dMy])")
_LENGTHS: Final = {"day": (1, "d"), "week": (7, "d"), "month": (1, "M"), "quarter": (3, "M"),
                   "year": (1, "y")}  # fmt: skip


class Bar(Shown):
    """From day `first` to day `last`, both included (UTC) and within the days that are searched.
    `by_type`: of events, how many of each type. `intensity`: their mean. `complete`: the stretch is
    over, so more is not to come."""

    first: date
    last: date
    count: int
    by_type: Mapping[str, int] = {}
    intensity: float | None = None
    complete: bool = True


class Timeline(Shown):
    """Every stretch from the first to the last in which there is something, the empty ones too.
    `undated`: those that no stretch holds. Days are of UTC."""

    of: Literal["articles", "events"]
    interval: str
    total: int
    undated: int
    bars: tuple[Bar, ...]

    @property
    def highest(self) -> int:
        return max((bar.count for bar in self.bars), default=0)


def build_timeline(asked: TimelineRequest) -> Clause:
    """The body that counts by stretches of time."""
    conditions = Conditions(asked)
    events = asked.of == "events"
    field = _FIELDS[asked.of, asked.by]
    inner: Clause = {}
    if events:
        inner = {
            "by_type": {"terms": {"field": "events.event_type", "size": 16}},
            "intensity": {"avg": {"field": "events.intensity"}},
        }
    bars = {**_histogram(field, asked.interval), **({"aggs": inner} if inner else {})}
    aggs: Clause = {"bars": bars, "undated": {"missing": {"field": field}}}
    if events:
        matching = {"matching": {"filter": conditions.event(), "aggs": aggs}}
        aggs = {"events": {"nested": {"path": "events"}, "aggs": matching}}
    return {
        "query": conditions.all(),
        "size": 0,
        "track_total_hits": True,
        "aggs": aggs,
    }


def read_timeline(answer: Mapping[str, Any], asked: TimelineRequest, today: date) -> Timeline:
    """`today` is not over, and neither is a stretch that holds it or lies behind it. Raises
    TooManyBars."""
    found = answer["aggregations"]
    total = answer["hits"]["total"]["value"]
    if asked.of == "events":
        found = found["events"]["matching"]
        total = found["doc_count"]
    interval = found["bars"].get("interval") or asked.interval
    if len(found["bars"]["buckets"]) > MOST_ASKED:
        raise TooManyBars
    filtered = asked.of == "articles" or asked.by == "told"
    days = (asked.date_from, asked.date_to) if filtered else (None, None)
    bars = [_bar(bucket, interval, today, days) for bucket in found["bars"]["buckets"]]
    return Timeline(
        of=asked.of,
        interval=interval,
        total=total,
        undated=found["undated"]["doc_count"],
        bars=tuple(_without_empty_ends(bars)),
    )


def _histogram(field: str, interval: str) -> Clause:
    if interval == "auto":
        return {
            "auto_date_histogram": {
                "field": field,
                "buckets": MOST_BARS,
                "minimum_interval": "day",
                "format": "yyyy-MM-dd",
            }
        }
    return {
        "date_histogram": {"field": field, "calendar_interval": interval, "format": "yyyy-MM-dd"}
    }


def _bar(
    bucket: Mapping[str, Any], interval: str, today: date, days: tuple[date | None, date | None]
) -> Bar:
    """Cut to the days that are searched."""
    first = date.fromisoformat(bucket["key_as_string"])
    last = last_day(first, interval)
    cut = max(first, days[0] or first), min(last, days[1] or last)
    if cut[0] <= cut[1]:
        first, last = cut
    types = bucket.get("by_type", {"buckets": ()})["buckets"]
    intensity = (bucket.get("intensity") or {}).get("value")
    return Bar(
        first=first,
        last=last,
        count=bucket["doc_count"],
        by_type={one["key"]: one["doc_count"] for one in types},
        intensity=None if intensity is None else round(intensity, 2),
        complete=last < today,
    )


def last_day(first: date, interval: str) -> date:
    """The last day of a stretch that begins at `first`, of a length such as week, 7d, 1M or 5y."""
    if interval in _LENGTHS:
        count, unit = _LENGTHS[interval]
    else:
        step = _STEP.fullmatch(interval)
        if step is None:
            raise ValueError(f"unknown interval {interval!r} of a date histogram")
        count, unit = int(step[1]), step[2]
    if unit == "d":
        return first + timedelta(days=count - 1)
    months = first.year * 12 + first.month - 1 + count * (12 if unit == "y" else 1)
    if months >= date.max.year * 12:
        return date.max
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def _without_empty_ends(bars: Sequence[Bar]) -> Sequence[Bar]:
    full = [number for number, bar in enumerate(bars) if bar.count]
    return bars[full[0] : full[-1] + 1] if full else ()

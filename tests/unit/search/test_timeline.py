from datetime import date, timedelta
from typing import Any

import pytest

from tidings_search.request import TimelineRequest
from tidings_search.timeline import (
    MOST_ASKED,
    MOST_BARS,
    TooManyBars,
    build_timeline,
    last_day,
    read_timeline,
)

TODAY = date(2026, 3, 15)


def an_answer(bars: dict[str, int], *, interval: str | None = "1d", **more: Any) -> dict[str, Any]:
    found = {
        "bars": {
            "buckets": [{"key_as_string": day, "doc_count": n, **more} for day, n in bars.items()],
            **({"interval": interval} if interval else {}),
        },
        "undated": {"doc_count": 2},
    }
    total = {"total": {"value": sum(bars.values()) + 2}}
    return {
        "hits": total,
        "aggregations": {**found, "events": {"matching": found | {"doc_count": 9}}},
    }


@pytest.mark.parametrize(
    ("interval", "first", "last"),
    [
        ("1d", "2026-03-01", "2026-03-01"),
        ("7d", "2026-03-02", "2026-03-08"),
        ("week", "2026-03-02", "2026-03-08"),
        ("1M", "2024-02-01", "2024-02-29"),
        ("month", "2026-12-01", "2026-12-31"),
        ("3M", "2026-10-01", "2026-12-31"),
        ("quarter", "2026-10-01", "2026-12-31"),
        ("1y", "2026-01-01", "2026-12-31"),
        ("5y", "2025-01-01", "2029-12-31"),
        ("100y", "9900-01-01", "9999-12-31"),
    ],
)
def test_a_stretch_ends_the_day_before_the_next_begins(
    interval: str, first: str, last: str
) -> None:
    assert last_day(date.fromisoformat(first), interval) == date.fromisoformat(last)


def test_an_interval_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown interval '2h'"):
        last_day(TODAY, "2h")


def test_empty_stretches_are_kept_between_full_ones_and_left_out_at_the_ends() -> None:
    bars = {"2026-03-01": 0, "2026-03-02": 3, "2026-03-03": 0, "2026-03-04": 1, "2026-03-05": 0}
    found = read_timeline(an_answer(bars), TimelineRequest(), TODAY)

    assert [(bar.first.day, bar.count) for bar in found.bars] == [(2, 3), (3, 0), (4, 1)]
    assert (found.total, found.undated, found.highest) == (6, 2, 3)
    assert sum(bar.count for bar in found.bars) + found.undated == found.total


def test_what_is_not_over_is_not_complete() -> None:
    bars = {"2026-03-14": 1, "2026-03-15": 1, "2026-03-16": 1}
    found = read_timeline(an_answer(bars), TimelineRequest(), TODAY)
    assert [bar.complete for bar in found.bars] == [True, False, False]

    [month] = read_timeline(
        an_answer({"2026-03-01": 1}, interval="1M"), TimelineRequest(), TODAY
    ).bars
    assert (month.last, month.complete) == (date(2026, 3, 31), False)


def test_more_stretches_than_anyone_reads_are_refused() -> None:
    bars = {(date(2000, 1, 1) + timedelta(days=n)).isoformat(): 1 for n in range(MOST_ASKED + 1)}
    with pytest.raises(TooManyBars, match=r"at most 1,500 .* choose a longer interval"):
        read_timeline(an_answer(bars), TimelineRequest(interval="day"), TODAY)


def test_a_stretch_that_the_filter_cuts_is_cut() -> None:
    bars = {"2025-01-01": 1, "2026-01-01": 1}
    days = {"date_from": date(2025, 2, 3), "date_to": date(2026, 3, 4)}
    for more in ({"of": "articles"}, {"of": "events"}):
        asked = TimelineRequest.model_validate({**days, **more})
        first, last = read_timeline(an_answer(bars, interval="1y"), asked, TODAY).bars
        assert (first.first, first.last) == (date(2025, 2, 3), date(2025, 12, 31))
        assert (last.first, last.last, last.complete) == (
            date(2026, 1, 1), date(2026, 3, 4), True,
        )  # fmt: skip

    happened = TimelineRequest.model_validate({**days, "of": "events", "by": "happened"})
    first, _ = read_timeline(an_answer(bars, interval="1y"), happened, TODAY).bars
    assert first.first == date(2025, 1, 1)


def test_nothing_has_no_stretches() -> None:
    found = read_timeline(an_answer({"2026-03-01": 0}), TimelineRequest(), TODAY)
    assert (found.bars, found.highest) == ((), 0)


def test_events_are_told_apart_by_type_and_have_a_mean_intensity() -> None:
    types = {"buckets": [{"key": "AID", "doc_count": 3}]}
    answer = an_answer({"2026-03-01": 3}, by_type=types, intensity={"value": 6.66667})
    found = read_timeline(answer, TimelineRequest(of="events"), TODAY)

    assert found.total == 9
    assert found.bars[0].by_type == {"AID": 3}
    assert found.bars[0].intensity == 6.67


def test_the_interval_is_chosen_for_the_reader_or_by_the_reader() -> None:
    chosen = build_timeline(TimelineRequest())["aggs"]["bars"]["auto_date_histogram"]
    assert (chosen["buckets"], chosen["minimum_interval"]) == (MOST_BARS, "day")
    asked = build_timeline(TimelineRequest(interval="week"))["aggs"]["bars"]["date_histogram"]
    assert asked["calendar_interval"] == "week"
    found = read_timeline(
        an_answer({"2026-03-02": 1}, interval=None), TimelineRequest(interval="week"), TODAY
    )
    assert (found.interval, found.bars[0].last) == ("week", date(2026, 3, 8))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (TimelineRequest(), "published_at"),
        (TimelineRequest(of="events"), "events.told"),
        (TimelineRequest(of="events", by="happened"), "events.date.from"),
    ],
)
def test_events_are_counted_by_the_day_on_which_they_were_told_or_happened(
    asked: TimelineRequest, field: str
) -> None:
    aggs = build_timeline(asked)["aggs"]
    if asked.of == "events":
        aggs = aggs["events"]["aggs"]["matching"]["aggs"]
    assert aggs["bars"]["auto_date_histogram"]["field"] == field
    assert aggs["undated"] == {"missing": {"field": field}}

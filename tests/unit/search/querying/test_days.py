"""A date is a stretch of time: from its first moment up to the one that it no longer has."""

import pytest

from tidings_search.querying.days import Stretch, read_stretch
from tidings_search.querying.nodes import Is, Limits
from tidings_search.querying.read import read_query


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("2026-03-31", "2026-03-31||", "2026-03-31||+1d"),
        ("2026-03", "2026-03-01||", "2026-03-01||+1M"),
        ("2026", "2026-01-01||", "2026-01-01||+1y"),
        ("2024-02-29", "2024-02-29||", "2024-02-29||+1d"),
        ("2026-03-31T10", "2026-03-31T10:00:00||", "2026-03-31T10:00:00||+1h"),
        ("2026-03-31T10:30", "2026-03-31T10:30:00||", "2026-03-31T10:30:00||+1m"),
        ("2026-03-31T10:30:05Z", "2026-03-31T10:30:05||", "2026-03-31T10:30:05||+1s"),
        ("today", "now/d", "now+1d/d"),
        ("yesterday", "now-1d/d", "now/d"),
        ("now", "now", "now"),
        ("last-7d", "now+1d/d-7d", "now+1d/d"),
        ("last-24h", "now-24h", "now"),
        ("last-3m", "now+1d/d-3M", "now+1d/d"),
    ],
)
def test_a_date_reaches_to_its_last_moment(words: str, start: str, end: str) -> None:
    assert read_stretch(words) == Stretch(start, end)


@pytest.mark.parametrize(
    "words",
    ["2026-02-30", "2026-13", "0000", "26-03-01", "2026-3-1", "2026-03-31T24", "2026-03-31T10:60",
     "31.03.2026", "last-0d", "last-7", "last-7days", "tomorrow", "", "٢٠٢٦-٠٣-٣١T١٠"],
)  # fmt: skip
def test_what_no_calendar_or_clock_has_is_no_date(words: str) -> None:
    assert read_stretch(words) is None


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ("date:2026-03-31", "2026-03-31||", "2026-03-31||+1d"),
        ("date:[2026-03-01 TO 2026-03-31]", "2026-03-01||", "2026-03-31||+1d"),
        ("date:[2026-03-01 TO 2026-03-31}", "2026-03-01||", "2026-03-31||"),
        ("date:{2026-03-01 TO 2026-03-31]", "2026-03-01||+1d", "2026-03-31||+1d"),
        ("date:[2026-03 TO *]", "2026-03-01||", None),
        ("date:>2026-03", "2026-03-01||+1M", None),
        ("date:>=2026-03", "2026-03-01||", None),
        ("date:<2026-03", None, "2026-03-01||"),
        ("date:<=2026-03", None, "2026-03-01||+1M"),
        ("date:[yesterday TO now]", "now-1d/d", "now"),
    ],
)
def test_a_day_that_is_left_out_is_left_out_whole_and_one_that_is_in_is_in_whole(
    query: str, low: str | None, high: str | None
) -> None:
    node = read_query(query).node
    assert isinstance(node, Is)
    assert isinstance(node.value, Limits)
    assert (node.value.low, node.value.high) == (low, high)
    assert not node.value.with_high or high is None

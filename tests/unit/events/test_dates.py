from datetime import UTC, datetime

import pytest

from tidings_events.dates import find_dates

FRIDAY = datetime(2026, 3, 6, 9, tzinfo=UTC)


def resolved(text: str, *, published: datetime | None = FRIDAY, future: bool = False) -> str | None:
    found = next(find_dates(text, published, future=future), None)
    return found.value if found else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("They blocked the bridge on Friday.", "2026-03-06"),
        ("They blocked the bridge on Saturday.", "2026-02-28"),
        ("They left last Friday.", "2026-02-27"),
        ("They left yesterday.", "2026-03-05"),
        ("They left two days ago.", "2026-03-04"),
        ("They left last week.", "2026-W09"),
        ("They left last month.", "2026-02"),
        ("They left last year.", "2025"),
        ("They left on 3 March.", "2026-03-03"),
        ("They left on 3 April.", "2025-04-03"),
        ("They left in December.", "2025-12"),
        ("They left in 2012.", "2012"),
    ],
)
def test_the_past_is_counted_back_from_the_publication(text: str, value: str) -> None:
    assert resolved(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("They will meet on Tuesday.", "2026-03-10"),
        ("They will meet on Friday.", "2026-03-06"),
        ("They will meet next Friday.", "2026-03-13"),
        ("They will meet tomorrow.", "2026-03-07"),
        ("They will meet in May.", "2026-05"),
        ("They will meet on 2 January.", "2027-01-02"),
    ],
)
def test_what_is_to_come_is_counted_on(text: str, value: str) -> None:
    assert resolved(text, future=True) == value


def test_without_a_publication_only_dates_with_a_year_are_known() -> None:
    assert resolved("on Friday", published=None) is None
    assert resolved("on 3 March", published=None) is None
    assert resolved("on March 3, 2024", published=None) == "2024-03-03"
    assert resolved("in 2012", published=None) == "2012"


def test_a_date_keeps_its_words() -> None:
    text = "On Monday he spoke; on Thursday they met."
    _, found = find_dates(text, FRIDAY)
    assert (found.value, found.precision, found.text) == ("2026-03-05", "day", "Thursday")
    assert text[found.start : found.end] == "Thursday"


def test_days_that_no_month_has_and_the_verb_may_are_no_dates() -> None:
    assert resolved("on 31 February 2025") is None
    assert resolved("They may leave.") is None

from datetime import UTC, date, datetime

import pytest

from tidings_search.dates import day, moment, stretch


def test_a_day_is_the_day_in_utc() -> None:
    assert day("2026-03-31T23:30:00-05:00") == "1 April 2026"
    assert day(date(2026, 3, 1)) == "1 March 2026"
    assert moment(datetime(2026, 3, 1, 9, 5, tzinfo=UTC)) == "1 March 2026, 09:05:00"


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("2026-03-02", "2026-03-02", "2 March 2026"),
        ("2026-03-02", "2026-03-08", "2–8 March 2026"),
        ("2026-03-30", "2026-04-05", "30 March 2026 – 5 April 2026"),
        ("2024-02-01", "2024-02-29", "February 2024"),
        ("2026-01-01", "2026-03-31", "January – March 2026"),
        ("2025-12-01", "2026-02-28", "December 2025 – February 2026"),
        ("2026-01-01", "2026-12-31", "2026"),
        ("9900-01-01", "9999-12-31", "9900–9999"),
    ],
)
def test_a_stretch_of_days_has_the_shortest_name(first: str, last: str, name: str) -> None:
    assert stretch(date.fromisoformat(first), date.fromisoformat(last)) == name

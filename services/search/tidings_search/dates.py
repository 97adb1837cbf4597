"""Days and moments in words. All in UTC, and the page says so once."""

from datetime import UTC, date, datetime, timedelta


def day(value: date | datetime | str) -> str:
    """10 March 2026, of a date, a moment, or either in ISO 8601."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return f"{value.day} {value:%B} {value.year}"


def moment(value: datetime) -> str:
    """10 March 2026, 09:05:00."""
    return f"{day(value)}, {value.astimezone(UTC):%H:%M:%S}"


def stretch(first: date, last: date) -> str:
    """The shortest name of the days from `first` to `last`: 2026, March 2026, 2–8 March 2026."""
    if first == last:
        return day(first)
    if first.day == 1 and _ends_a_month(last):
        return _months(first, last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last)}"
    return f"{day(first)} – {day(last)}"


def _months(first: date, last: date) -> str:
    if (first.month, last.month) == (1, 12):
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    ending = f"{last:%B} {last.year}"
    if first.year != last.year:
        return f"{first:%B} {first.year} – {ending}"
    return ending if first.month == last.month else f"{first:%B} – {ending}"


def _ends_a_month(last: date) -> bool:
    return last == date.max or (last + timedelta(days=1)).day == 1

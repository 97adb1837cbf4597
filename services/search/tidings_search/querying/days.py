"""What a date in a query means: a stretch of time from its first moment up to the one that it no
longer has, in UTC, as Elasticsearch's date mathematics."""

import re
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

HOW: Final = (
    "a date is written 2026-03-31, 2026-03 or 2026, with a time 2026-03-31T10:30, or today, "
    "yesterday, last-7d, last-24h, last-2w, last-3m, last-1y"
)

_CALENDAR: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_CLOCK: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d(?::\d\d(?P<seconds>:\d\d)?)?Z?")
_LAST: Final = re.compile(r"last-(\d{1,4})([hdwmy])")
_LENGTHS: Final = {
    "": timedelta(), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}  # fmt: skip
_UNITS: Final = {"h": "h", "d": "d", "w": "w", "m": "M", "y": "y"}


class Stretch(NamedTuple):
    """From `start` on, before `end`."""

    start: str
    end: str


def read_stretch(words: str) -> Stretch | None:
    """None for what is no date. `last-7d` is today and the six days before it; `last-24h` is
    counted from now."""
    words = words.strip()
    if words.casefold() in ("today", "yesterday", "now") or words[:4].casefold() == "last":
        words = words.casefold()
    if words == "today":
        return Stretch("now/d", "now+1d/d")
    if words == "yesterday":
        return Stretch("now-1d/d", "now/d")
    if words == "now":
        return Stretch("now", "now")
    if last := _LAST.fullmatch(words):
        return _last(int(last[1]), _UNITS[last[2]])
    try:
        return _calendar(words) or _clock(words)
    except ValueError:
        return None


def moment_of(bound: str) -> datetime | None:
    """When a bound of a stretch is; None where that depends on the clock, or lies behind the end of
    the calendar."""
    start, _, added = bound.partition("||")
    if start.startswith("now"):
        return None
    at = datetime.fromisoformat(start)
    match added[2:]:
        case "y":
            months = 12
        case "M":
            months = 1
        case unit:
            return at + _LENGTHS[unit]
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1) if year <= date.max.year else None


def _last(count: int, unit: str) -> Stretch | None:
    if count == 0:
        return None
    if unit == "h":
        return Stretch(f"now-{count}h", "now")
    return Stretch(f"now+1d/d-{count}{unit}", "now+1d/d")


def _calendar(words: str) -> Stretch | None:
    """A day, a month or a year. Raises ValueError for one that no calendar has."""
    found = _CALENDAR.fullmatch(words)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    first = date(year, month or 1, day or 1).isoformat()
    unit = "d" if day else "M" if month else "y"
    return Stretch(f"{first}||", f"{first}||+1{unit}")


def _clock(words: str) -> Stretch | None:
    """A second, a minute or an hour of UTC."""
    found = _CLOCK.fullmatch(words)
    if found is None:
        return None
    moment = words.removesuffix("Z")
    unit = "s" if found["seconds"] else "m" if ":" in moment else "h"
    at = datetime.fromisoformat(moment)
    return Stretch(f"{at.isoformat()}||", f"{at.isoformat()}||+1{unit}")

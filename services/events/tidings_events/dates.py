"""When: the day, week, month or year that the words of a sentence give, from its publication."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final, Literal

from tidings.messages import EventDate

Precision = Literal["day", "week", "month", "year"]

_LAST_YEAR: Final = 9999
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_NUMBERS: Final = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10,
}  # fmt: skip

MONTH: Final = r"""(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)|Apr(?:il|\.)|May|June?|July?
    |Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"""
_YEAR: Final = r"(?:,?\s+(?P<{name}>\d{{4}}))?\b"
_ORDINAL: Final = r"(?:st|nd|rd|th)?"
_DATE: Final = re.compile(
    rf"""(?x)
    \b(?P<iso>\d{{4}}-\d\d-\d\d)\b
    | \b(?P<day>\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?(?P<month>{MONTH}){_YEAR.format(name="year")}
    | \b(?P<month2>{MONTH})\s+(?P<day2>\d{{1,2}}){_ORDINAL}\b(?!\s*%){_YEAR.format(name="year2")}
    | \b(?:[Ii]n|[Ll]ast|[Ss]ince|[Ee]arly|[Ll]ate|[Oo]f|[Ff]rom)\s+
      (?P<month3>{MONTH}){_YEAR.format(name="year3")}
    | \b(?P<weekday>(?:[Ll]ast|[Nn]ext|[Tt]his\s+(?:past|coming)|[Tt]his)?\s*
      (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b
    | \b(?P<near>[Tt]oday|[Tt]onight|[Yy]esterday|[Tt]omorrow)\b
    | \b(?P<shift>[Ll]ast|[Nn]ext|[Tt]his|[Ee]arlier\s+this|[Ll]ater\s+this|[Pp]revious)
      \s+(?P<unit>week|month|year)\b
    | \b(?P<ago>a|one|two|three|four|five|six|seven|eight|nine|ten|\d{{1,2}})
      \s+(?P<ago_unit>day|week|month|year)s?\s+(?:ago|earlier)\b
    | \b[Ii]n\s+(?:early\s+|late\s+|mid-)?(?P<only_year>(?:19|20)\d\d)\b
    """
)


def find_dates(
    text: str, published_at: datetime | None, *, future: bool = False
) -> Iterator[EventDate]:
    """The date expressions of a text, resolved, with their places in it; none that needs a day of
    publication that is not known. `future`: the event is yet to come."""
    for match in _DATE.finditer(text):
        try:
            resolved = _resolve(match, published_at.date() if published_at else None, future)
        except OverflowError:
            continue  # before the year 1 or behind 9999
        if resolved is not None and 1 <= int(resolved[0][:4]) <= _LAST_YEAR:
            value, precision = resolved
            words = match.group().strip()
            start = match.end() - len(match.group().lstrip())
            yield EventDate(
                value=value, precision=precision, text=words, start=start, end=start + len(words)
            )


def _resolve(
    match: re.Match[str], published: date | None, future: bool
) -> tuple[str, Precision] | None:
    groups = match.groupdict()
    if groups["iso"]:
        return (groups["iso"], "day") if _is_date(groups["iso"]) else None
    if groups["only_year"]:
        return groups["only_year"], "year"
    month = groups["month"] or groups["month2"] or groups["month3"]
    if month:
        day = groups["day"] or groups["day2"]
        year = groups["year"] or groups["year2"] or groups["year3"]
        return _in_month(
            _month_number(month), day and int(day), year and int(year), published, future
        )
    if published is None:
        return None
    if groups["weekday"]:
        return _weekday(groups["weekday"].lower(), published, future).isoformat(), "day"
    if groups["near"]:
        shift = {"yesterday": -1, "tomorrow": 1}.get(groups["near"].lower(), 0)
        return (published + timedelta(days=shift)).isoformat(), "day"
    if groups["unit"]:
        words = groups["shift"].lower().split()
        shift = {"last": -1, "previous": -1, "next": 1}.get(words[0], 0)
        return _shifted(groups["unit"], shift, published)
    count = _NUMBERS.get(groups["ago"]) or int(groups["ago"])
    if groups["ago_unit"] == "day":
        return (published - timedelta(days=count)).isoformat(), "day"
    return _shifted(groups["ago_unit"], -count, published)


def _is_date(iso: str) -> bool:
    try:
        date.fromisoformat(iso)
    except ValueError:
        return False
    return True


def _month_number(words: str) -> int:
    stem = words.lower().rstrip(".")[:3]
    return _MONTHS.index(stem) + 1


def _in_month(
    month: int, day: int | str | None, year: int | str | None, published: date | None, future: bool
) -> tuple[str, Precision] | None:
    """Without a year: the nearest such day before the publication; after it for what is to come."""
    if not year:
        if published is None:
            return None
        year = published.year
        if not future and (month, int(day or 1)) > (published.month, published.day):
            year -= 1
        elif future and (month, int(day or 31)) < (published.month, published.day):
            year += 1
    if not day:
        return f"{int(year):04}-{month:02}", "month"
    iso = f"{int(year):04}-{month:02}-{int(day):02}"
    return (iso, "day") if _is_date(iso) else None


def _weekday(words: str, published: date, future: bool) -> date:
    """On a Friday "on Friday" is today; "last Friday" is a week ago, "next Friday" a week ahead."""
    parts = words.split()
    wanted = _DAYS.index(parts[-1])
    if "next" in parts or "coming" in parts or (future and "last" not in parts):
        ahead = (wanted - published.weekday()) % 7
        return published + timedelta(days=ahead or (7 if "next" in parts else 0))
    back = (published.weekday() - wanted) % 7
    return published - timedelta(days=back or (7 if "last" in parts else 0))


def _shifted(unit: str, shift: int, published: date) -> tuple[str, Precision]:
    if unit == "year":
        return f"{published.year + shift:04}", "year"
    if unit == "month":
        months = published.year * 12 + published.month - 1 + shift
        return f"{months // 12:04}-{months % 12 + 1:02}", "month"
    week = (published + timedelta(weeks=shift)).isocalendar()
    return f"{week.year:04}-W{week.week:02}", "week"

"""What the index adds to an event so that events can be sorted, counted and drawn on a map."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from tidings.documents import pair_of, toll_of
from tidings.linking import ROLES
from tidings.plover import PRONOUNS

_FIRST_DAY: Final = date(1800, 1, 1).toordinal()
_LAST_DAY: Final = 2**17 - 1
_HASH_BITS: Final = 46


def indexed_event(event: Mapping[str, Any], told: str | None = None) -> dict[str, Any]:
    """The event, as an article published at `told` has it, with what is asked for in the index:

    - `order`: by the day on which it happened or else was told, see `sort_key`
    - `date.from` and `date.to`, where its date is one of the calendar
    - `location`, where its place has coordinates
    - `pair` and `country_pair` of its actors, `sectors` and `countries` of all who and where
    - the least number of `killed` and `injured`.
    """
    fields = dict(event)
    days = days_of(event["date"]) if event.get("date") else None
    if days:
        first, last = (day.isoformat() for day in days)
        fields["date"] = {**event["date"], "from": first, "to": last}
    place = event.get("place") or {}
    if place.get("lat") is not None and place.get("lon") is not None:
        fields["location"] = {"lat": place["lat"], "lon": place["lon"]}
    day = days[0] if days else date.fromisoformat(told[:10]) if told else None
    actors = [event.get(role) or {} for role in ROLES]
    derived = {
        "order": sort_key(event["event_id"], day),
        "told": told,
        "sectors": _unique(actor.get("sector") for actor in actors),
        "countries": _unique(one.get("country") for one in (*actors, place)),
        "pair": pair_of(*(_named(actor) for actor in actors)),
        "country_pair": pair_of(*(actor.get("country") for actor in actors)),
        **{kind: toll_of(event, kind) for kind in ("killed", "injured")},
    }
    return fields | {name: value for name, value in derived.items() if value not in (None, [])}


def _named(actor: Mapping[str, Any]) -> str | None:
    name = actor.get("name")
    return None if name in PRONOUNS else name


def _unique(values: Iterable[str | None]) -> list[str]:
    return [*dict.fromkeys(filter(None, values))]


def days_of(event_date: Mapping[str, str]) -> tuple[date, date] | None:
    """The first and the last day, both inclusive; None for a date that no calendar has, since
    Elasticsearch would silently move 2025-02-30 to March."""
    value = event_date["value"]
    try:
        match event_date["precision"]:
            case "day":
                first = last = date.fromisoformat(value)
            case "week":
                first = date.fromisoformat(f"{value}-1")
                last = first + timedelta(days=6)
            case "month":
                first = date.fromisoformat(f"{value}-01")
                last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            case "year":
                first, last = date(int(value), 1, 1), date(int(value), 12, 31)
            case _:
                return None
    except (ValueError, OverflowError):
        return None
    return first, last


def sort_key(event_id: str, day: date | None) -> int:
    """A positive long that sorts newest first, what has no day last, and tells events of one day
    apart: the inverted day in 17 bits (1800 to 2158), then 46 bits of the id's hash.

    One number, because a cursor of two sort values loses events that share the first. It is over
    2^53: it travels as a string where JavaScript may read it.
    """
    inverted = _LAST_DAY
    if day is not None:
        inverted -= min(max(day.toordinal() - _FIRST_DAY, 1), _LAST_DAY)
    digest = hashlib.sha256(event_id.encode("utf-8")).digest()
    return (inverted << _HASH_BITS) | (int.from_bytes(digest[:6]) >> (48 - _HASH_BITS))

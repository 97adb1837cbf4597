"""Where the next page of a result begins, as text that travels in an address."""

import base64
import binascii
import hashlib
import json
from typing import Any, Final, NamedTuple

from tidings.errors import TidingsError
from tidings_search.request import SearchRequest

NO_CURSOR: Final = "this is not a cursor that an answer gave as its “next”."
_GREATEST: Final = 2**63 - 1
"""Of an order: Elasticsearch's long."""

_NOT_SEARCHED: Final = {"cursor", "page", "size"}
_FINGERPRINT_CHARS: Final = 12
_SEAL_CHARS: Final = 8


class CursorMistake(TidingsError):
    """A cursor that was cut, made for another search, or is too old."""


class ArticlePlace(NamedTuple):
    """Behind the article with these sort values, in the index as it was at a point in time."""

    after: tuple[Any, ...] = ()
    point_in_time: str | None = None


class EventPlace(NamedTuple):
    """Behind this event, in the order of all events."""

    order: int | None = None
    event_id: str | None = None


FIRST: Final = EventPlace()


def write_articles(place: ArticlePlace, asked: SearchRequest) -> str:
    return _write(asked, [list(place.after), place.point_in_time])


def read_articles_place(asked: SearchRequest) -> ArticlePlace:
    """Raises CursorMistake."""
    after, point_in_time = _read(asked, list, str | None)
    scored = asked.order == "relevance"
    kinds: tuple[Any, ...] = (float | int, int, str) if scored else (int, str)
    if point_in_time and len(after) == len(kinds) + 1:
        kinds = (*kinds, int)  # there Elasticsearch adds a value of its own
    if len(after) != len(kinds) or not all(map(isinstance, after, kinds)):
        raise _cut()
    return ArticlePlace(tuple(after), point_in_time)


def write_events(place: EventPlace, asked: SearchRequest) -> str:
    """Its order is larger than the numbers that other programs' JSON can hold: it goes as text."""
    return _write(asked, [str(place.order), place.event_id])


def read_events_place(asked: SearchRequest) -> EventPlace:
    """Raises CursorMistake."""
    if asked.cursor is None:
        return FIRST
    order, event_id = _read(asked, str, str)
    if not (order.isascii() and order.isdecimal() and int(order) <= _GREATEST):
        raise _cut()
    return EventPlace(int(order), event_id)


def _write(asked: SearchRequest, values: list[Any]) -> str:
    sealed = [_fingerprint(asked), _seal(values), *values]
    packed = json.dumps(sealed, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def _read(asked: SearchRequest, *kinds: Any) -> tuple[Any, ...]:
    text = asked.cursor or ""
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        fingerprint, seal, *values = json.loads(packed)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise _cut() from None
    if len(values) != len(kinds) or not all(map(isinstance, values, kinds)):
        raise _cut()
    if seal != _seal(values):
        raise _cut()
    if fingerprint != _fingerprint(asked):
        raise CursorMistake(
            "this cursor belongs to another search: with a cursor, everything but size stays as it "
            "was."
        )
    return tuple(values)


def _cut() -> CursorMistake:
    return CursorMistake(NO_CURSOR)


def _seal(values: list[Any]) -> str:
    """By which a cursor that lost or changed a letter on its way is known."""
    packed = json.dumps(values).encode("utf-8")
    return hashlib.sha256(packed).hexdigest()[:_SEAL_CHARS]


def _fingerprint(asked: SearchRequest) -> str:
    """Of what is searched and in which order, not of the page."""
    searched = asked.model_dump(mode="json", exclude_defaults=True, exclude=_NOT_SEARCHED)
    packed = json.dumps(searched, sort_keys=True).encode("utf-8")
    return hashlib.sha256(packed).hexdigest()[:_FINGERPRINT_CHARS]

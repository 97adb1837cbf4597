"""What Elasticsearch answers to what the API says. Pure.

Highlights leave here as pieces of plain text, marked or not, so that whoever shows them escapes
them like any other text: HTML in a title stays words.
"""

import html
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from tidings_search.query import END_MARK, MARK
from tidings_search.request import TERM_FACETS, SearchRequest

Answer = Mapping[str, Any]
_MARKED: Final = re.compile(f"{re.escape(MARK)}(.*?){re.escape(END_MARK)}", re.DOTALL)
LINE_FIELDS: Final = ("title", "url", "outlet", "published_at", "language")
_STEP: Final = re.compile(r"(\d+)([dMy])")


class Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class Piece(Shown):
    """Words of a highlight; `marked` where they match the search."""

    text: str
    marked: bool = False


class EventLine(Shown):
    """An event in one line: who does what to whom."""

    event_id: str
    event_type: str
    mode: str | None = None
    modality: str = "asserted"
    source: str | None = None
    target: str | None = None
    sentence: str = ""


class Hit(Shown):
    """An article that was found. `events` are the first few that read differently: those that match
    conditions on events, where there are any, of the `events_total` that do."""

    article_id: str
    title: str | None = None
    url: str | None = None
    outlet: str | None = None
    published_at: str | None = None
    language: str | None = None
    complete: bool = False
    snippet: str = ""
    highlighted_title: tuple[Piece, ...] = ()
    highlighted_snippet: tuple[Piece, ...] = ()
    events: tuple[EventLine, ...] = ()
    events_total: int = 0


class FacetValue(Shown):
    value: str
    count: int
    chosen: bool = False


class Days(Shown):
    """A stretch of days, both included, and how many articles were published in it (UTC)."""

    first: date
    last: date
    count: int


class Facets(Shown):
    """Articles by value, each facet under all filters but its own; `event_type` counts events."""

    people: tuple[FacetValue, ...] = ()
    organisations: tuple[FacetValue, ...] = ()
    places: tuple[FacetValue, ...] = ()
    groups: tuple[FacetValue, ...] = ()
    countries: tuple[FacetValue, ...] = ()
    outlet: tuple[FacetValue, ...] = ()
    language: tuple[FacetValue, ...] = ()
    event_type: tuple[FacetValue, ...] = ()
    published: tuple[Days, ...] = ()


class ArticlePage(Shown):
    total: int
    page: int
    size: int
    took_ms: int
    articles: tuple[Hit, ...]
    facets: Facets


class ArticleLine(Shown):
    """An article in one line: what it is called, who published it, and when."""

    article_id: str
    title: str | None = None
    url: str | None = None
    outlet: str | None = None
    published_at: str | None = None
    language: str | None = None


class FoundEvent(Shown):
    """An event as the index holds it, and the article that says so."""

    event: dict[str, Any]
    article: ArticleLine


class EventPage(Shown):
    """`total` counts events, `articles` the articles that hold them; pages are pages of articles.
    Of one article at most a hundred events are listed."""

    total: int
    articles: int
    page: int
    size: int
    took_ms: int
    events: tuple[FoundEvent, ...]


EVENTS_OF_A_HIT: Final = 3


def read_articles(answer: Answer, request: SearchRequest) -> ArticlePage:
    return ArticlePage(
        total=answer["hits"]["total"]["value"],
        page=request.page,
        size=request.size,
        took_ms=answer["took"],
        articles=tuple(_read_hit(hit) for hit in answer["hits"]["hits"]),
        facets=_read_facets(answer["aggregations"], request),
    )


def read_events(answer: Answer, request: SearchRequest) -> EventPage:
    hits = answer["hits"]
    return EventPage(
        total=answer["aggregations"]["events"]["matching"]["doc_count"],
        articles=hits["total"]["value"],
        page=request.page,
        size=request.size,
        took_ms=answer["took"],
        events=tuple(
            FoundEvent(event=public_event(event), article=read_article_line(hit))
            for hit in hits["hits"]
            for event in _inner_events(hit)
        ),
    )


def public_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is the index's own: `order` is too large for a JSON number in many programs, and
    `location` repeats the place."""
    return {name: value for name, value in event.items() if name not in ("order", "location")}


def read_pieces(highlighted: str) -> tuple[Piece, ...]:
    """The highlighter's escaped HTML as plain text in pieces."""
    pieces = []
    for index, part in enumerate(_MARKED.split(highlighted)):
        if part:
            pieces.append(Piece(text=html.unescape(part), marked=index % 2 == 1))
    return tuple(pieces)


def _read_hit(hit: Answer) -> Hit:
    source = hit["_source"]
    highlight = hit.get("highlight", {})
    title = source.get("title")
    title_pieces = read_pieces("".join(highlight.get("title", ())))
    snippet = read_pieces(" … ".join(highlight.get("text", ())))
    events, total = _events_of(hit)
    return Hit(
        article_id=hit["_id"],
        title=title,
        url=source.get("url"),
        outlet=source.get("outlet"),
        published_at=source.get("published_at"),
        language=source.get("language"),
        complete=source.get("complete", False),
        snippet="".join(piece.text for piece in snippet),
        highlighted_title=title_pieces or ((Piece(text=title),) if title else ()),
        highlighted_snippet=snippet,
        events=_event_lines(events),
        events_total=total,
    )


def _event_lines(events: Iterable[Mapping[str, Any]]) -> tuple[EventLine, ...]:
    """The first few; of those that read the same only the first, since more would tell nothing."""
    by_words: dict[tuple[str | None, ...], EventLine] = {}
    for line in map(read_event_line, events):
        words = (line.source, line.event_type, line.mode, line.target, line.modality)
        by_words.setdefault(words, line)
    return tuple(by_words.values())[:EVENTS_OF_A_HIT]


def read_event_line(event: Mapping[str, Any]) -> EventLine:
    return EventLine(
        event_id=event["event_id"],
        event_type=event["event_type"],
        mode=event.get("mode"),
        modality=event.get("modality") or "asserted",
        source=(event.get("source") or {}).get("name"),
        target=(event.get("target") or {}).get("name"),
        sentence=(event.get("sentence") or {}).get("text", ""),
    )


def _events_of(hit: Answer) -> tuple[list[Mapping[str, Any]], int]:
    if "inner_hits" in hit:
        return _inner_events(hit), hit["inner_hits"]["events"]["hits"]["total"]["value"]
    events = hit["_source"].get("events", [])
    return events, len(events)


def _inner_events(hit: Answer) -> list[Mapping[str, Any]]:
    """The matching events of an article, in the order in which it tells them."""
    found = hit["inner_hits"]["events"]["hits"]["hits"]
    return [
        event["_source"] for event in sorted(found, key=lambda event: event["_nested"]["offset"])
    ]


def read_article_line(hit: Answer) -> ArticleLine:
    return ArticleLine(
        article_id=hit["_id"],
        **{name: hit["_source"].get(name) for name in LINE_FIELDS},
    )


def _read_facets(aggregations: Answer, request: SearchRequest) -> Facets:
    counted = {
        field: _read_values(aggregations[field], getattr(request, field)) for field in TERM_FACETS
    }
    event_types = aggregations["event_type"]["events"]["matching"]
    return Facets(
        **counted,
        event_type=_read_values(event_types, request.event_type),
        published=_read_days(aggregations["published_at"]["top"]),
    )


def _read_values(aggregation: Answer, chosen: tuple[str, ...]) -> tuple[FacetValue, ...]:
    """The chosen values first, even those that nothing has, then the most frequent."""
    counts = {
        bucket["key"]: bucket["doc_count"]
        for part in ("top", "chosen")
        for bucket in aggregation.get(part, {"buckets": ()})["buckets"]
    }
    first = [FacetValue(value=name, count=counts.get(name, 0), chosen=True) for name in chosen]
    others = [
        FacetValue(value=name, count=count) for name, count in counts.items() if name not in chosen
    ]
    return (*first, *others)


def _read_days(histogram: Answer) -> tuple[Days, ...]:
    """Newest first, without the empty ones."""
    days = []
    for bucket in reversed(histogram["buckets"]):
        if bucket["doc_count"]:
            first = date.fromisoformat(bucket["key_as_string"])
            last = _last_day(first, histogram["interval"])
            days.append(Days(first=first, last=last, count=bucket["doc_count"]))
    return tuple(days)


def _last_day(first: date, interval: str) -> date:
    """The last day of a stretch that begins at `first`, of a length such as 7d, 1M or 5y."""
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

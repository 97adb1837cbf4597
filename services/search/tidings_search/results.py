"""What Elasticsearch answers to what the API says. Pure.

Highlights leave here as pieces of plain text, marked or not, so that whoever shows them escapes
them like any other text: HTML in a title stays words.
"""

import html
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

from tidings_search.bodies import END_MARK, MARK
from tidings_search.cursor import FIRST, EventPlace
from tidings_search.request import SearchRequest
from tidings_search.shown import EventAsIndexed, Shown

T = TypeVar("T")
Answer = Mapping[str, Any]
_MARKED: Final = re.compile(f"{re.escape(MARK)}(.*?){re.escape(END_MARK)}", re.DOTALL)
LINE_FIELDS: Final = ("title", "url", "outlet", "published_at", "language")


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


class ArticlePage(Shown):
    """`total` is exact. `next` is the cursor of the page that follows, None on the last."""

    total: int
    page: int
    size: int
    articles: tuple[Hit, ...]
    next: str | None = None


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

    event: EventAsIndexed
    article: ArticleLine


class EventPage(Shown):
    """Events by the day on which they happened or else were told, newest first. `total` counts
    events, `articles` the articles that hold them; both are exact. `next` is the cursor of the page
    that follows, None on the last."""

    total: int
    articles: int
    size: int
    events: tuple[FoundEvent, ...]
    next: str | None = None


EVENTS_OF_A_HIT: Final = 3
_OF_THE_INDEX: Final = frozenset(
    [
        "order", "location", "told", "pair", "country_pair", "sectors", "countries", "killed",
        "injured",
    ]
)  # fmt: skip
"""What an event has in the index only."""


def read_articles(answer: Answer, asked: SearchRequest) -> ArticlePage:
    return ArticlePage(
        total=answer["hits"]["total"]["value"],
        page=asked.page,
        size=asked.size,
        articles=tuple(_read_hit(hit) for hit in answer["hits"]["hits"]),
    )


class EventsFound(NamedTuple):
    """In the order of all events, each with its place in it, up to where it is no longer sure that
    none is missing; `cut`: some article has others, behind those of its own that were read."""

    events: list[tuple[EventPlace, FoundEvent]]
    cut: bool
    oldest_first: bool

    def before(self, order: int) -> list[tuple[EventPlace, FoundEvent]]:
        sign = -1 if self.oldest_first else 1
        return [one for one in self.events if sign * (one[0].order or 0) < sign * order]


def read_events(
    answer: Answer, place: EventPlace = FIRST, *, oldest_first: bool = False
) -> EventsFound:
    """The events behind `place`."""
    sign = -1 if oldest_first else 1

    def rank(place: EventPlace) -> tuple[int, str]:
        return sign * (place.order or 0), place.event_id or ""

    found = [
        (
            EventPlace(event["order"], event["event_id"]),
            FoundEvent(event=public_event(event), article=read_article_line(hit)),
        )
        for hit in answer["hits"]["hits"]
        for event in _inner_events(hit)
    ]
    inner = [hit["inner_hits"]["events"]["hits"] for hit in answer["hits"]["hits"]]
    ends = [_last_place(hits) for hits in inner if hits["total"]["value"] > len(hits["hits"])]
    last = min(map(rank, ends), default=None)
    following = [
        one
        for one in sorted(found, key=lambda one: rank(one[0]))
        if (place.order is None or rank(one[0]) > rank(place))
        and (last is None or rank(one[0]) <= last)
    ]
    return EventsFound(following, bool(ends), oldest_first)


def _last_place(hits: Mapping[str, Any]) -> EventPlace:
    """Of the events of one article that were read, in the order of all events."""
    event = hits["hits"][-1]["_source"]
    return EventPlace(event["order"], event["event_id"])


def public_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is the index's own: `order` is too large for a JSON number in many programs, the
    others repeat what the event says."""
    return {name: value for name, value in event.items() if name not in _OF_THE_INDEX}


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

    def words(line: EventLine) -> Hashable:
        return line.source, line.event_type, line.mode, line.target, line.modality

    return tuple(distinct(map(read_event_line, events), words)[:EVENTS_OF_A_HIT])


def distinct(several: Iterable[T], words: Callable[[T], Hashable]) -> list[T]:
    """The first of those that read the same."""
    by_words: dict[Hashable, T] = {}
    for one in several:
        by_words.setdefault(words(one), one)
    return list(by_words.values())


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

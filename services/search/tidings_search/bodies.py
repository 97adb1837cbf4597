"""The bodies that Elasticsearch is asked for pages of articles and of events. Pure."""

from collections.abc import Sequence
from typing import Any, Final

from tidings_search.conditions import Conditions
from tidings_search.cursor import ArticlePlace, EventPlace
from tidings_search.querying.clauses import Clause, all_of
from tidings_search.request import SearchRequest, Sort

SNIPPET_CHARS: Final = 220
HIGHLIGHT_CHARS: Final = 100_000
"""Highlights are looked for in the beginning of a text: a page of huge articles stays fast, and
none passes the index's own limit, which would fail the whole search."""

MARK, END_MARK = "<mark>", "</mark>"
"""They cannot be in a highlighted text: the encoder `html` turns its `<` into `&lt;`."""

EXPORTED_AT_ONCE: Final = 100
EVENTS_READ: Final = 10
"""Events of an article that are read for a line under it."""
MOST_INNER: Final = 100
"""Elasticsearch's `index.max_inner_result_window`."""

HIT_FIELDS: Final = (
    "article_id", "title", "url", "outlet", "published_at", "language", "complete",
)  # fmt: skip
_EVENT_FIELDS: Final = (
    "events.event_id", "events.event_type", "events.mode", "events.modality",
    "events.source.name", "events.target.name", "events.sentence.text",
)  # fmt: skip


def build_articles(asked: SearchRequest, place: ArticlePlace | None = None) -> Clause:
    """A page of articles with highlights, and their events that meet the query. `place`: behind
    which article the page begins, where it is not one with a number."""
    conditions = Conditions(asked)
    query = all_of([conditions.chosen()])
    query["bool"]["must"] = [conditions.searched()]
    shows_events = conditions.about_events and conditions.name_events
    if shows_events:
        # Optional: an article may be found by its words alone.
        query["bool"]["should"] = [_shown_events(conditions)]
        query["bool"]["minimum_should_match"] = 0
    fields = HIT_FIELDS if shows_events else (*HIT_FIELDS, *_EVENT_FIELDS)
    body: Clause = {
        "query": query,
        "size": asked.size,
        "sort": sort_of(asked.order),
        "track_total_hits": True,
        "_source": list(fields),
        "highlight": _highlight(),
    }
    if place is None:
        return body | {"from": (asked.page - 1) * asked.size}
    return body | ({"search_after": list(place.after)} if place.after else {})


def build_event_page(asked: SearchRequest, place: EventPlace, size: int) -> Clause:
    """The `size` articles whose first events follow `place` in the order of all events, each with
    its events from there on."""
    conditions = Conditions(asked)
    direction = "desc" if asked.sort == "oldest" else "asc"  # the greater, the older
    bound = "lte" if asked.sort == "oldest" else "gte"
    beyond = {bound: place.order} if place.order is not None else {"gte": 0}
    following = all_of([conditions.event(), {"range": {"events.order": beyond}}])
    first = {
        "order": direction,
        "mode": "max" if asked.sort == "oldest" else "min",
        "nested": {"path": "events", "filter": following},
    }
    listed = {
        "size": min(size, MOST_INNER),
        "sort": [{"events.order": {"order": direction}}, {"events.event_id": {"order": "asc"}}],
    }
    nested = {"path": "events", "query": following, "inner_hits": listed}
    return {
        "query": all_of([conditions.all(), {"nested": nested}]),
        "size": size,
        "sort": [{"events.order": first}, {"article_id": {"order": "asc"}}],
        "track_total_hits": False,
        "_source": list(HIT_FIELDS),
    }


def build_event_count(asked: SearchRequest) -> Clause:
    """How many events meet the request, in how many articles."""
    conditions = Conditions(asked)
    counted = {"matching": {"filter": conditions.event()}}
    return {
        "query": all_of([conditions.all(), conditions.has_event()]),
        "size": 0,
        "track_total_hits": True,
        "aggs": {"events": {"nested": {"path": "events"}, "aggs": counted}},
    }


def build_event(event_id: str) -> Clause:
    """The event with that id, and its article."""
    nested = {"path": "events", "query": {"term": {"events.event_id": event_id}}}
    return {
        "query": all_of([{"term": {"visible": True}}, {"nested": nested | {"inner_hits": {}}}]),
        "size": 1,
        "_source": list(HIT_FIELDS),
    }


def build_export(asked: SearchRequest, but: Sequence[str], after: Sequence[Any]) -> Clause:
    """Whole articles without the fields `but`, behind `after`, in the order of the request; of
    relevance only newest first, since an export ends with all of them."""
    order = "newest" if asked.order == "relevance" else asked.order
    body = {
        "query": Conditions(asked).all(),
        "size": EXPORTED_AT_ONCE,
        "sort": sort_of(order),
        "track_total_hits": False,
        "_source": {"excludes": list(but)},
    }
    return body | ({"search_after": list(after)} if after else {})


def sort_of(order: Sort) -> list[Clause]:
    """A total order, so that no article is on two pages; undated articles come last."""
    direction = "asc" if order == "oldest" else "desc"
    dated = [
        {"published_at": {"order": direction, "missing": "_last"}},
        {"article_id": {"order": "asc"}},
    ]
    return [{"_score": {"order": "desc"}}, *dated] if order == "relevance" else dated


def _shown_events(conditions: Conditions) -> Clause:
    nested = conditions.has_event()["nested"]
    return {
        "nested": nested
        | {"inner_hits": {"size": EVENTS_READ}, "score_mode": "none", "boost": 0}
    }  # fmt: skip


def _highlight() -> dict[str, Any]:
    return {
        "type": "unified",
        "encoder": "html",
        "pre_tags": [MARK],
        "post_tags": [END_MARK],
        "max_analyzed_offset": HIGHLIGHT_CHARS,
        "fields": {
            "title": {"number_of_fragments": 0, "matched_fields": ["title.exact"]},
            "text": {
                "number_of_fragments": 2,
                "fragment_size": SNIPPET_CHARS // 2,
                "no_match_size": SNIPPET_CHARS,
                "matched_fields": ["text.exact"],
            },
        },
    }

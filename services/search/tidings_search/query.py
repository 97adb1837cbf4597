"""A request to the body that Elasticsearch is asked. Pure: no client, no clock.

Filters of values go into `post_filter`, so that each facet can be counted under all filters but its
own, and choosing one outlet does not hide the others. Words, dates and ids narrow the query itself.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

from tidings.documents import FACET_OF_KIND, entity_name
from tidings_search.request import EVENT_FILTERS, MAX_SIZE, TERM_FACETS, SearchRequest
from tidings_search.words import Term

Clause = dict[str, Any]

FACET_VALUES: Final = 10
DATE_BUCKETS: Final = 12
SNIPPET_CHARS: Final = 220
HIGHLIGHT_CHARS: Final = 100_000
"""Highlights are looked for in the beginning of a text: a page of huge articles stays fast, and
none passes the index's own limit, which would fail the whole search."""

MARK, END_MARK = "<mark>", "</mark>"
"""They cannot be in a highlighted text: the encoder `html` turns its `<` into `&lt;`."""

_HIT_FIELDS: Final = (
    "article_id", "title", "url", "outlet", "published_at", "language", "complete", "failed",
    "skipped",
)  # fmt: skip
_EVENT_FIELDS: Final = (
    "events.event_id", "events.event_type", "events.mode", "events.modality",
    "events.source.name", "events.target.name", "events.sentence.text",
)  # fmt: skip
_ACTOR_KEYS: Final = ("entity_id", "country", "sector")
KIND_OF_FACET: Final = {field: kind for kind, field in FACET_OF_KIND.items()}


def build_search(request: SearchRequest) -> Clause:
    """The body that finds a page of articles with highlights and facets. Raises QueryMistake."""
    return {
        "query": _query(request),
        "post_filter": _all(_chosen(request, inner_hits=True)),
        "from": (request.page - 1) * request.size,
        "size": request.size,
        "sort": _sort(request),
        "track_total_hits": True,
        "_source": [*_HIT_FIELDS, *_EVENT_FIELDS],
        "highlight": _highlight(),
        "aggs": _facets(request),
    }


def build_events(request: SearchRequest) -> Clause:
    """The body that finds a page of articles, newest first, each with its events that match."""
    narrowed = _query(request)
    narrowed["bool"]["filter"] += [
        *_chosen_values(request),
        _one_event(request, inner_hits=True),
    ]
    counted = {"matching": {"filter": _all(_event_conditions(request))}}
    return {
        "query": narrowed,
        "from": (request.page - 1) * request.size,
        "size": request.size,
        "sort": _sort(request),
        "track_total_hits": True,
        "_source": list(_HIT_FIELDS),
        "aggs": {"events": {"nested": {"path": "events"}, "aggs": counted}},
    }


def by_date(direction: Literal["asc", "desc"]) -> list[Clause]:
    """A total order; undated articles come last."""
    return [
        {"published_at": {"order": direction, "missing": "_last"}},
        {"version": {"order": direction}},
        {"article_id": {"order": "asc"}},
    ]


def _query(request: SearchRequest) -> Clause:
    filters: list[Clause] = [{"term": {"visible": True}}]
    if request.ids is not None:
        filters.append({"ids": {"values": list(request.ids)}})
    if request.entity:
        filters.append({"terms": {"entity_ids": list(request.entity)}})
    if request.date_from or request.date_to:
        filters.append({"range": {"published_at": _days(request)}})
    return {"bool": {"must": [_words(term) for term in request.terms], "filter": filters}}


def _days(request: SearchRequest) -> Clause:
    """Whole days of UTC: rounding takes `lte` to the last millisecond of its day."""
    days: Clause = {"format": "yyyy-MM-dd"}
    if request.date_from:
        days["gte"] = f"{request.date_from.isoformat()}||/d"
    if request.date_to:
        days["lte"] = f"{request.date_to.isoformat()}||/d"
    return days


def _words(term: Term) -> Clause:
    """What is written without a space (AT&T, 貨物船) is several tokens, and stays together."""
    subfield = ".exact" if term.exact else ""
    return {
        "multi_match": {
            "query": term.text,
            "type": "phrase",
            "fields": [f"title{subfield}^3", f"text{subfield}"],
        }
    }


def _chosen(
    request: SearchRequest, *, but: str | None = None, inner_hits: bool = False
) -> list[Clause]:
    """The chosen filters, but for those of the facet `but`."""
    clauses = list(_chosen_values(request, but=but))
    if _event_conditions(request, but=but):
        clauses.append(_one_event(request, but=but, inner_hits=inner_hits))
    return clauses


def _chosen_values(request: SearchRequest, *, but: str | None = None) -> Iterator[Clause]:
    for field in TERM_FACETS:
        values = getattr(request, field)
        if values and field != but:
            yield _has(field, values)


def _has(field: str, values: Sequence[str]) -> Clause:
    """An entity has all of its names, in any letter case and with or without accents."""
    if kind := KIND_OF_FACET.get(field):
        return {"terms": {"entity_names": [entity_name(kind, value) for value in values]}}
    return {"terms": {field: list(values)}}


def _one_event(
    request: SearchRequest, *, but: str | None = None, inner_hits: bool = False
) -> Clause:
    nested: Clause = {"path": "events", "query": _all(_event_conditions(request, but=but))}
    if inner_hits:
        nested["inner_hits"] = {"size": MAX_SIZE}
    return {"nested": nested}


def _event_conditions(request: SearchRequest, *, but: str | None = None) -> list[Clause]:
    conditions = []
    for name in EVENT_FILTERS:
        values = getattr(request, name)
        if values and name != but:
            conditions.append(_event_condition(name, list(values)))
    return conditions


def _event_condition(name: str, values: list[str]) -> Clause:
    match name:
        case "source" | "target":
            names = [_match(f"events.{name}.name.words", value) for value in values]
            fields = [f"events.{name}.{key}" for key in _ACTOR_KEYS]
            return _any([*names, *_terms(fields, values)])
        case "event_country":
            fields = [f"events.{part}.country" for part in ("source", "target", "place")]
        case _:
            return {"terms": {f"events.{name}": values}}
    return _any(_terms(fields, values))


def _match(field: str, words: str) -> Clause:
    """All words in their order: "putin" finds Vladimir Putin."""
    return {"match_phrase": {field: words}}


def _terms(fields: list[str], values: list[str]) -> list[Clause]:
    return [
        {"term": {field: {"value": value, "case_insensitive": True}}}
        for field in fields
        for value in values
    ]


def _facets(request: SearchRequest) -> Clause:
    facets: Clause = {
        field: {
            "filter": _all(_chosen(request, but=field)),
            "aggs": _counted(field, list(getattr(request, field))),
        }
        for field in TERM_FACETS
    }
    facets["event_type"] = {
        "filter": _all(_chosen(request, but="event_type")),
        "aggs": {"events": {"nested": {"path": "events"}, "aggs": _event_types(request)}},
    }
    facets["published_at"] = {
        "filter": _all(_chosen(request)),
        "aggs": {
            "top": {
                "auto_date_histogram": {
                    "field": "published_at",
                    "buckets": DATE_BUCKETS,
                    "minimum_interval": "day",
                    "format": "yyyy-MM-dd",
                }
            }
        },
    }
    return facets


def _event_types(request: SearchRequest) -> Clause:
    """Counts events, not articles: those that meet the other conditions on events."""
    return {
        "matching": {
            "filter": _all(_event_conditions(request, but="event_type")),
            "aggs": _counted("events.event_type", list(request.event_type), size=16),
        }
    }


def _counted(field: str, chosen: list[str], size: int = FACET_VALUES) -> Clause:
    """The most frequent values, and the chosen ones even where they are not among those."""
    counted: Clause = {"top": {"terms": {"field": field, "size": size}}}
    if chosen:
        each = {value: _has(field, [value]) for value in chosen}
        counted["chosen"] = {"filters": {"keyed": False, "filters": each}}
    return counted


def _sort(request: SearchRequest) -> list[Clause]:
    """Total orders, so that no article is on two pages."""
    dated = by_date("asc" if request.order == "oldest" else "desc")
    return [{"_score": {"order": "desc"}}, *dated] if request.order == "relevance" else dated


def _highlight() -> Clause:
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


def _all(clauses: list[Clause]) -> Clause:
    """An empty list holds for everything."""
    return {"bool": {"filter": clauses}}


def _any(clauses: list[Clause]) -> Clause:
    return {"bool": {"should": clauses, "minimum_should_match": 1}}

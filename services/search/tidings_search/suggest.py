"""Names that begin as somebody types: of entities and of outlets. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tidings_search.counting import spellings
from tidings_search.facets import FACETS
from tidings_search.querying.clauses import Clause, clause_of
from tidings_search.querying.read import read_query
from tidings_search.querying.wording import quoted
from tidings_search.shown import Shown

SUGGESTED: Final = 8
_OF_EACH: Final = 5
_FIELDS: Final = {
    "people": "person", "organisations": "org", "places": "place", "groups": "group",
    "outlet": "outlet",
}  # fmt: skip
"""Facets, and the field of the query language by which each is found."""

_BEFORE_A_WORD: Final = r"""[ \-–/(\["“„«'‘’]"""


class Suggestion(Shown):
    """`query` finds it, and finds that many `articles`."""

    name: str
    kind: str
    articles: int
    query: str


def build_suggestions(letters: str) -> Clause:
    """The body that counts the names of which a word begins with these letters, in any case and
    with or without accents."""
    only = f"(.*{_BEFORE_A_WORD})?{spellings(letters)}.*"
    return _counting(
        {
            name: {"terms": {"field": FACETS[name].path, "include": only, "size": _OF_EACH}}
            for name in _FIELDS
        }
    )


def read_suggestions(answer: Mapping[str, Any]) -> tuple[Suggestion, ...]:
    """The most frequent first."""
    found = [
        Suggestion(
            name=bucket["key"],
            kind=_FIELDS[facet],
            articles=bucket["doc_count"],
            query=query_of(_FIELDS[facet], bucket["key"]),
        )
        for facet, counted in answer["aggregations"].items()
        for bucket in counted["buckets"]
    ]
    return _most_frequent(found)


def build_recount(suggested: Sequence[Suggestion]) -> Clause:
    """The body that counts what each of their queries finds: a name is found as an alias, too."""
    each = {one.query: clause_of(read_query(one.query).node) for one in suggested}
    return _counting({"each": {"filters": {"keyed": False, "filters": each}}})


def read_recount(
    answer: Mapping[str, Any], suggested: Sequence[Suggestion]
) -> tuple[Suggestion, ...]:
    buckets = answer["aggregations"]["each"]["buckets"]
    counts = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    return _most_frequent(
        [one.model_copy(update={"articles": counts[one.query]}) for one in suggested]
    )


def _counting(aggs: Clause) -> Clause:
    visible = {"bool": {"filter": [{"term": {"visible": True}}]}}
    return {"query": visible, "size": 0, "track_total_hits": False, "aggs": aggs}


def _most_frequent(found: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    return tuple(sorted(found, key=lambda one: (-one.articles, one.name))[:SUGGESTED])


def query_of(field: str, value: str) -> str:
    """`person:"Vladimir Putin"`."""
    return f"{field}:{quoted(value)}"

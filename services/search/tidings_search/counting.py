"""Facets: the bodies that count them, and what Elasticsearch answers. Pure.

Each facet is counted under the query and all filters but its own: the number beside a value is what
choosing it gives, and choosing one does not hide the others. Facets of events count events.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from tidings.language.spelling import fold
from tidings_search.conditions import Conditions, has_value
from tidings_search.countries import country_name, country_names
from tidings_search.facets import FACETS, Facet
from tidings_search.querying.clauses import Clause, all_of
from tidings_search.request import FacetRequest, Narrowing

TOP: Final = 10
"""Values of a facet beside a result."""
MOST_VALUES: Final = 50_000
"""That are counted for one facet; Elasticsearch takes 65,536 buckets in one answer."""

_TYPES: Final = 16
_LATIN: Final = range(0xC0, 0x250)


class Value(BaseModel):
    """`label`: what people call it, where it is a code. `within`: its parts, as modes of a type."""

    model_config = ConfigDict(frozen=True)

    value: str
    label: str
    count: int
    chosen: bool = False
    within: tuple["Value", ...] = ()


class FacetValues(BaseModel):
    """`more`: there are others. `exact`: no shard has left a value out, so the counts are exact."""

    model_config = ConfigDict(frozen=True)

    facet: str
    title: str
    counts: str
    values: tuple[Value, ...] = ()
    more: bool = False
    exact: bool = True


def build_facets(asked: Narrowing, names: Iterable[str] = FACETS, size: int = TOP) -> Clause:
    """The body that counts these facets; those of events only where it is clear which are meant."""
    conditions = Conditions(asked)
    return {
        "query": conditions.searched(),
        "size": 0,
        "track_total_hits": False,
        "aggs": {
            name: _counted(FACETS[name], asked, conditions, size)
            for name in names
            if conditions.name_events or FACETS[name].counts == "articles"
        },
    }


def build_facet(name: str, asked: FacetRequest) -> Clause:
    """The body that counts one page of one facet."""
    facet = FACETS[name]
    conditions = Conditions(asked)
    size = min(asked.page * asked.size + 1, MOST_VALUES)
    only = _only(facet, asked.contains) if asked.contains.strip() else None
    return {
        "query": conditions.searched(),
        "size": 0,
        "track_total_hits": False,
        "aggs": {facet.name: _counted(facet, asked, conditions, size, only)},
    }


def read_facets(answer: Mapping[str, Any], asked: Narrowing) -> dict[str, FacetValues]:
    chosen = {name: _chosen(asked, name) for name in answer["aggregations"]}
    return {
        name: _read(FACETS[name], found, chosen[name], 0, max(TOP, len(chosen[name])))
        for name, found in answer["aggregations"].items()
    }


def read_facet(answer: Mapping[str, Any], name: str, asked: FacetRequest) -> FacetValues:
    """One page of it; the chosen values come before all others."""
    last = asked.page * asked.size
    found = answer["aggregations"][name]
    return _read(FACETS[name], found, _chosen(asked, name), last - asked.size, last)


def build_recount(asked: Narrowing, found: Mapping[str, FacetValues]) -> Clause | None:
    """Who is chosen by one name is found by every other too: the body that counts what choosing
    each entity gives; None where there is none."""
    conditions = Conditions(asked)
    aggs: Clause = {}
    for name, facet in found.items():
        if FACETS[name].entity_kind and facet.values:
            each = {one.value: has_value(name, [one.value]) for one in facet.values}
            aggs[name] = {
                "filter": all_of([conditions.chosen(but=name)]),
                "aggs": {"each": {"filters": {"keyed": False, "filters": each}}},
            }
    if not aggs:
        return None
    return {"query": conditions.searched(), "size": 0, "track_total_hits": False, "aggs": aggs}


def read_recount(
    answer: Mapping[str, Any], found: Mapping[str, FacetValues]
) -> dict[str, FacetValues]:
    """The same values in the same order, with those counts."""
    recounted = dict(found)
    for name, counted in answer["aggregations"].items():
        counts = {one["key"]: one["doc_count"] for one in counted["each"]["buckets"]}
        values = (one.model_copy(update={"count": counts[one.value]}) for one in found[name].values)
        recounted[name] = found[name].model_copy(update={"values": tuple(values)})
    return recounted


def including(letters: str) -> str:
    """The regular expression of values with these letters in them, in any case and with or without
    accents."""
    return ".*" + "".join(any_form(letter) for letter in letters.strip()) + ".*"


def _only(facet: Facet, letters: str) -> str | list[str]:
    """Countries are looked for by what people call them too."""
    if not _has_countries(facet):
        return including(letters)
    wanted = fold(letters)
    return [
        code
        for code, name in country_names().items()
        if wanted in fold(name) or wanted in fold(code)
    ] or [letters]


def _counted(
    facet: Facet,
    asked: Narrowing,
    conditions: Conditions,
    size: int,
    only: str | list[str] | None = None,
) -> Clause:
    terms: Clause = {"field": facet.path, "size": _TYPES if facet.within else size}
    if only is not None:
        terms["include"] = only
    if facet.never:
        terms["exclude"] = list(facet.never)
    top: Clause = {"terms": terms}
    if facet.within:
        top["aggs"] = {"within": {"terms": {"field": facet.within, "size": 30}}}
    aggs = {"top": top}
    chosen = _chosen(asked, facet.name)
    if chosen and only is None:
        each = {value: has_value(facet.name, [value]) for value in chosen}
        aggs["chosen"] = {"filters": {"keyed": False, "filters": each}}
    if facet.counts == "events":
        matching = {"filter": conditions.event(but=facet.name), "aggs": aggs}
        aggs = {"events": {"nested": {"path": "events"}, "aggs": {"matching": matching}}}
    return {"filter": all_of([conditions.chosen(but=facet.name)]), "aggs": aggs}


def _chosen(asked: Narrowing, name: str) -> Sequence[str]:
    chosen: Sequence[str] = getattr(asked, name)
    return chosen


def _read(
    facet: Facet, found: Mapping[str, Any], chosen: Sequence[str], first_shown: int, last: int
) -> FacetValues:
    counted = found["events"]["matching"] if facet.counts == "events" else found
    counts = {bucket["key"]: bucket["doc_count"] for bucket in counted["top"]["buckets"]}
    first = {
        bucket["key"]: bucket["doc_count"]
        for bucket in counted.get("chosen", {"buckets": ()})["buckets"]
    }
    parts = {
        bucket["key"]: bucket["within"]["buckets"]
        for bucket in counted["top"]["buckets"]
        if facet.within
    }
    named = [name for name in chosen if name in first or name in counts]
    names = [*(name for name in named if not _is_part(facet, name)), *counts]
    values = [
        Value(
            value=name,
            label=_label(facet, name),
            count=first.get(name, counts.get(name, 0)),
            chosen=name in chosen,
            within=_parts(name, parts.get(name, ()), chosen),
        )
        for name in dict.fromkeys(names)
    ]
    top = counted["top"]
    return FacetValues(
        facet=facet.name,
        title=facet.title,
        counts=facet.counts,
        values=tuple(values[first_shown:last]),
        more=len(values) > last or top["sum_other_doc_count"] > 0,
        exact=top["doc_count_error_upper_bound"] == 0,
    )


def _is_part(facet: Facet, name: str) -> bool:
    return facet.within is not None and "/" in name


def _parts(
    name: str, buckets: Sequence[Mapping[str, Any]], chosen: Sequence[str]
) -> tuple[Value, ...]:
    return tuple(
        Value(
            value=f"{name}/{bucket['key']}",
            label=bucket["key"],
            count=bucket["doc_count"],
            chosen=f"{name}/{bucket['key']}" in chosen,
        )
        for bucket in buckets
    )


def _label(facet: Facet, name: str) -> str:
    return (country_name(name) or name) if _has_countries(facet) else name


def _has_countries(facet: Facet) -> bool:
    return facet.path.endswith(("countries", ".country"))


def any_form(letter: str) -> str:
    """The regular expression of a letter in any case, with or without accents."""
    if letter.isspace():
        return " "
    forms = {letter, letter.lower(), letter.upper(), *_accented().get(_bare(letter), ())}
    single = sorted(form for form in forms if len(form) == 1)
    return "[" + "".join(one if one.isalnum() else f"\\{one}" for one in single) + "]"


@lru_cache(maxsize=1)
def _accented() -> Mapping[str, Sequence[str]]:
    """The Latin letters that are one letter but for case and accents."""
    forms: dict[str, list[str]] = {}
    for letter in [*map(chr, _LATIN), *map(chr, range(0x41, 0x5B)), *map(chr, range(0x61, 0x7B))]:
        forms.setdefault(_bare(letter), []).append(letter)
    return forms


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter)[0].casefold()

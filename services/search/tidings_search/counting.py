"""Facets: the bodies that count them, and what Elasticsearch answers. Pure.

Each facet is counted under the query and all filters but its own: the number beside a value is what
choosing it gives, and choosing one does not hide the others. Facets of events count events.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, get_args

from tidings.language.spelling import fold
from tidings.messages import Modality
from tidings.plover import CONTEXTS, MODES, SECTORS
from tidings_search.conditions import Conditions, has_value
from tidings_search.countries import country_names
from tidings_search.facets import FACETS, Facet
from tidings_search.labels import label_of, languages_called
from tidings_search.querying.clauses import Clause
from tidings_search.request import FacetRequest, Narrowing
from tidings_search.shown import Shown

TOP: Final = 10
"""Values of a facet beside a result."""
MOST_VALUES: Final = 50_000
"""That are counted for one facet; Elasticsearch takes 65,536 buckets in one answer."""

_TYPES: Final = 16
_LETTERS: Final = (
    range(0x21, 0x530), range(0x1E00, 0x2000), range(0x2010, 0x2020), range(0x2C60, 0x2C80),
    range(0xA640, 0xA6A0), range(0xA720, 0xA800),
)  # fmt: skip
"""Code points of Latin, Greek and Cyrillic letters, and of the signs in names."""
_CODES: Final[Mapping[str, Iterable[str]]] = {
    "event_type": MODES, "sector": SECTORS, "context": CONTEXTS, "modality": get_args(Modality),
}  # fmt: skip
"""All values of the facets whose values are few and known."""


Answer = Mapping[str, Any]


class Value(Shown):
    """`label`: what people call it. `within`: its parts, as modes of a type."""

    value: str
    label: str
    count: int
    chosen: bool = False
    within: tuple["Value", ...] = ()


class FacetValues(Shown):
    """`more`: there are others. `exact`: no shard has left a value out, so the counts are exact."""

    facet: str
    title: str
    counts: str
    values: tuple[Value, ...] = ()
    more: bool = False
    exact: bool = True


def build_facets(
    asked: Narrowing, names: Iterable[str] = FACETS, size: int = TOP
) -> tuple[Clause, ...]:
    """The bodies that count these facets; those of events only where it is clear which are meant.
    Those in which nothing is chosen are under the same conditions, so they are counted together."""
    conditions = Conditions(asked)
    alike: dict[str | None, list[Facet]] = {}
    for name in names:
        if conditions.name_events or FACETS[name].counts == "articles":
            alike.setdefault(name if _chosen(asked, name) else None, []).append(FACETS[name])
    return tuple(
        _body(conditions, but, {facet: _counted(facet, asked, size) for facet in facets})
        for but, facets in alike.items()
    )


def build_facet(name: str, asked: FacetRequest) -> Clause:
    """The body that counts one page of one facet."""
    facet = FACETS[name]
    size = min(asked.page * asked.size + 1, MOST_VALUES)
    only = _only(facet, asked.contains) if asked.contains.strip() else None
    return _body(Conditions(asked), name, {facet: _counted(facet, asked, size, only)})


def read_facets(answers: Iterable[Answer], asked: Narrowing) -> dict[str, FacetValues]:
    """In the order of FACETS."""
    found: dict[str, FacetValues] = {}
    for answer in answers:
        counted = _flat(answer)
        for name in counted.keys() & FACETS.keys():
            chosen = _chosen(asked, name)
            found[name] = _read(FACETS[name], counted, chosen, 0, max(TOP, len(chosen)))
    return {name: found[name] for name in FACETS if name in found}


def read_facet(answer: Answer, name: str, asked: FacetRequest) -> FacetValues:
    """One page of it; the chosen values come before all others."""
    last = asked.page * asked.size
    return _read(FACETS[name], _flat(answer), _chosen(asked, name), last - asked.size, last)


def build_recount(asked: Narrowing, found: Mapping[str, FacetValues]) -> tuple[Clause, ...]:
    """Who is chosen by one name is found by every other too: the bodies that count what choosing
    each entity gives."""
    conditions = Conditions(asked)
    alike: dict[str | None, dict[Facet, Clause]] = {}
    for name, values in found.items():
        facet = FACETS[name]
        if facet.entity_kind and values.values:
            each = {one.value: has_value(name, [one.value]) for one in values.values}
            counted: Clause = {name: {"filters": {"keyed": False, "filters": each}}}
            alike.setdefault(name if _chosen(asked, name) else None, {})[facet] = counted
    return tuple(_body(conditions, but, counted) for but, counted in alike.items())


def read_recount(
    answers: Iterable[Answer], found: Mapping[str, FacetValues]
) -> dict[str, FacetValues]:
    """The same values in the same order, with those counts."""
    recounted = dict(found)
    for name, counted in chain.from_iterable(one["aggregations"].items() for one in answers):
        counts = {one["key"]: one["doc_count"] for one in counted["buckets"]}
        values = (one.model_copy(update={"count": counts[one.value]}) for one in found[name].values)
        recounted[name] = found[name].model_copy(update={"values": tuple(values)})
    return recounted


def including(letters: str) -> str:
    """The regular expression of values with these letters in them, however they are spelt."""
    return f".*{spellings(letters)}.*"


def spellings(letters: str) -> str:
    """The regular expression of these letters in any case and with or without accents; æ is also
    ae, and ’ also '."""
    return "".join(_forms_of(letters.strip()))


def _only(facet: Facet, letters: str) -> str | list[str]:
    """Codes are looked for by what people call them too, and types of event by their modes."""
    if facet.name == "language":
        called = (f"{tag}(-.*)?" for tag in languages_called(letters))
        return "|".join((including(letters), *called))
    codes = country_names() if _has_countries(facet) else _CODES.get(facet.name)
    if codes is None:
        return including(letters)
    wanted = fold(letters)
    return [code for code in codes if _is_called(facet, code, wanted)] or [letters]


def _is_called(facet: Facet, code: str, wanted: str) -> bool:
    parts = MODES.get(code, ()) if facet.within else ()  # type: ignore[call-overload]
    return any(wanted in fold(name) for name in (code, label_of(facet.name, code), *parts))


def _body(
    conditions: Conditions, but: str | None, counted: Mapping[Facet, Mapping[str, Clause]]
) -> Clause:
    """Counts under the query and all filters but those of the facet `but`."""
    aggs: Clause = {}
    of_events: Clause = {}
    for facet, own in counted.items():
        (aggs if facet.counts == "articles" else of_events).update(own)
    if of_events:
        matching = {"filter": conditions.event(but=but), "aggs": of_events}
        aggs["events"] = {"nested": {"path": "events"}, "aggs": {"matching": matching}}
    query = conditions.all(but=but)
    return {"query": query, "size": 0, "track_total_hits": False, "aggs": aggs}


def _flat(answer: Answer) -> Mapping[str, Any]:
    """What was counted, whether of articles or of events."""
    counted: Mapping[str, Any] = answer["aggregations"]
    return {**counted, **counted.get("events", {}).get("matching", {})}


def _counted(
    facet: Facet, asked: Narrowing, size: int, only: str | list[str] | None = None
) -> dict[str, Clause]:
    """The most frequent values, and those that are chosen."""
    terms: Clause = {"field": facet.path, "size": _TYPES if facet.within else size}
    if only is not None:
        terms["include"] = only
    if facet.never:
        terms["exclude"] = list(facet.never)
    top: Clause = {"terms": terms}
    if facet.within:
        top["aggs"] = {"within": {"terms": {"field": facet.within, "size": 30}}}
    chosen = _chosen(asked, facet.name)
    if not chosen or only is not None:
        return {facet.name: top}
    each = {value: has_value(facet.name, [value]) for value in chosen}
    return {facet.name: top, "chosen": {"filters": {"keyed": False, "filters": each}}}


def _chosen(asked: Narrowing, name: str) -> Sequence[str]:
    chosen: Sequence[str] = getattr(asked, name)
    return chosen


def _read(
    facet: Facet, counted: Mapping[str, Any], chosen: Sequence[str], first_shown: int, last: int
) -> FacetValues:
    top = counted[facet.name]
    counts = {bucket["key"]: bucket["doc_count"] for bucket in top["buckets"]}
    first = {
        bucket["key"]: bucket["doc_count"]
        for bucket in counted.get("chosen", {"buckets": ()})["buckets"]
    }
    parts = {
        bucket["key"]: bucket["within"]["buckets"] for bucket in top["buckets"] if facet.within
    }
    named = [name for name in chosen if name in first or name in counts]
    names = [*(name for name in named if not _is_part(facet, name)), *counts]
    values = [
        Value(
            value=name,
            label=label_of(facet.name, name),
            count=first.get(name, counts.get(name, 0)),
            chosen=name in chosen,
            within=_parts(name, parts.get(name, ()), chosen),
        )
        for name in dict.fromkeys(names)
    ]
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


def _has_countries(facet: Facet) -> bool:
    return facet.path.endswith(("countries", ".country"))


def any_form(letter: str) -> str:
    """The regular expression of a letter in any case, with or without accents."""
    if letter.isspace():
        return " "
    bare = fold(letter)
    own = {form for form in (letter, letter.lower(), letter.upper()) if len(form) == 1}
    # A mark that stands alone is not there where its letter has none.
    single = _class({*own, *_accented().get(bare, ())}) + ("" if bare else "?")
    if len(bare) < 2:
        return single
    return f"({single}|{''.join(map(any_form, bare))})"


def _forms_of(letters: str) -> Iterator[str]:
    """Each letter in any form; two letters that are also written as one, as that one too."""
    at = 0
    while at < len(letters):
        pair = letters[at : at + 2]
        one = _accented().get("".join(map(fold, pair)), ())
        if len(pair) == 2 and all(len(fold(letter)) == 1 for letter in pair) and one:
            yield f"({_class(one)}|{''.join(map(any_form, pair))})"
            at += 2
        else:
            yield any_form(letters[at])
            at += 1


def _class(letters: Iterable[str]) -> str:
    signs = (one if one.isalnum() else f"\\{one}" for one in sorted(letters))
    return f"[{''.join(signs)}]"


@lru_cache(maxsize=1)
def _accented() -> Mapping[str, Sequence[str]]:
    """The letters that are the same but for case, accents and typographic dress."""
    forms: dict[str, list[str]] = {}
    for letter in map(chr, chain.from_iterable(_LETTERS)):
        if bare := fold(letter):
            forms.setdefault(bare, []).append(letter)
    return forms

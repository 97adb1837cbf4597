"""Conditions into Elasticsearch's clauses. Pure.

What words say counts for the order of results; properties only rule in or out, since nested clauses
would add to the score as often as an article has events.
"""

from collections.abc import Sequence
from typing import Any, Final

from tidings.documents import entity_name
from tidings.language.spelling import fold
from tidings.messages import EntityKind
from tidings_search.countries import country_code
from tidings_search.querying.fields import Field
from tidings_search.querying.nodes import (
    All,
    Either,
    Everything,
    Is,
    Limits,
    Node,
    Not,
    OneEvent,
    Words,
)

Clause = dict[str, Any]

_TITLE: Final = 3.0
_EXACT: Final = 1.5
"""How much more a word of the title, and one in its very form, counts."""

FUZZY_EXPANSIONS: Final = 50
_LONGEST_CODE: Final = 3
_ACTOR_KEYS: Final = ("entity_id", "country", "sector")
_TIME: Final = "strict_date_optional_time"


def clause_of(node: Node) -> Clause:
    """The clause that articles must meet."""
    match node:
        case Everything():
            return {"match_all": {}}
        case Words():
            return _words(node)
        case OneEvent(part):
            return _unscored({"nested": {"path": "events", "query": event_clause(part)}})
        case Is():
            return _unscored(_property(node))
        case Not(part):
            return {"bool": {"must_not": [clause_of(part)]}}
        case Either(parts):
            return any_of([clause_of(part) for part in parts])
        case All(parts):
            return _all(parts)


def event_clause(node: Node) -> Clause:
    """The clause that one event must meet, to stand in a nested query."""
    match node:
        case Is():
            return _property(node)
        case Not(part):
            return {"bool": {"must_not": [event_clause(part)]}}
        case Either(parts):
            return any_of([event_clause(part) for part in parts])
        case All(parts):
            return all_of([event_clause(part) for part in parts])
    raise TypeError(f"{node} is not about an event")


def all_of(clauses: Sequence[Clause]) -> Clause:
    """Without a score; none hold for everything."""
    return {"bool": {"filter": list(clauses)}}


def any_of(clauses: Sequence[Clause]) -> Clause:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def _all(parts: Sequence[Node]) -> Clause:
    must = [clause_of(part) for part in parts if not isinstance(part, Not)]
    must_not = [clause_of(part.part) for part in parts if isinstance(part, Not)]
    return {"bool": {"must": must, "must_not": must_not}}


def _unscored(clause: Clause) -> Clause:
    return {"bool": {"filter": [clause]}}


def _words(words: Words) -> Clause:
    match words.how:
        case "stemmed":
            # What is written without a space (AT&T, 貨物船) is several tokens, and stays together.
            return _matched(words, type="phrase", fields=_text_fields(words, stemmed=True))
        case "exact":
            return _matched(words, type="phrase", slop=words.slop, fields=_text_fields(words))
        case "fuzzy":
            edits = "AUTO" if words.edits is None else words.edits
            return _matched(
                words, fuzziness=edits, prefix_length=1, max_expansions=FUZZY_EXPANSIONS,
                operator="and", fields=_text_fields(words),
            )  # fmt: skip
    fields = _places(words)
    pattern = _as_indexed(words.text)
    return any_of([_wildcard(f"{field}.exact", pattern, words.boost) for field in fields])


def _matched(words: Words, **how: Any) -> Clause:
    return {"multi_match": {"query": words.text, "boost": words.boost, **how}}


def _places(words: Words) -> tuple[str, ...]:
    return ("title", "text") if words.place == "anywhere" else (words.place,)


def _text_fields(words: Words, *, stemmed: bool = False) -> list[str]:
    """With their weights; the best of them counts."""
    fields = []
    for field in _places(words):
        weight = _TITLE if field == "title" else 1.0
        fields += [f"{field}^{weight}"] if stemmed else []
        fields.append(f"{field}.exact^{weight * (_EXACT if stemmed else 1.0)}")
    return fields


def _property(one: Is) -> Clause:
    field = one.field
    if one.value is None:
        return any_of([{"exists": {"field": path}} for path in _existing(field)])
    if isinstance(one.value, Limits):
        return _within(field, one.value)
    clauses = [_of_value(field, path, one.value, one.how) for path in field.paths]
    return clauses[0] if len(clauses) == 1 else any_of(clauses)


def _existing(field: Field) -> Sequence[str]:
    if field.kind == "actor":
        return [f"{path}.name" for path in field.paths]
    return ["events.date.from"] if field.name == "event_date" else field.paths


def _of_value(field: Field, path: str, value: str, how: str) -> Clause:
    if how != "whole":
        words = f"{path}.name.words" if field.kind == "actor" else f"{path}.words"
        if field.kind == "exact":
            return _wildcard(path, value)
        return _wildcard(words, _as_indexed(value)) if how == "pattern" else _nearly(words, value)
    match field.kind:
        case "name":
            return {"match_phrase": {f"{path}.words": value}}
        case "called":
            return _called(field, path, value)
        case "actor":
            return acting(path, value)
        case "exact":
            return {"term": {path: {"value": value, "case_insensitive": field.name != "id"}}}
    return {"term": {path: value}}


def acting(path: str, value: str) -> Clause:
    """An actor by all words of a name in their order ("putin" finds Vladimir Putin), by an entity's
    id, a country's code (USA, US) or a sector."""
    codes: list[Clause] = [
        {"term": {f"{path}.{key}": {"value": value, "case_insensitive": True}}}
        for key in _ACTOR_KEYS
    ]
    if value.isupper() and len(value) <= _LONGEST_CODE and (country := country_code(value)):
        codes.append({"term": {f"{path}.country": country}})
    return any_of([{"match_phrase": {f"{path}.name.words": value}}, *codes])


def called(kind: EntityKind, path: str, value: str) -> Clause:
    """An entity by a name or an alias, whole, or by words of its name, in any letter case and with
    or without accents."""
    return any_of(
        [
            {"term": {"entity_names": entity_name(kind, value)}},
            {"match_phrase": {f"{path}.words": value}},
        ]
    )


def _called(field: Field, path: str, value: str) -> Clause:
    if path.startswith("events."):
        return {"match_phrase": {f"{path}.words": value}}
    kind: Any = field.entity_kind
    return called(kind, path, value)


def _within(field: Field, limits: Limits) -> Clause:
    bounds: Clause = {}
    if limits.low is not None:
        bounds["gte" if limits.with_low else "gt"] = limits.low
    if limits.high is not None:
        bounds["lte" if limits.with_high else "lt"] = limits.high
    if field.kind != "date":
        return {"range": {field.paths[0]: bounds}}
    bounds["format"] = _TIME
    if field.name != "event_date":
        return {"range": {field.paths[0]: bounds}}
    return _overlaps(bounds)


def _overlaps(bounds: Clause) -> Clause:
    """An event of which only the month is known happened perhaps on each of its days."""
    starts = {name: bound for name, bound in bounds.items() if name != "gte"}
    ends: Clause = {"format": _TIME}
    if "gte" in bounds:
        ends["gte"] = f"{bounds['gte']}/d"
    return all_of([{"range": {"events.date.from": starts}}, {"range": {"events.date.to": ends}}])


def _wildcard(field: str, pattern: str, boost: float = 1.0) -> Clause:
    return {
        "wildcard": {
            field: {"value": pattern, "case_insensitive": True, "boost": boost}
        }
    }  # fmt: skip


def _as_indexed(pattern: str) -> str:
    """With its Latin letters bare, as those of the words are; Elasticsearch leaves a pattern as it
    is."""
    bare = ((letter, fold(letter)) for letter in pattern)
    return "".join(folded if folded and folded.isascii() else letter for letter, folded in bare)


def _nearly(field: str, words: str) -> Clause:
    return {"match": {field: {"query": words, "fuzziness": "AUTO", "operator": "and"}}}

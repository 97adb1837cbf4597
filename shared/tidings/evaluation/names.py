"""Names: their boundaries, kinds, countries, and whether one thing is one entity."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from tidings.evaluation.annotated import Annotated, Name
from tidings.evaluation.counts import Tally
from tidings.language.countries import country_by_code
from tidings.language.spelling import fold
from tidings.messages import ArticleEntities, Entity, EntityKind, Mention

KIND_OF_LABEL: Final[Mapping[str, EntityKind]] = {
    "PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place",
    "NORP": "group", "EVENT": "other", "PRODUCT": "other", "LAW": "other", "WORK_OF_ART": "other",
}  # fmt: skip
"""Dates and money have none: they are no names."""

_ARTICLE: Final = re.compile(r"(?:the|a|an)\s+(?=\S)", re.IGNORECASE)
_POSSESSIVE: Final = re.compile(r"\s*['’]s?$")

Bounds = tuple[int, int]


def score_names(text: Annotated, result: ArticleEntities, tally: Tally) -> None:
    """Counts by kind, for `names` (boundaries and kind) and `bounds` (boundaries alone), with a
    leading article and a trailing possessive left out; of the names whose boundaries were found,
    how many have the right `canonical` name and the right `country`; and of the things that are
    named twice, how many are `one` entity that is nobody else's."""
    content = text.article.content
    wanted = {_trim(content, name.start, name.end): name for name in text.names}
    found = {
        _trim(content, mention.start, mention.end): mention
        for mention in result.mentions
        if mention.label in KIND_OF_LABEL
    }
    kinds = {bounds: KIND_OF_LABEL[mention.label] for bounds, mention in found.items()}
    asked = {(bounds, name.kind) for bounds, name in wanted.items()}
    given = set(kinds.items())
    tally.compare("names", asked, given)
    tally.compare("bounds", wanted, found)
    for kind in sorted({kind for _, kind in asked | given}):
        tally.compare(
            kind, (one for one in asked if one[1] == kind), (one for one in given if one[1] == kind)
        )
    _list_mistakes(text, wanted, kinds, tally)
    entities = {entity.entity_id: entity for entity in result.entities}
    both = {bounds: (wanted[bounds], found[bounds]) for bounds in wanted.keys() & found.keys()}
    for name, mention in both.values():
        _judge_entity(text, name, entities.get(mention.entity_id or ""), tally)
    _judge_joins(text, list(both.values()), tally)


def _list_mistakes(
    text: Annotated, wanted: Mapping[Bounds, Name], kinds: Mapping[Bounds, EntityKind], tally: Tally
) -> None:
    content = text.article.content
    for bounds, name in wanted.items():
        words = _around(content, bounds)
        if bounds in kinds:
            if kinds[bounds] != name.kind:
                tally.miss(f"{name.kind} taken for {kinds[bounds]}", text.label, words)
        elif near := [one for one in kinds if one[0] < bounds[1] and bounds[0] < one[1]]:
            shown = " + ".join(repr(content[slice(*one)]) for one in sorted(near))
            tally.miss("wrong boundaries", text.label, f"{words}: found {shown}")
        else:
            tally.miss(f"{name.kind} missed", text.label, words)
    for bounds, kind in kinds.items():
        if not any(one[0] < bounds[1] and bounds[0] < one[1] for one in wanted):
            tally.miss(f"{kind} where no name is", text.label, _around(content, bounds))


def _judge_entity(text: Annotated, name: Name, entity: Entity | None, tally: Tally) -> None:
    if name.kind == "other":
        return  # has no entity of its own
    right = entity is not None and _plain(name) in _names_of(entity)
    tally.judge("canonical", right)
    shown = f"{text.article.content[name.start : name.end]!r}"
    if not right:
        got = repr(entity.name) if entity else "nothing"
        tally.miss("canonical name", text.label, f"{shown} is {name.canonical!r}, found {got}")
    if name.country:
        country = entity.country if entity else None
        tally.judge("country", country == name.country)
        if country != name.country:
            tally.miss("country", text.label, f"{shown} is of {name.country}, found {country}")


def _judge_joins(text: Annotated, both: list[tuple[Name, Mention]], tally: Tally) -> None:
    entities: defaultdict[str, set[str]] = defaultdict(set)
    names: defaultdict[str, set[str]] = defaultdict(set)
    times: defaultdict[str, int] = defaultdict(int)
    for name, mention in both:
        if mention.entity_id and name.kind in ("person", "organisation", "place"):
            entities[name.canonical].add(mention.entity_id)
            names[mention.entity_id].add(name.canonical)
            times[name.canonical] += 1
    for canonical, ids in entities.items():
        mixed = sorted(set.union(*(names[one] for one in ids)) - {canonical})
        if mixed:
            tally.miss("joined wrongly", text.label, f"{canonical!r} with {mixed}")
        elif len(ids) > 1:
            tally.miss("not joined", text.label, f"{canonical!r} is {sorted(ids)}")
        if times[canonical] > 1 or mixed:
            tally.judge("one", not mixed and len(ids) == 1)


def _names_of(entity: Entity) -> set[str]:
    """A people goes by its country's name too, and by its plural."""
    if entity.kind != "group":
        return {fold(entity.name)}
    country = country_by_code(entity.country) if entity.country else None
    name = fold(entity.name)
    return {name, f"{name}s", *([fold(country.name)] if country else [])}


def _plain(name: Name) -> str:
    """ "Hausa people" is the group Hausa."""
    canonical = fold(name.canonical)
    return canonical.removesuffix(" people") if name.kind == "group" else canonical


def _trim(content: str, start: int, end: int) -> Bounds:
    lead = _ARTICLE.match(content, start, end)
    tail = _POSSESSIVE.search(content[start:end])
    return lead.end() if lead else start, start + tail.start() if tail else end


def _around(content: str, bounds: Bounds) -> str:
    """The words with a few on each side."""
    start, end = bounds
    before, after = content[max(0, start - 30) : start], content[end : end + 30]
    return " ".join(f"{before}[{content[start:end]}]{after}".split())

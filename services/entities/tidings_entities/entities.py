"""Who and what an article names: one entity for all mentions of it, under a readable, stable id."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tidings.language.countries import country_by_adjective, country_by_name
from tidings.language.places import place_by_name, place_of, region_by_name
from tidings.language.spelling import fold, slug
from tidings.messages import Entity, EntityKind, Mention, Place
from tidings_entities.people import Name, person_key, same_people
from tidings_entities.spans import PLACES, Found, is_abbreviation

_KIND: Final[dict[str, EntityKind]] = {
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "group",
}
_STATE_OF_GEORGIA: Final = Place(name="Georgia", country="USA", lat=32.6, lon=-83.4)
_NEIGHBOURS_OF_GEORGIA: Final = frozenset({"ARM", "AZE", "RUS", "TUR"})
_NOT_IN_INITIALS: Final = frozenset({"of", "the", "and", "for", "in", "on", "to", "de", "&"})
_LONGEST_SLUG: Final = 120


@dataclass(frozen=True)
class _Identity:
    """What a name stands for; without `name` the article's own words have to give it."""

    entity_id: str
    name: str | None = None
    country: str | None = None
    place: Place | None = None


@dataclass(frozen=True)
class _Context:
    """What the whole article says about its names."""

    full_names: Mapping[Name, Name]
    long_forms: Mapping[str, str]
    countries: frozenset[str]
    is_about_american_states: bool


def link(content: str, found: Sequence[Found]) -> tuple[tuple[Mention, ...], tuple[Entity, ...]]:
    """The mentions, each with the id of its entity, and the entities in order of appearance."""
    context = _context(found)
    mentions: list[Mention] = []
    identities: dict[str, _Identity] = {}
    kinds: dict[str, EntityKind] = {}
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for one in found:
        kind = _KIND.get(one.label)
        identity = _identify(one.label, kind, one.words, context) if kind else None
        if kind and identity:
            identities.setdefault(identity.entity_id, identity)
            kinds.setdefault(identity.entity_id, kind)
            forms[identity.entity_id].append(one.words)
        mentions.append(
            Mention(
                text=content[one.start : one.end],
                start=one.start,
                end=one.end,
                label=one.label,
                entity_id=identity.entity_id if identity else None,
            )
        )
    entities = [_entity(identities[key], kinds[key], words) for key, words in forms.items()]
    return tuple(mentions), tuple(entities)


def _context(found: Sequence[Found]) -> _Context:
    placed = [one.words for one in found if one.label in PLACES]
    related = {country_by_adjective(one.words) for one in found if one.label == "NORP"}
    named = {country_by_name(words) for words in placed}
    regions = {region.country for words in placed if (region := region_by_name(words))}
    countries = {country.alpha3 for country in named | related if country}
    return _Context(
        full_names=same_people(person_key(one.words) for one in found if one.label == "PERSON"),
        long_forms=_long_forms({one.words for one in found if one.label == "ORG"}),
        countries=frozenset(countries | {code for code in regions if code}),
        is_about_american_states="USA" in regions and _NEIGHBOURS_OF_GEORGIA.isdisjoint(countries),
    )


def _long_forms(organisations: Collection[str]) -> dict[str, str]:
    """'WTO' -> 'World Trade Organization', where one name only in the article has the initials."""
    of_initials: defaultdict[str, set[str]] = defaultdict(set)
    for words in organisations:
        parts = re.split(r"[\s-]+", words)
        initials = "".join(part[0] for part in parts if part and fold(part) not in _NOT_IN_INITIALS)
        if len(initials) > 1 and not is_abbreviation(words):
            of_initials[initials.upper()].add(fold(words))
    return {
        fold(words): next(iter(of_initials[words]))
        for words in organisations
        if is_abbreviation(words) and len(of_initials[words]) == 1
    }


def _identify(label: str, kind: EntityKind, words: str, context: _Context) -> _Identity | None:
    if label == "FAC":
        return _named(kind, words)  # a street or a square is no town of the same name
    if kind == "person":
        return _named(kind, " ".join(context.full_names[person_key(words)]))
    if kind == "organisation":
        return _named(kind, context.long_forms.get(fold(words), words))
    return _identify_place(words, context) if kind == "place" else _identify_group(words)


def _named(kind: EntityKind, words: str) -> _Identity | None:
    name = slug(words)[:_LONGEST_SLUG]
    return _Identity(f"{kind}:{name}") if name else None


def _identify_place(words: str, context: _Context) -> _Identity | None:
    country = country_by_name(words)
    if country and not (country.alpha3 == "GEO" and context.is_about_american_states):
        place = place_of(country)
        return _Identity(f"place:{country.alpha3}", country.name, country.alpha3, place)
    found = _STATE_OF_GEORGIA if country else place_by_name(words, near=context.countries)
    if found is None:
        return _named("place", words)
    entity_id = f"place:{slug(found.name)}-{(found.country or '').lower()}"
    return _Identity(entity_id, found.name, found.country, found)


def _identify_group(words: str) -> _Identity | None:
    """One group for 'Muslim' and 'Muslims', named by the singular."""
    country = country_by_adjective(words)
    single = words[:-1] if words.endswith("s") and not words.endswith(("ss", "us")) else words
    if country_by_adjective(single) == country:
        words = single
    identity = _named("group", words)
    return identity and replace(
        identity,
        name=words if words != words.upper() else words.title(),
        country=country.alpha3 if country else None,
    )


def _entity(identity: _Identity, kind: EntityKind, forms: Sequence[str]) -> Entity:
    name = identity.name or _fullest(forms)
    return Entity(
        entity_id=identity.entity_id,
        name=name,
        kind=kind,
        aliases=tuple(form for form in dict.fromkeys(forms) if form != name),
        country=identity.country,
        place=identity.place,
    )


def _fullest(forms: Sequence[str]) -> str:
    """The longest form; of equal ones that in mixed case and in the usual order of names."""
    times = Counter(forms)
    return max(
        dict.fromkeys(forms),
        key=lambda form: (
            "," not in form,
            len(form.split()),
            len(fold(form)),
            form != form.upper(),
            times[form],
        ),
    )

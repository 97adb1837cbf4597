"""Who and what an article names: one entity for all mentions of it, under a readable, stable id."""

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tidings.language.countries import (
    Country,
    country_by_adjective,
    country_by_capital,
    country_by_code,
    country_by_name,
)
from tidings.language.known import Known, known_by_name
from tidings.language.places import (
    division_by_name,
    may_be_a_place,
    place_by_name,
    place_of,
    region_by_name,
)
from tidings.language.spelling import fold, slug
from tidings.language.words import common_words
from tidings.messages import Entity, EntityKind, Mention, Place
from tidings_entities.evidence import are_initials, initials_of
from tidings_entities.governments import IN_ITS_NAME, government_meant
from tidings_entities.origin import said_to_be_of
from tidings_entities.people import (
    WRITTEN_OTHERWISE,
    Name,
    is_full,
    person_key,
    same_people,
    why_same,
)
from tidings_entities.spans import PLACES, Found, is_abbreviation, is_behind_the
from tidings_entities.vocabulary import vocabulary

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
_NOT_ITS_GOVERNMENT: Final = "nothing beside it says that the government is meant"
_LONGEST_SLUG: Final = 120
_LETTERS_OF_A_CODE: Final = 3
_LONGEST_SCOPE: Final = 10
_OF_ONE_COUNTRY: Final = frozenset({"institutions", "parties"})


@dataclass(frozen=True)
class _Identity:
    """What a name stands for, and `why`, where the name itself does not say so; without `name` the
    article's own words have to give it."""

    entity_id: str
    why: str
    name: str | None = None
    country: str | None = None
    place: Place | None = None


@dataclass(frozen=True)
class _Context:
    """What the whole article says about its names."""

    full_names: Mapping[Name, Name]
    known_people: Mapping[str, Known]
    long_forms: Mapping[str, str]
    countries: frozenset[str]
    said_to_be_of: Mapping[str, str]
    is_about_american_states: bool
    behind_the: Collection[str]
    scope: str


def link(
    content: str, found: Sequence[Found], *, article_id: str
) -> tuple[tuple[Mention, ...], tuple[Entity, ...]]:
    """The mentions, each with the id of its entity, and the entities in order of appearance. A
    person of whom the article and the tables have one name only gets an id of this article's, and
    so does a body that is called like many others, unless its country is known."""
    context = _context(content, found, article_id)
    mentions: list[Mention] = []
    identities: dict[str, _Identity] = {}
    kinds: dict[str, EntityKind] = {}
    forms: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in found:
        kind = _KIND.get(one.label)
        identity, why = None, one.why
        if one.label == "GPE" and country_by_capital(one.words):
            country = government_meant(content, one)
            identity = _identity_of_country(country, IN_ITS_NAME) if country else None
            why = (*why, IN_ITS_NAME if country else _NOT_ITS_GOVERNMENT)
        if kind and not identity:
            identity = _identify(one.label, kind, one.words, context)
        if kind and identity:
            identities.setdefault(identity.entity_id, identity)
            kinds.setdefault(identity.entity_id, kind)
            forms[identity.entity_id].append((one.words, identity.why))
        mentions.append(
            Mention(
                text=content[one.start : one.end],
                start=one.start,
                end=one.end,
                label=one.label,
                entity_id=identity.entity_id if identity else None,
                why=why,
            )
        )
    entities = [_entity(identities[key], kinds[key], words) for key, words in forms.items()]
    return tuple(mentions), tuple(entities)


def _context(content: str, found: Sequence[Found], article_id: str) -> _Context:
    placed = [one.words for one in found if one.label in PLACES]
    related = {country_by_adjective(one.words) for one in found if one.label == "NORP"}
    named = {country_by_name(words) for words in placed}
    regions = {region.country for words in placed if (region := region_by_name(words))}
    codes = {country.alpha3 for country in named | related if country}
    countries = frozenset(codes | {code for code in regions if code})
    people = {one.words: person_key(one.words) for one in found if one.label == "PERSON"}
    full_names = same_people(people.values())
    return _Context(
        full_names=full_names,
        known_people=_known_people(people, full_names, countries),
        long_forms=_long_forms(content, [one for one in found if one.label == "ORG"]),
        countries=countries,
        said_to_be_of=said_to_be_of(content, found, full_names),
        is_about_american_states="USA" in regions and _NEIGHBOURS_OF_GEORGIA.isdisjoint(codes),
        behind_the={fold(one.words) for one in found if is_behind_the(content, one)},
        scope=hashlib.sha256(article_id.encode()).hexdigest()[:_LONGEST_SCOPE],
    )


def _known_people(
    people: Mapping[str, Name], full_names: Mapping[Name, Name], countries: Collection[str]
) -> dict[str, Known]:
    """By full name, who is called by any of the names that the article has for one person."""
    known: defaultdict[str, set[Known]] = defaultdict(set)
    for words, key in people.items():
        if len(key) > 1 and (one := _only_known(words, "person", countries)):
            known[" ".join(full_names[key])].add(one)
    return {full: next(iter(ones)) for full, ones in known.items() if len(ones) == 1}


def _long_forms(content: str, found: Sequence[Found]) -> dict[str, str]:
    """For each name of an organisation the longer one in the article that it stands for, if there
    is only one: 'WTO' is 'World Trade Organization' by its initials, 'FLA' whatever stands before
    '(FLA)', 'Savanna' is 'Savanna Beverages', and 'Air Force' the 'Nigerian Air Force'."""
    names = {fold(one.words): one.words for one in found}
    long: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in itertools.pairwise(found):
        opens = content[one.end : other.start].split() == ["("]
        closes = content[other.end : other.end + 2].lstrip()[:1] == ")"
        if opens and closes and is_abbreviation(other.words) and not is_abbreviation(one.words):
            long[fold(other.words)].add(fold(one.words))
    explained = set(long)
    longer: defaultdict[str, list[str]] = defaultdict(list)
    for name, words in names.items():
        for sign in _signs(name, words):
            longer[sign].append(name)
    for name, words in names.items():
        if name not in explained:
            long[name] |= {one for one in longer[_sign(name, words)] if one != name}
    single = {name: next(iter(others)) for name, others in long.items() if len(others) == 1}
    return {name: single.get(longest, longest) for name, longest in single.items()}


def _sign(name: str, words: str) -> str:
    """By what a name may be met again in a longer one: letters, or all its words."""
    return words.upper().replace(".", "") if is_abbreviation(words) else name


def _signs(name: str, words: str) -> Iterator[str]:
    """What may stand for a name: its initials, its first words, its last words."""
    if is_abbreviation(words):
        return
    yield from initials_of(words)
    parts = name.split()
    for count in range(1, len(parts)):
        yield " ".join(parts[:count])
        if count > 1 or parts[-1] not in vocabulary().bodies:
            yield " ".join(parts[-count:])


def _identify(label: str, kind: EntityKind, words: str, context: _Context) -> _Identity | None:
    if label == "FAC":
        return _named(kind, words)  # a street or a square is no town of the same name
    if kind == "person":
        return _identify_person(words, context)
    if kind == "organisation":
        return _identify_organisation(words, context)
    return _identify_place(words, context) if kind == "place" else _identify_group(words)


def _identify_person(words: str, context: _Context) -> _Identity | None:
    """By the full name in the article; by the table where that has exactly one person who is called
    by any of the names that the article has for this one."""
    key = person_key(words)
    full = context.full_names[key]
    name, why = " ".join(full), why_same(key, full)
    if known := context.known_people.get(name):
        return _as_known(known, words, why, context.said_to_be_of.get(name))
    identity = _named("person", name, why, context.said_to_be_of.get(name))
    if identity and not is_full(full):
        return replace(identity, entity_id=f"{identity.entity_id}~{context.scope}")
    return identity


def _identify_organisation(words: str, context: _Context) -> _Identity | None:
    name = fold(words)
    full = context.long_forms.get(name, name)
    why = WRITTEN_OTHERWISE
    if full != name:
        why = "words of its longer name in the text"
        if is_abbreviation(words):
            why = "its letters" if are_initials(words, full) else "in brackets behind the name"
    known = None if full == name else _only_known(full, "organisation", context.countries)
    known = known or _only_known(words, "organisation", context.countries)
    if known is None and name in context.behind_the:
        words = f"The {words}"
        known = _only_known(words, "organisation", context.countries)
    if known:
        return _as_known(known, words, why)
    said = context.said_to_be_of
    country = _country_in(full) or said.get(full) or said.get(name)
    identity = _named("organisation", full, why, country)
    is_short = full == name and is_abbreviation(words)
    has_many = not vocabulary().public_bodies.isdisjoint(full.split())
    if identity and has_many and _names_nobody(full) and not is_short:
        mark = f"-{country.lower()}" if country else f"~{context.scope}"
        return replace(identity, entity_id=identity.entity_id + mark)
    return identity


def _only_known(words: str, kind: EntityKind, countries: Collection[str]) -> Known | None:
    """The one that the tables know by these words; of several the one of a country in the text, or
    the international one, or the one that is called so and not just abbreviated."""
    known = {
        (one.name, one.country): one
        for one in known_by_name(words)
        if one.kind == kind and _may_be_meant(one, words, countries)
    }
    for is_meant in (
        lambda one: True,
        lambda one: one.country in countries,
        lambda one: one.country is None,
        lambda one: fold(one.name) == fold(words),
        lambda one: one.table == "media",
    ):
        meant = [one for one in known.values() if is_meant(one)]
        if len(meant) == 1:
            return meant[0]
    return None


def _may_be_meant(known: Known, words: str, countries: Collection[str]) -> bool:
    """Many countries have a Supreme Court and a Liberal Party: only one of the text's is meant."""
    is_plain = not is_abbreviation(words) and _names_nobody(fold(words))
    if known.table not in _OF_ONE_COUNTRY or not countries or not is_plain:
        return True
    return known.country is None or known.country in countries


def _names_nobody(name: str) -> bool:
    """'supreme court', 'ministry of finance': every country may have one."""
    parts = name.replace("'s", "").replace("'", "").split()
    return all(part in common_words() or part in vocabulary().generic for part in parts)


def _as_known(known: Known, words: str, why: str, said: str | None = None) -> _Identity:
    """`said` is the country that the text names, for whom the table has none."""
    if known in known_by_name(words):
        why = f"table {known.table}"
    entity_id = f"{known.kind}:{slug(known.name)[:_LONGEST_SLUG]}"
    return _Identity(entity_id, why, known.name, known.country or said)


def _named(
    kind: EntityKind, words: str, why: str = WRITTEN_OTHERWISE, country: str | None = None
) -> _Identity | None:
    name = slug(words)[:_LONGEST_SLUG]
    return _Identity(f"{kind}:{name}", why, country=country) if name else None


def _country_in(name: str) -> str | None:
    """'nigerian air force', 'law society of kenya': the one country that a name names."""
    words = name.split()
    found = {
        country.alpha3
        for count in (1, 2, 3)
        for start in range(len(words) - count + 1)
        for part in [" ".join(words[start : start + count]).title()]
        if (country := country_by_adjective(part) or country_by_name(part))
    }
    return found.pop() if len(found) == 1 else None


def _identify_place(words: str, context: _Context) -> _Identity | None:
    code = words if words.isupper() and len(words) == _LETTERS_OF_A_CODE else ""
    country = country_by_name(words) or country_by_code(code)
    if country and not (country.alpha3 == "GEO" and context.is_about_american_states):
        return _identity_of_country(country, "table of countries")
    named = words if may_be_a_place(words) else f"The {words}"  # The Hague
    found = _STATE_OF_GEORGIA if country else place_by_name(named, near=context.countries)
    division = division_by_name(words, near=context.countries)
    is_near = division in context.countries and found and found.country not in context.countries
    if found is None or is_near:
        named_place = _named("place", words, country=division)
        near_id = f"place:{slug(words)}-{(division or '').lower()}"
        return replace(named_place, entity_id=near_id) if named_place and is_near else named_place
    entity_id = f"place:{slug(found.name)}-{(found.country or '').lower()}"
    why = "table of regions" if region_by_name(words) else "GeoNames"
    return _Identity(entity_id, why, found.name, found.country, found)


def _identity_of_country(country: Country, why: str) -> _Identity:
    place = place_of(country)
    return _Identity(f"place:{country.alpha3}", why, country.name, country.alpha3, place)


def _identify_group(words: str) -> _Identity | None:
    """One group for 'Muslim' and 'Muslims', named by the singular."""
    country = country_by_adjective(words)
    single = words[:-1] if words.endswith("s") and not words.endswith(("ss", "us")) else words
    if words.endswith("ies"):
        single = f"{words[:-3]}y"
    if country_by_adjective(single) == country:
        words = single
    identity = _named("group", words, "one and many")
    return identity and replace(
        identity,
        name=words if words != words.upper() else words.title(),
        country=country.alpha3 if country else None,
    )


def _entity(identity: _Identity, kind: EntityKind, forms: Sequence[tuple[str, str]]) -> Entity:
    name = identity.name or _fullest([form for form, _ in forms])
    joined_by = {
        form: WRITTEN_OTHERWISE if fold(form) == fold(name) else why
        for form, why in forms
        if form != name
    }
    return Entity(
        entity_id=identity.entity_id,
        name=name,
        kind=kind,
        aliases=tuple(joined_by),
        joined_by=tuple(joined_by.values()),
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

"""The words that tell what kind of name stands beside them. The lists are in names.toml."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_NAMES = ("given_names", "family_names")
"""Lists of one word a line in files of their own."""


@dataclass(frozen=True)
class Vocabulary:
    titles: frozenset[str]
    roles: frozenset[str]
    dignities: frozenset[str]
    ranks: frozenset[str]
    organisation_beginnings: frozenset[str]
    organisation_first_words: frozenset[str]
    company_words: frozenset[str]
    region_endings: frozenset[str]
    facility_endings: frozenset[str]
    whereabouts: frozenset[str]
    not_names: frozenset[str]
    ambiguous_countries: frozenset[str]
    names_like_peoples: frozenset[str]
    names_like_places: frozenset[str]
    name_suffixes: frozenset[str]
    particles: frozenset[str]
    personal_particles: frozenset[str]
    patronymics: frozenset[str]
    months: frozenset[str]
    calendar: frozenset[str]
    openers: frozenset[str]
    kin: frozenset[str]
    persons: frozenset[str]
    speech: frozenset[str]
    directions: frozenset[str]
    motion: frozenset[str]
    led: frozenset[str]
    place_nouns: frozenset[str]
    organisation_nouns: frozenset[str]
    people_nouns: frozenset[str]
    region_beginnings: frozenset[str]
    event_endings: frozenset[str]
    event_beginnings: frozenset[str]
    officers: frozenset[str]
    law_endings: frozenset[str]
    work_nouns: frozenset[str]
    sport_nouns: frozenset[str]
    employed: frozenset[str]
    rulers: frozenset[str]
    public_nouns: frozenset[str]
    bodies: frozenset[str]
    generic: frozenset[str]
    public_bodies: frozenset[str]
    state_verbs: frozenset[str]
    compounds: frozenset[str]
    given_names: frozenset[str]
    family_names: frozenset[str]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    lists = tomllib.loads(_read("names.toml"))
    names = {name: _read(f"{name.replace('_', '-')}.txt").split() for name in _NAMES}
    return Vocabulary(**{name: frozenset(words) for name, words in {**lists, **names}.items()})


def is_office(name: str) -> bool:
    """Whether it is one, alone or behind a hyphen: 'minister', 'director-general'."""
    roles = vocabulary().roles
    return name in roles or (
        "-" in name and (name.partition("-")[0] in roles or name.rpartition("-")[2] in roles)
    )


def _read(name: str) -> str:
    return files("tidings_entities").joinpath(name).read_text("utf-8")

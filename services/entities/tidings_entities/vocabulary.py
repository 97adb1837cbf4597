"""The words that tell what kind of name stands beside them. The lists are in names.toml."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class Vocabulary:
    titles: frozenset[str]
    roles: frozenset[str]
    dignities: frozenset[str]
    organisation_endings: frozenset[str]
    organisation_beginnings: frozenset[str]
    region_endings: frozenset[str]
    facility_endings: frozenset[str]
    whereabouts: frozenset[str]
    not_names: frozenset[str]
    groups: frozenset[str]
    ambiguous_countries: frozenset[str]
    names_like_peoples: frozenset[str]
    names_like_places: frozenset[str]
    name_suffixes: frozenset[str]
    first_names: frozenset[str]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    text = files("tidings_entities").joinpath("names.toml").read_text("utf-8")
    return Vocabulary(**{name: frozenset(words) for name, words in tomllib.loads(text).items()})

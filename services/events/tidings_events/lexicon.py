"""The tables by which a noun is known to name an actor: roles, organisations, regions."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from tidings.language.countries import (
    country_by_adjective,
    country_by_capital,
    country_by_name,
)
from tidings.language.places import region_by_name
from tidings_events.inflection import noun_forms
from tidings_events.knowledge import word_set
from tidings_events.words import WordLists


@dataclass(frozen=True)
class Role:
    """`person`: it can be a title before a name."""

    sector: str
    person: bool


@dataclass(frozen=True)
class Body:
    sector: str
    country: str | None


@dataclass(frozen=True)
class Known:
    """What a name says of its bearer. `metonym`: a capital that stands for its government."""

    country: str | None
    sector: str | None
    name: str
    metonym: bool = False
    person: bool = False


@dataclass(frozen=True)
class ActorLexicon:
    roles: Mapping[str, Role]
    bodies: Mapping[str, Body]
    regions: Mapping[str, str]
    figures: Mapping[str, Known]

    def figure(self, words: str) -> Known | None:
        """A person of public life by full name or surname."""
        return self.figures.get(words.lower()) if words[:1].isupper() else None

    def role(self, words: str) -> Role | None:
        return self.roles.get(words.lower())

    def by_name(self, words: str, *, regions: bool = False) -> Known | None:
        """Whole names: an organisation, a country, a capital. `regions`: also Texas or Victoria,
        where the words around show that a place is meant."""
        known = _by_name(self, words)
        if known is None and regions and words[:1].isupper():
            place = region_by_name(words)
            known = Known(place.country, None, words) if place is not None else None
        return known

    def by_adjective(self, word: str) -> str | None:
        """The country that "Belarusian" or "Soviet" belongs to; None for other words."""
        return _by_adjective(self, word)

    def __hash__(self) -> int:
        return id(self)


@lru_cache(maxsize=20_000)
def _by_name(lexicon: ActorLexicon, words: str) -> Known | None:
    bare = words.strip().removesuffix("'s").removesuffix("’s")
    lower = bare.lower().removeprefix("the ")
    if not bare[:1].isupper() and not bare[:1].isdigit():
        return None
    body = lexicon.bodies.get(lower)
    # "who" and "un" are words too; names are written with capitals
    if body and (bare.isupper() or len(lower) > 3 or "." in bare):
        return Known(body.country, body.sector, bare)
    country = country_by_name(bare)
    if country:
        return Known(country.alpha3, None, country.name)
    if lower in lexicon.regions:
        return Known(lexicon.regions[lower], None, bare)
    capital = country_by_capital(bare)
    return Known(capital.alpha3, "GOV", bare, metonym=True) if capital else None


@lru_cache(maxsize=20_000)
def _by_adjective(lexicon: ActorLexicon, word: str) -> str | None:
    if not word[:1].isupper():
        return None
    country = country_by_adjective(word)
    if country:
        return country.alpha3
    return lexicon.regions.get(word.lower())


def load_actor_lexicon(words: WordLists, folder: Traversable | None = None) -> ActorLexicon:
    """Reads roles.toml, organisations.toml and regions.toml."""
    folder = folder or files("tidings_events") / "rules"

    def read(name: str) -> dict[str, dict[str, list[str]]]:
        return tomllib.loads((folder / name).read_text(encoding="utf-8"))

    roles = {
        form: Role(sector, kind == "people")
        for sector, table in read("roles.toml").items()
        for kind, entries in table.items()
        for entry in entries
        for form in _noun_phrase_forms(entry, words)
    }
    bodies = {
        name: Body(sector, None if code == "none" else code)
        for sector, table in read("organisations.toml").items()
        for code, names in table.items()
        for name in names
    }
    table = tomllib.loads((folder / "regions.toml").read_text(encoding="utf-8"))
    regions = {name: code for code, names in table.items() for name in names}
    return ActorLexicon(roles, bodies, regions, _figures(folder))


def _figures(folder: Traversable) -> dict[str, Known]:
    """By full name, and by surname where all its bearers are of one country and sector."""
    table = tomllib.loads((folder / "figures.toml").read_text(encoding="utf-8"))
    people = [
        (name, Known(None if code == "none" else code, sector, name, person=True))
        for sector, countries in table.items()
        for code, names in countries.items()
        for name in names
    ]
    figures = {name.lower(): known for name, known in people}
    bearers: dict[str, set[tuple[str | None, str | None]]] = {}
    for name, known in people:
        bearers.setdefault(_surname(name), set()).add((known.country, known.sector))
    for name, known in people:
        surname = _surname(name)
        if len(bearers[surname]) == 1 and surname not in word_set("nouns", "common_surnames"):
            figures.setdefault(surname, known)
    return figures


def _surname(name: str) -> str:
    return name.rpartition(" ")[2].lower()


def _noun_phrase_forms(entry: str, words: WordLists) -> list[str]:
    *before, head = entry.split(" ")
    return [" ".join([*before, form]) for form in noun_forms(head, words.irregular_nouns)]

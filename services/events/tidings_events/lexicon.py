"""The tables by which a noun is known to name an actor: roles, regions, the known by name."""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Final

from tidings.language.countries import (
    country_by_adjective,
    country_by_capital,
    country_by_name,
)
from tidings.language.known import TABLES, aliases_of, known_by_name, read_table
from tidings.language.places import region_by_name
from tidings.language.spelling import fold
from tidings.messages import EntityKind
from tidings_events.inflection import noun_forms
from tidings_events.knowledge import word_set
from tidings_events.words import WordLists

_ALIKE: Final = 0.85
"""Share of the letters that two spellings of a name have in common."""


@dataclass(frozen=True)
class Role:
    """`person`: it can be a title before a name."""

    sector: str
    person: bool


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
    regions: Mapping[str, str]
    surnames: Mapping[str, Known]
    leaders: Mapping[str, Sequence[tuple[str, Known]]]
    """Last names and bearers by first name."""

    def figure(self, words: str) -> Known | None:
        """A head of state or government by full name, or by a surname that nobody else has."""
        if not words[:1].isupper():
            return None
        named = _agreed(words, {"person"})
        return replace(named, person=True) if named else self.surnames.get(fold(words))

    def misspelt(self, words: str) -> Known | None:
        """A head of state or government whose last name is spelt a little differently: "President
        Laurent Gbago". For a name behind a title, which makes it likely."""
        first, _, rest = fold(words).partition(" ")
        last = rest.rpartition(" ")[2]
        alike = [(_alike(name, last), known) for name, known in self.leaders.get(first, ())]
        return max(
            (one for one in alike if one[0] >= _ALIKE), key=lambda one: one[0], default=(0, None)
        )[1]

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


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


@lru_cache(maxsize=20_000)
def _by_name(lexicon: ActorLexicon, words: str) -> Known | None:
    bare = words.strip().removesuffix("'s").removesuffix("’s")
    lower = bare.lower().removeprefix("the ")
    if not bare[:1].isupper() and not bare[:1].isdigit():
        return None
    country = country_by_name(bare)
    if country:
        return Known(country.alpha3, None, country.name)
    body = _agreed(bare, {"organisation", "group"})
    if body is not None:
        return body
    if lower in lexicon.regions:
        return Known(lexicon.regions[lower], None, bare)
    capital = country_by_capital(bare)
    return Known(capital.alpha3, "GOV", bare, metonym=True) if capital else None


def _agreed(words: str, kinds: Collection[EntityKind]) -> Known | None:
    """What all those agree on who are called so: of two parties of one name the country is open."""
    bare = words.removeprefix("the ").removeprefix("The ")
    found = [one for one in known_by_name(bare) if one.kind in kinds]
    sectors = {one.sector for one in found}
    if len(sectors) != 1:
        return None
    countries = {one.country for one in found}
    return Known(countries.pop() if len(countries) == 1 else None, sectors.pop(), bare)


@lru_cache(maxsize=20_000)
def _by_adjective(lexicon: ActorLexicon, word: str) -> str | None:
    if not word[:1].isupper():
        return None
    country = country_by_adjective(word)
    if country:
        return country.alpha3
    return lexicon.regions.get(word.lower())


def load_actor_lexicon(words: WordLists, folder: Traversable | None = None) -> ActorLexicon:
    """Reads roles.toml and regions.toml."""
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
    table = tomllib.loads((folder / "regions.toml").read_text(encoding="utf-8"))
    regions = {name: code for code, names in table.items() for name in names}
    leaders = list(_leaders())
    return ActorLexicon(roles, regions, _surnames(leaders), _by_first_name(leaders))


def _leaders() -> Iterator[tuple[str, Known]]:
    """Each name and alias of heads of state and government."""
    rows = (read_table(file) for file, kind in TABLES.items() if kind == "person")
    for row in chain.from_iterable(rows):
        known = Known(row["country"], "GOV", row["name"], person=True)
        for name in (row["name"], *aliases_of(row)):
            yield name, known


def _by_first_name(leaders: Iterable[tuple[str, Known]]) -> dict[str, list[tuple[str, Known]]]:
    found: dict[str, list[tuple[str, Known]]] = {}
    for name, known in leaders:
        first, _, rest = fold(name).partition(" ")
        if rest:
            found.setdefault(first, []).append((rest.rpartition(" ")[2], known))
    return found


def _surnames(leaders: Iterable[tuple[str, Known]]) -> dict[str, Known]:
    """Those that all their bearers in one country have; a name that many families have says
    nothing."""
    bearers: dict[str, dict[str | None, Known]] = {}
    for name, known in leaders:
        bearers.setdefault(fold(name.rpartition(" ")[2]), {})[known.country] = known
    common = word_set("nouns", "common_surnames")
    return {
        surname: known
        for surname, countries in bearers.items()
        if len(countries) == 1 and surname not in common
        for known in countries.values()
    }


def _noun_phrase_forms(entry: str, words: WordLists) -> list[str]:
    *before, head = entry.split(" ")
    return [" ".join([*before, form]) for form in noun_forms(head, words.irregular_nouns)]

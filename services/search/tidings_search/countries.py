"""Countries by what people call them. Read here from the table itself: `tidings.language.countries`
needs gazetteers, which search does not carry."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from tidings.language.spelling import fold


class Middle(NamedTuple):
    """A point in the middle of a country, WGS 84 degrees."""

    lat: float
    lon: float


def country_name(code: str | None) -> str | None:
    """'Ukraine' for UKR; a code that is in no table stays as it is."""
    row = _rows().get(code or "")
    return row["name"] if row else code or None


def country_code(words: str) -> str | None:
    """UKR for 'ukr', 'Ukraine' and whatever else the table calls it; None for what it does not."""
    if words.upper() in _rows():
        return words.upper()
    return _codes().get(fold(words).removeprefix("the "))


def names_its_country(place: str, country: str | None) -> bool:
    """Is no more known of a place than its country?"""
    return place == country_name(country)


def country_names() -> Mapping[str, str]:
    """What each code is called."""
    return {code: row["name"] for code, row in _rows().items()}


def middle_of(code: str) -> Middle | None:
    row = _rows().get(code)
    return Middle(row["lat"], row["lon"]) if row else None


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("tidings.language").joinpath("countries.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    return {
        fold(name).removeprefix("the "): code
        for code, row in _rows().items()
        for name in (*row["names"], row["name"])
    }

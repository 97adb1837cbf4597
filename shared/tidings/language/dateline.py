"""Datelines: "SALEM, Ore. (AP) — Two crews left." begins with where it was written and who sent it,
which is no part of the sentence behind it."""

import re
from dataclasses import dataclass
from typing import Final

from tidings.language.countries import country_by_name
from tidings.language.places import may_be_a_place, region_by_name
from tidings.language.spelling import CAPITAL

_DATELINE: Final = re.compile(
    rf"""(?x) \W{{0,2}}
    (?P<town>{CAPITAL}[\w.'’ -]{{1,40}}?)?
    (?:,\s(?P<region>{CAPITAL}[\w.'’ -]{{1,30}}?))?
    (?:,?\s(?:[A-Z][a-z]{{2,8}}\.?\s\d{{1,2}}|\d{{1,2}}\s[A-Z][a-z]{{2,8}}\.?)(?:,?\s\d{{4}})?)?
    \s?(?:\((?P<agency>[^\W\d_][\w ./-]{{1,30}})\))?
    (?:\s?(?P<mark>[—–]|--|:(?=\s)|-(?=\s))\s*(?:\d{{1,2}}\s[A-Z][a-z]{{2,8}}\s\d{{4}}:\s)?
    | \s(?P<day>\d{{4}}-\d{{2}}-\d{{2}})$
    | (?<=\))\s )
    """
)
_MOST_WORDS_OF_A_TOWN: Final = 4
_AGENCIES: Final = frozenset(
    {"AFP", "AFP-Jiji", "ANI", "AP", "CNN", "DPA", "IANS", "KUNA", "MENA", "PTI", "QNA", "REUTERS",
     "Reuters", "SPA", "Sputnik", "TASS", "UPI", "WAM", "Xinhua", "dpa"}
)  # fmt: skip

Bounds = tuple[int, int]


@dataclass(frozen=True)
class Dateline:
    """Where its parts stand in the text; `end` is where the sentence begins."""

    town: Bounds | None
    region: Bounds | None
    agency: Bounds | None
    end: int


def find_dateline(text: str) -> Dateline | None:
    """That of a paragraph. A name before a dash or a colon is one only where a region or a known
    agency stands behind it, or where it may be a town and is written in capitals or before a
    colon."""
    match = _DATELINE.match(text)
    if not match or not _is_one(match):
        return None
    town, region, agency = (
        match.span(part) if match[part] else None for part in ("town", "region", "agency")
    )
    return Dateline(town, region if _is_region(match["region"]) else None, agency, match.end())


def _is_one(match: re.Match[str]) -> bool:
    town, region, agency = match["town"], match["region"], match["agency"]
    if not match["mark"] and not match["day"] and agency not in _AGENCIES:
        return False
    if not town:
        return agency in _AGENCIES
    if town.count(" ") >= _MOST_WORDS_OF_A_TOWN or not all(w[0].isupper() for w in town.split()):
        return False
    if _is_region(region) or agency in _AGENCIES or match["day"]:
        return True
    is_place = may_be_a_place(town) or country_by_name(town) is not None
    # In small letters "Sofia — my sister — left" begins a sentence.
    return is_place and (town.isupper() or (match["mark"] == ":" and not agency))


def _is_region(words: str | None) -> bool:
    return bool(words and (country_by_name(words) or region_by_name(words)))

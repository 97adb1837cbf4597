"""Who is known by name: the tables in known/, one file a kind, typed by hand and checked by tests.

A name or an alias may be of several ("PPP", "Congress"): then all are given, and the text has to
tell which is meant.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from tidings.language.spelling import fold
from tidings.messages import EntityKind

TABLES: Final[Mapping[str, EntityKind]] = {
    "international": "organisation",
    "armed-groups": "organisation",
    "parties": "organisation",
    "institutions": "organisation",
    "companies": "organisation",
    "media": "organisation",
    "leaders-1": "person",
    "leaders-2": "person",
    "peoples": "group",
}
"""The kind of what a file in known/ lists."""

_ALIASES_BETWEEN: Final = ";"


@dataclass(frozen=True)
class Known:
    """`country` is ISO 3166-1 alpha-3, None for what is international or nobody's; `sector` as in
    an event's actor (GOV for leaders); `table` is the file."""

    name: str
    kind: EntityKind
    country: str | None
    sector: str | None
    table: str


def known_by_name(words: str) -> tuple[Known, ...]:
    """Those that are called so, by their full name before those by an alias. Letters may be small
    or large, but an abbreviation is written in capitals: 'Pace' is not PACE."""
    found = _by_name().get(fold(words), ())
    shouts = words.isupper()
    return tuple(one.known for one in found if shouts or not one.is_abbreviation)


@lru_cache(maxsize=1)
def longest_known() -> int:
    """The most words that a name in the tables has."""
    return max(name.count(" ") for name in _by_name()) + 1


def read_table(name: str) -> Iterator[dict[str, str]]:
    file = files("tidings.language").joinpath("known", f"{name}.csv")
    yield from csv.DictReader(file.read_text("utf-8").splitlines())


def aliases_of(row: Mapping[str, str]) -> Iterator[str]:
    yield from filter(None, row["aliases"].split(_ALIASES_BETWEEN))


class _Called(NamedTuple):
    known: Known
    is_abbreviation: bool


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, tuple[_Called, ...]]:
    own: defaultdict[str, dict[_Called, None]] = defaultdict(dict)
    other: defaultdict[str, dict[_Called, None]] = defaultdict(dict)
    for table, kind in TABLES.items():
        for row in read_table(table):
            sector = row.get("sector") or ("GOV" if kind == "person" else None)
            known = Known(row["name"], kind, row["country"] or None, sector, table)
            own[fold(known.name)][_Called(known, known.name.isupper())] = None
            for alias in aliases_of(row):
                other[fold(alias)][_Called(known, alias.isupper())] = None
    return {name: tuple({**own[name], **other[name]}) for name in {**own, **other}}

"""The tables of who is known: they load, agree with each other, and are what they say."""

import re
from collections import Counter

import pycountry
import pytest

from tidings.language.known import TABLES, known_by_name, longest_known, read_table

CODES = {country.alpha_3 for country in pycountry.countries} | {"XKX"}
SECTORS = frozenset(
    {"GOV", "MIL", "REB", "OPP", "PTY", "COP", "JUD", "LEG", "SPY", "BUS", "MED", "NGO", "IGO",
     "EDU", "CVL", "REL", "LAB", "CRM", "HLH", "AGR", "ENV"}
)  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_whole(table: str) -> None:
    rows = list(read_table(table))
    assert len(rows) > 300
    for row in rows:
        assert row["name"], row
        assert None not in row
        assert None not in row.values()
        assert all(value == value.strip() for value in row.values()), row
        assert row["country"] in CODES | {""}, row
        assert all(row["aliases"].split(";")) or not row["aliases"], row
        if TABLES[table] == "person":
            assert row["office"], row
            assert re.fullmatch(r"(\d{4})?", row["from"]), row
            assert re.fullmatch(r"(\d{4})?", row["to"]), row
            assert not (row["from"] and row["to"]) or row["from"] <= row["to"], row
        else:
            assert row["sector"] in SECTORS, row


@pytest.mark.parametrize("table", TABLES)
def test_a_table_names_nothing_twice(table: str) -> None:
    keys = Counter(
        (row["name"], row["country"], row.get("office"), row.get("from"))
        for row in read_table(table)
    )
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize(
    ("words", "name", "country"),
    [
        ("NATO", "North Atlantic Treaty Organization", None),
        ("Hizballah", "Hezbollah", "LBN"),
        ("Volodymyr Zelensky", "Volodymyr Zelenskyy", "UKR"),
        ("Knesset", "Knesset", "ISR"),
        ("Toyota Motor", "Toyota", "JPN"),
        ("Kurds", "Kurd", None),
        ("médecins sans frontieres", "Médecins Sans Frontières", None),
    ],
)
def test_somebody_is_found_by_every_name(words: str, name: str, country: str | None) -> None:
    assert (name, country) in {(one.name, one.country) for one in known_by_name(words)}


def test_an_abbreviation_is_written_in_capitals() -> None:
    assert known_by_name("WHO")
    assert not [one for one in known_by_name("Who") if one.table == "international"]


def test_nobody_is_found_by_other_words() -> None:
    assert known_by_name("Korvat of Nowhere") == ()
    assert 3 < longest_known() < 20

import pycountry
import pytest

from tidings.language.countries import (
    Country,
    country_by_adjective,
    country_by_capital,
    country_by_code,
    country_by_name,
)


def code(country: Country | None) -> str | None:
    return country.alpha3 if country else None


def test_every_country_of_the_standard_is_known_by_code_and_common_name() -> None:
    for row in pycountry.countries:
        assert code(country_by_code(row.alpha_3)) == row.alpha_3
        assert code(country_by_code(row.alpha_2)) == row.alpha_3
        known = country_by_code(row.alpha_3)
        assert known is not None
        assert code(country_by_name(known.name)) == row.alpha_3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Venezuela", "VEN"),
        ("VENEZUELA", "VEN"),
        ("venezuela", "VEN"),
        ("US", "USA"),
        ("U.S.", "USA"),
        ("the United States", "USA"),
        ("Britain", "GBR"),
        ("U.K.", "GBR"),
        ("The Netherlands", "NLD"),
        ("Cote d’Ivoire", "CIV"),
        ("South Korea", "KOR"),
        ("PERU", "PER"),
        ("Kosovo", "XKX"),
    ],
)
def test_a_country_is_known_by_its_usual_names(words: str, expected: str) -> None:
    assert code(country_by_name(words)) == expected


@pytest.mark.parametrize(
    "words",
    [
        "us",
        "Us",
        "uk",
        "car",
        "turkey",
        "china",
        "Columbia",
        "Austin",
        "Albany",
        "Nigerian",
        "",
        "the",
    ],
)
def test_what_only_resembles_a_country_is_none(words: str) -> None:
    assert country_by_name(words) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Venezuelan", "VEN"),
        ("Belarusians", "BLR"),
        ("American", "USA"),
        ("Dutch", "NLD"),
        ("Swedes", "SWE"),
        ("Filipinos", "PHL"),
        ("Nigerien", "NER"),
        ("Nigerian", "NGA"),
        ("polish", None),
        ("Korean", None),
        ("Venezuela", None),
    ],
)
def test_an_adjective_or_a_people_tells_the_country(words: str, expected: str | None) -> None:
    assert code(country_by_adjective(words)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Caracas", "VEN"),
        ("Washington", "USA"),
        ("Washington, D.C.", "USA"),
        ("Kiev", "UKR"),
        ("Bogota", "COL"),
        ("Hamilton", None),
        ("Victoria", None),
        ("Lagos", None),
    ],
)
def test_a_capital_tells_the_country_unless_its_name_mostly_means_another(
    words: str, expected: str | None
) -> None:
    assert code(country_by_capital(words)) == expected


def test_a_country_has_a_capital_and_a_point_on_the_map() -> None:
    found = country_by_name("Venezuela")
    assert found == Country("VEN", "Venezuela", 8.0, -66.0, "Caracas")

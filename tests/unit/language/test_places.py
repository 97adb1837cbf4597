import pytest

from tidings.language.countries import country_by_name
from tidings.language.places import place_by_name, place_of, region_by_name


@pytest.mark.parametrize(
    ("words", "name", "country"),
    [
        ("Cusco", "Cusco", "PER"),
        ("BOGOTA", "Bogotá", "COL"),
        ("Kiev", "Kyiv", "UKR"),
        ("Bombay", "Mumbai", "IND"),
        ("St. Petersburg", "Saint Petersburg", "RUS"),
        ("Texas", "Texas", "USA"),
        ("Scotland", "Scotland", "GBR"),
    ],
)
def test_a_city_or_a_region_is_known_by_its_names(words: str, name: str, country: str) -> None:
    place = place_by_name(words)
    assert place is not None
    assert (place.name, place.country) == (name, country)


def test_of_cities_with_one_name_the_largest_is_meant_unless_a_rival_is_near() -> None:
    alone, near = place_by_name("Salem"), place_by_name("Salem", near={"USA"})
    assert alone is not None
    assert near is not None
    assert (alone.country, near.country) == ("IND", "USA")


def test_a_region_is_known_by_the_short_form_of_datelines() -> None:
    region = region_by_name("Ore.")
    assert region is not None
    assert (region.name, region.country) == ("Oregon", "USA")


def test_a_small_namesake_is_not_meant_even_if_it_is_near() -> None:
    place = place_by_name("Moscow", near={"USA"})
    assert place is not None
    assert place.country == "RUS"


@pytest.mark.parametrize("words", ["Czechoslovakia", "Korvatgrad", "", "LON"])
def test_what_no_table_has_is_no_place(words: str) -> None:
    assert place_by_name(words) is None


def test_a_country_is_a_place_with_a_point_in_its_middle() -> None:
    peru = country_by_name("Peru")
    assert peru is not None
    place = place_of(peru)
    assert (place.name, place.country, place.lat, place.lon) == ("Peru", "PER", -10, -76)

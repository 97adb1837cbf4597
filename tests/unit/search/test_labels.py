"""How values, days and numbers read on the pages."""

import pytest

from tidings_search.labels import (
    coordinates,
    day_named,
    label_of,
    languages_called,
    signed,
    tone_of,
    weight_of,
)


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        ("event_type", "COERCE", "coerce"),
        ("event_type", "COERCE/seize", "coerce (seize)"),
        ("sector", "MIL", "armed forces"),
        ("source", "MIL", "armed forces"),
        ("source", "UKR", "Ukraine"),
        ("target", "Ana Ruiz", "Ana Ruiz"),
        ("context", "human_rights", "human rights"),
        ("event_country", "UKR", "Ukraine"),
        ("language", "pt-BR", "Portuguese (BR)"),
        ("language", "tlh", "tlh"),
        ("outlet", "UKR", "UKR"),
    ],
)
def test_codes_have_names_and_names_stay(field: str, value: str, label: str) -> None:
    assert label_of(field, value) == label


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("2026-03-12", "12 March 2026"),
        ("2026-03", "2026-03"),
        ("sometime in 2026", "sometime in 2026"),
    ],
)
def test_whole_days_are_written_out(value: str, named: str) -> None:
    assert day_named(value) == named


def test_a_language_has_a_name_with_these_letters() -> None:
    assert languages_called("PORTUG") == ["pt"]
    assert languages_called("xyz") == []


def test_numbers_have_their_sign() -> None:
    assert [signed(number) for number in (2.5, -3, -0.01)] == ["+2.5", "−3.0", "0.0"]


def test_tones_and_weights_stay_in_their_steps() -> None:
    assert [tone_of(intensity) for intensity in (-10, -4, 0, 4, 10)] == [-3, -1, 0, 1, 3]
    assert [weight_of(count, 8) for count in (1, 4, 5, 8)] == [1, 2, 3, 4]
    assert weight_of(1, 0) == 4


def test_coordinates_name_their_hemispheres() -> None:
    assert coordinates({"name": "Santiago", "lat": -33.45, "lon": -70.66}) == "33.45° S, 70.66° W"
    assert coordinates({"name": "Chile"}) is None

import pytest

from tests.unit.events.conftest import Events
from tidings_events.assembly import MOST_PAIRS


def test_more_that_speaks_for_an_event_makes_it_surer(events: Events) -> None:
    (plain,) = events("Chile attacked Peru.")
    (planned,) = events("Chile will attack Peru.")
    assert 0 < planned.confidence < plain.confidence < 1


def test_many_against_many_is_cut_off(events: Events) -> None:
    found = events(
        "Peru, Chile and Bolivia signed a pact with Kenya, Ghana, Togo, Egypt and Libya."
    )
    assert len(found) == MOST_PAIRS


@pytest.mark.parametrize(
    "text",
    [
        "The shop accused the supplier.",
        "Kestrel Energy signed a contract with Volt Motors.",
        "Leaders will resign.",
    ],
)
def test_what_concerns_nobody_in_public_life_is_left_out(text: str, events: Events) -> None:
    assert events(text) == []

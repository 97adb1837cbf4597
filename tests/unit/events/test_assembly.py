import pytest

from tests.unit.events.conftest import Events, Parse
from tidings_events.actors import Phrase
from tidings_events.assembly import MOST_PAIRS, confidence


def test_confidence_falls_with_each_open_slot_and_each_unknown_actor(parse: Parse) -> None:
    head = parse("Chile")[0]
    known = Phrase(head, 0, 1, "country", "Chile", "CHL", None)
    unknown = Phrase(head, 0, 1, "name", "Kestrel", None, None)
    assert confidence(0.8, known, known, "asserted") == 0.8
    assert confidence(0.8, known, unknown, "asserted") == 0.75
    assert confidence(0.8, known, None, "asserted") == 0.65
    assert confidence(0.8, known, known, "denied") == 0.75


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

import pytest

from tests.unit.events.conftest import Events, Parse
from tidings_events.modality import modality_of


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Kenya closed the border.", "asserted"),
        ("Kenya had to close the border.", "asserted"),
        ("Kenya was the first country in the region to close the border.", "asserted"),
        ("Kenya took to arms to close the border.", "asserted"),
        ("Kenya sent troops to close the border.", "planned"),
        ("Kenya decided against closing the border.", "negated"),
        ("Kenya did not close the border.", "negated"),
        ("Kenya never closed the border.", "negated"),
        ("Kenya left without closing the border.", "negated"),
        ("Kenya failed to close the border.", "negated"),
        ("Kenya will close the border.", "planned"),
        ("Kenya plans to close the border.", "planned"),
        ("Kenya to close the border", "planned"),
        ("Kenya threatened to close the border.", "threatened"),
        ("Peru urged Kenya to close the border.", "demanded"),
        ("Peru demanded that Kenya close the border.", "demanded"),
        ("Kenya must close the border.", "demanded"),
        ("If talks fail, Kenya may close the border.", "hypothetical"),
        ("Kenya might close the border.", "hypothetical"),
        ("Peru said Kenya closed the border.", "asserted"),
        ("Kenya told reporters it was closing the border.", "asserted"),
        ("The minister denied that Kenya closed the border.", "denied"),
    ],
)
def test_what_did_not_happen_is_told_from_what_did(text: str, modality: str, parse: Parse) -> None:
    trigger = next(token for token in parse(text) if token.lower_.startswith("clos"))
    judged = modality_of(trigger)
    assert judged is not None
    assert judged.modality == modality


def test_a_negation_spares_the_neighbour(events: Events) -> None:
    found = events("Turkish troops did not cross the border into Syria, but they shelled a depot.")
    assert [(event.trigger.text, event.modality) for event in found] == [
        ("cross", "negated"), ("shelled", "asserted"),
    ]  # fmt: skip


def test_a_year_long_before_the_publication_is_history(events: Events) -> None:
    (event,) = events("In 1990 Iraq invaded Kuwait.")
    assert event.modality == "historical"


@pytest.mark.parametrize(
    ("text", "modality", "because"),
    [
        ("Peru's 1974 invasion of Chile failed.", "historical", "1974"),
        ("Peru plans to hold talks with Chile.", "planned", "plans"),
        ("Peru called on Chile to release two activists.", "demanded", "called"),
        ("Chile's army denied having attacked the village.", "denied", "denied"),
        ("Kenya closed its embassy in Tunis 20 years ago.", "historical", "20 years ago"),
        ("Peru has not attacked Chile.", "negated", "not"),
    ],
)
def test_the_word_that_says_so_is_kept(
    text: str, modality: str, because: str, events: Events
) -> None:
    told = {
        (event.modality, event.modality_evidence.text if event.modality_evidence else None)
        for event in events(text)
    }
    assert (modality, because) in told


@pytest.mark.parametrize(
    "text",
    [
        "A court in Lima found a soldier guilty of killing two farmers.",
        "Prosecutors charged a soldier with the murder of a farmer.",
    ],
)
def test_what_somebody_is_charged_with_is_told_by_the_charge_alone(
    text: str, events: Events
) -> None:
    assert "ASSAULT" not in {event.event_type for event in events(text)}


def test_a_threat_is_made_even_if_what_it_threatens_hangs_on_a_condition(events: Events) -> None:
    found = events("Peru threatened to expel Chile's envoy if the talks fail.")
    assert ("THREATEN", "asserted") in {(event.event_type, event.modality) for event in found}


@pytest.mark.parametrize(
    "text",
    [
        "Peru attacked Chile, not Bolivia.",
        "Russia not only attacked Ukraine.",
        "Peru did not hesitate to attack Chile.",
        "Police in Lima attacked 1800 protesters.",
        "Peru attacked the president elected in 2020.",
    ],
)
def test_what_was_done_is_asserted(text: str, events: Events) -> None:
    (event,) = [one for one in events(text) if one.event_type == "ASSAULT"]
    assert event.modality == "asserted"


def test_he_d_done_is_no_he_would(events: Events) -> None:
    (event,) = events("The president of Peru said he'd expelled Chile's envoy.")
    assert event.modality == "asserted"

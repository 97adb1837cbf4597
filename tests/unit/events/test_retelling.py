import pytest

from tests.unit.events.conftest import Events


def test_an_event_that_is_told_again_is_one_with_more_evidence(events: Events) -> None:
    text = (
        "Chilean police arrested Ana Orme in Cusco on Friday.\n"
        "Nobody had expected it.\n"
        "Police arrested Orme at noon, her lawyer said."
    )
    (event,) = events(text)
    assert event.source is not None
    assert event.source.text == "Chilean police"
    (told,) = event.retold
    assert text[told.trigger.start : told.trigger.end] == "arrested"
    assert told.sentence.start > event.sentence.end


def test_two_targets_are_two_events(events: Events) -> None:
    found = events("Chilean police arrested Ana Orme.\nChilean police arrested Luis Hale.")
    assert [len(event.retold) for event in found] == [0, 0]


def test_a_plan_and_its_fulfilment_are_two_events(events: Events) -> None:
    found = events("Peru will expel two Chilean diplomats.\nPeru expelled two Chilean diplomats.")
    assert [event.modality for event in found] == ["planned", "asserted"]


def test_the_id_of_an_event_is_that_of_its_first_telling(events: Events) -> None:
    first = "Kenya expelled an envoy of Peru."
    (alone,) = events(first, article_id="one")
    told_again = f"{first}\nOn Monday Kenya expelled an envoy of Peru, it said."
    (both,) = events(told_again, article_id="one")
    assert both.event_id == alone.event_id


@pytest.mark.parametrize(
    "text",
    [
        "Israel attacked a base in Syria.\nIsrael attacked a base in Lebanon.",
        "He was arrested in Cusco.\nHe was arrested in Lima.",
        "Police arrested a man in Peru.\nPolice arrested another man in Peru.",
        "Syrian rebels staged an attack and three soldiers were killed in another attack in Mali.",
    ],
)
def test_two_acts_stay_two(text: str, events: Events) -> None:
    found = events(text)
    assert len(found) > 1
    assert not any(event.retold for event in found)

"""Who acts and who is acted on, where the grammar is not plain."""

import pytest

from tests.unit.events.conftest import Events
from tidings.messages import Event


def actors(event: Event) -> tuple[str | None, str | None]:
    source, target = event.source, event.target
    return source.text if source else None, target.text if target else None


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("Iran held talks with Oman.", "Iran", "Oman"),
        ("Talks with Oman were held by Iran.", "Iran", "Oman"),
        ("The minister flew to Doha for talks with the Taliban.", "The minister", "the Taliban"),
        ("Peru gave Chile $5 million in aid.", "Peru", "Chile"),
        ("The court of Lima granted asylum to two rebels.", "The court of Lima", "two rebels"),
        ("After talks with Oman, Iran closed its border.", "Iran", "Oman"),
        ("The United States lifted a travel ban imposed on Chadians.", "The United States",
         "Chadians"),
        ("A US-led coalition's air strike killed 12 civilians.", "A US-led coalition",
         "12 civilians"),
    ],
)  # fmt: skip
def test_light_verbs_receivers_and_what_an_act_is_about(
    text: str, source: str, target: str, events: Events
) -> None:
    found = [actors(event) for event in events(text)]
    assert any(target == there and source.split()[-1] in (who or "") for who, there in found), found


def test_of_a_headline_without_a_doer_the_subject_is_no_doer(events: Events) -> None:
    (event,) = events("Curfew lifted in Kano")
    assert event.source is None


def test_a_pronoun_is_who_the_sentence_before_speaks_of(events: Events) -> None:
    text = "Omani minister Badr Albusaidi flew to Tehran. He met President Masoud Pezeshkian."
    event = events(text)[-1]
    assert event.source is not None
    assert (event.source.text, event.source.name, event.source.country) == (
        "He", "Badr Albusaidi", "OMN",
    )  # fmt: skip


def test_of_two_who_agree_a_pronoun_is_neither(events: Events) -> None:
    text = "Ana Orme spoke, and Luis Hale listened.\nHe met the foreign minister of Peru."
    (event,) = events(text)
    assert event.source is not None
    assert (event.source.text, event.source.name, event.source.country) == ("He", "he", None)


def test_nobody_is_a_pronoun_of_a_clause_that_names_him(events: Events) -> None:
    found = events("Peruvian minister Luis Hale left. He later met Hale and Chile's president.")
    assert found
    assert {event.source.name for event in found if event.source} == {"he"}

"""Whole articles through rules, grammar and tables: sentences that such systems get wrong."""

import pytest

from tests.factories import an_article
from tests.unit.events.conftest import Events, Extract
from tidings.heartbeat import heard_by
from tidings.messages import Event
from tidings_events.extract import RULES_VERSION


def who_whom(event: Event) -> tuple[str, str | None, str | None]:
    source, target = event.source, event.target
    return event.event_type, source.text if source else None, target.text if target else None


@pytest.mark.parametrize(
    "text",
    [
        "Ghana attacked from the left and Senegal's defence collapsed.",
        "Volt Motors declared a price war on Kestrel.",
        "Typhoon Lani battered the coast guard base.",
        "The film shows a raid.",
        "The striker hit the post before Peru's defence was beaten.",
        "Shares of the bank were hit by a profit warning.",
        "Experts agree that leaders should resign.",
    ],
)
def test_sport_business_weather_and_talk_are_no_events(text: str, events: Events) -> None:
    assert events(text) == []


@pytest.mark.parametrize(
    "form", ["expelled", "expels", "is expelling", "has expelled", "had to expel"]
)
def test_every_form_of_a_verb_gives_the_same_event(form: str, events: Events) -> None:
    (event,) = events(f"Chile {form} four Peruvian attachés.")
    assert who_whom(event) == ("SANCTION", "Chile", "four Peruvian attachés")


def test_each_of_a_list_of_actors_has_its_event(events: Events) -> None:
    found = events("Brazil and Uruguay signed a rail pact with Paraguay and Bolivia.")
    assert [who_whom(event) for event in found] == [
        ("AGREE", source, target)
        for source in ("Brazil", "Uruguay")
        for target in ("Paraguay", "Bolivia")
    ]
    assert len({event.event_id for event in found}) == 4


def test_people_of_two_countries_are_two_actors(events: Events) -> None:
    found = events("Bishops in Ghana and Togo thanked Italy for the trucks.")
    assert [event.source and event.source.country for event in found] == ["GHA", "TGO"]
    assert {event.target and event.target.text for event in found} == {"Italy"}


def test_it_is_what_the_same_act_was_done_to_before(events: Events) -> None:
    found = events("Kenya will close its embassy in Tunis in May. Kenya has closed it.")
    assert [(event.event_type, event.modality) for event in found] == [
        ("SANCTION", "planned"), ("SANCTION", "asserted"),
    ]  # fmt: skip
    assert {event.target and event.target.country for event in found} == {"TUN"}


def test_it_in_another_paragraph_keeps_its_own_words(events: Events) -> None:
    text = "Kenya will close its embassy in Tunis in May.\n\nIt is old. Now Kenya has closed it."
    _, closed = events(text)
    assert closed.target is not None
    assert (closed.target.text, closed.target.name) == ("it", "Tunis")
    assert text[closed.target.start : closed.target.end] == "it"


def test_a_quotation_belongs_to_its_speaker_and_acts_in_it_to_the_actor(events: Events) -> None:
    burned, asked = events(
        "“The rebels burned our granary,” said Ama Doku, mayor of Tolin. "
        "“We asked Denmark for tents.”"
    )
    assert who_whom(burned) == ("ASSAULT", "The rebels", "our granary")
    assert burned.attribution is not None
    assert burned.attribution.text == "Ama Doku"
    assert who_whom(asked) == ("REQUEST", "Ama Doku", "Denmark")


def test_a_capital_that_acts_is_a_government_and_no_place(events: Events) -> None:
    (event,) = events("Ankara urged Athens to return to the talks.")
    assert event.source is not None
    assert event.target is not None
    assert (event.source.country, event.source.sector) == ("TUR", "GOV")
    assert (event.target.country, event.target.sector) == ("GRC", "GOV")
    assert event.place is None


def test_place_and_day_come_from_the_sentence(events: Events) -> None:
    (event,) = events("Two dissidents were detained by Belarusian police in Minsk on Friday.")
    assert event.place is not None
    assert (event.place.name, event.place.country) == ("Minsk", "BLR")
    assert event.date is not None
    assert event.date.value == "2026-03-06"


def test_without_a_place_in_the_sentence_the_dateline_counts(events: Events) -> None:
    (event,) = events("SALEM, Ore. (AP) — Police arrested Rolf Tamm on Sunday.")
    assert who_whom(event) == ("COERCE", "Police", "Rolf Tamm")
    assert event.place is not None
    assert event.place.name == "Salem"
    assert event.sentence.text == "Police arrested Rolf Tamm on Sunday."


def test_a_dateline_is_no_part_of_the_sentence_behind_it(events: Events) -> None:
    (event,) = events("HANOI, Vietnam — Police arrested a blogger.")
    assert event.sentence.text == "Police arrested a blogger."


def test_without_a_date_of_publication_weekdays_are_left_open(events: Events) -> None:
    (event,) = events("Police arrested Rolf Tamm on Sunday.", published_at=None)
    assert event.date is None


def test_tolls_are_part_of_the_attack(events: Events) -> None:
    first, second = events(
        "At least 12 people were killed and dozens injured. A second blast killed three."
    )
    assert [(toll.kind, toll.low) for toll in first.casualties] == [
        ("killed", 12), ("injured", None),
    ]  # fmt: skip
    assert [(toll.kind, toll.low, toll.high) for toll in second.casualties] == [("killed", 3, 3)]


def test_a_sentence_never_runs_from_the_title_into_the_text(events: Events) -> None:
    (event,) = events("Peru on Friday said nothing.", title="Chile expels four Peruvian attachés")
    assert event.sentence.text == "Chile expels four Peruvian attachés"


def test_every_span_is_the_words_of_the_article(extract: Extract) -> None:
    article = an_article(
        title="US seizes tanker off Venezuela 🛢",
        text="Café talk.\r\n\r\nChile  expelled\nfour Peruvian\r\nattachés, officials said.",
    )
    (result,) = extract([article])
    assert len(result.events) == 2
    for event in result.events:
        for span in (event.source, event.target, event.trigger, event.sentence, event.attribution):
            assert span is None or article.content[span.start : span.end] == span.text


def test_the_same_words_give_the_same_ids(extract: Extract) -> None:
    article = an_article(text="Ankara urged Athens to return to the talks.")
    (first,), (second,) = extract([article]), extract([article])
    assert [event.event_id for event in first.events] == [event.event_id for event in second.events]
    other = an_article(text="Ankara urged Athens to return to the talks!")
    (third,) = extract([other])
    assert third.events[0].event_id != first.events[0].event_id


def test_another_language_is_skipped_with_its_name(extract: Extract) -> None:
    spanish = an_article(
        title=None,
        text="Los presidentes de Chile y Perú se reunieron ayer en Lima para hablar de la frontera "
        "y del comercio, según dijo el ministro de los dos países.",
    )
    english = an_article(title=None, text="Ankara urged Athens to return to the talks.")
    skipped, read = extract([spanish, english])
    assert (skipped.skipped, skipped.events) == ("language: es", ())
    assert read.skipped is None
    assert len(read.events) == 1


def test_results_carry_the_version_of_article_and_rules(extract: Extract) -> None:
    article = an_article()
    (result,) = extract([article])
    assert (result.article_id, result.revision, result.version) == (
        article.article_id, article.revision, article.version,
    )  # fmt: skip
    assert result.rules_version == RULES_VERSION


@pytest.mark.parametrize(
    "text", ["!" * 5_000, "a" * 50_000, "🛢" * 3_000, "\u202e שלום \u202c", "1"]
)
def test_odd_texts_give_no_events_and_no_errors(text: str, extract: Extract) -> None:
    assert extract([an_article(title=None, text=text)])[0].events == ()


def test_a_long_article_gives_a_sign_of_life_with_each_paragraph(extract: Extract) -> None:
    beats: list[None] = []
    with heard_by(lambda: beats.append(None)):
        extract([an_article(title=None, text="Ankara urged Athens to talk.\n\n" * 50)])
    assert len(beats) >= 2 * 50, "once where it is parsed, once where its events are read"

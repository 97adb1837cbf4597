from typing import Any

from tidings_local.found import best_events, describe, headline, top_names

ARTICLE: dict[str, Any] = {
    "article_id": "a1",
    "title": "Tanker seized",
    "entities": [
        {"entity_id": "e1", "name": "Maduro", "kind": "person"},
        {"entity_id": "e2", "name": "Putin", "kind": "person"},
        {"entity_id": "e3", "name": "Caracas", "kind": "place"},
    ],
    "mentions": [{"entity_id": "e1"}, {"entity_id": "e2"}, {"entity_id": "e2"}],
    "events": [
        {
            "event_type": "COERCE",
            "modality": "asserted",
            "source": {"name": "United States", "text": "American forces"},
            "target": {"name": "", "text": "a tanker"},
            "sentence": {"text": "American forces\nseized a tanker.", "start": 0, "end": 32},
        }
    ],
}


def test_an_article_is_told_by_title_entities_and_an_event_with_its_sentence() -> None:
    said = describe(ARTICLE).splitlines()

    assert said == [
        "Tanker seized",
        "  People:        Putin, Maduro",
        "  Places:        Caracas",
        "",
        "  United States — COERCE — a tanker",
        "    “American forces seized a tanker.”",
    ]


def test_who_is_named_most_comes_first() -> None:
    assert top_names(ARTICLE, "person") == ["Putin", "Maduro"]


def test_events_with_both_actors_that_did_happen_come_first() -> None:
    planned = an_event("1", modality="planned")
    half = an_event("2", target=None)
    full = an_event("3")

    assert [event["event_id"] for event in best_events([planned, half, full])] == ["3", "2", "1"]


def test_of_events_that_read_the_same_only_the_first_is_told() -> None:
    events = [an_event("1"), an_event("2"), an_event("3", event_type="AID")]

    assert [event["event_id"] for event in best_events(events)] == ["1", "3"]


def test_an_actor_who_is_not_known_is_a_question_mark() -> None:
    assert headline({"event_type": "ASSAULT", "source": None, "target": {"text": "the port"}}) == (
        "? — ASSAULT — the port"
    )


def test_an_article_without_findings_is_its_title_or_id_alone() -> None:
    assert describe({"article_id": "a1", "title": None, "events": []}) == "a1"


def an_event(event_id: str, **changes: object) -> dict[str, object]:
    event = {"event_id": event_id, "event_type": "ACCUSE", "modality": "asserted"}
    name = "B" if changes.get("modality") else "A"
    return {**event, "source": {"name": name}, "target": {"name": "C"}, **changes}

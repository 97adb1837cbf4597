"""Actors of events find the entity that their words refer to, and no other."""

from typing import Any

import pytest

from tidings.linking import link_actors

ENTITIES: list[dict[str, Any]] = [
    {"entity_id": "putin", "name": "Vladimir Putin", "kind": "person", "country": None},
    {"entity_id": "maduro", "name": "Nicolás Maduro", "kind": "person", "country": "VEN"},
    {"entity_id": "venezuela", "name": "Venezuela", "kind": "place", "country": "VEN"},
    {"entity_id": "russia", "name": "Russia", "kind": "place", "country": "RUS"},
    {"entity_id": "russians", "name": "Russian", "kind": "group", "country": "RUS"},
    {"entity_id": "boa", "name": "Bank of America", "kind": "organisation", "country": "USA"},
    {"entity_id": "un", "name": "United Nations", "kind": "organisation", "country": None},
]
NAMES = {
    "Vladimir Putin": "putin", "Putin": "putin", "Maduro": "maduro", "Venezuela": "venezuela",
    "Russia": "russia", "Russian": "russians", "Bank of America": "boa", "UN": "un",
}  # fmt: skip


def mentions_in(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name in sorted(NAMES, key=len, reverse=True):
        start = text.find(name)
        end = start + len(name)
        if start >= 0 and not any(one["start"] < end and start < one["end"] for one in found):
            found.append({"text": name, "start": start, "end": end, "entity_id": NAMES[name]})
    return found


def linked(text: str, **own: Any) -> dict[str, Any]:
    """The actor whose span is all of `text`, linked."""
    actor = {
        "text": text, "start": 0, "end": len(text), "name": text, "entity_id": None,
        "country": None, "sector": None, **own,
    }  # fmt: skip
    [event] = link_actors(
        [{"event_id": "e", "source": actor, "target": None}], mentions_in(text), ENTITIES
    )
    found: dict[str, Any] = event["source"]
    return found


@pytest.mark.parametrize(
    ("text", "entity_id", "name", "country"),
    [
        ("Putin", "putin", "Vladimir Putin", None),
        ("Russian President Vladimir Putin", "putin", "Vladimir Putin", None),
        ("Putin, the Russian leader", "putin", "Vladimir Putin", None),
        ("Bank of America", "boa", "Bank of America", "USA"),
        ("Venezuela", "venezuela", "Venezuela", "VEN"),
        ("the president, Maduro", "maduro", "Nicolás Maduro", "VEN"),
        ("Putin's ally", None, "Putin's ally", None),
        ("a spokesman for Maduro", None, "a spokesman for Maduro", None),
        ("the ambassador to Russia", None, "the ambassador to Russia", None),
        ("protesters in Venezuela", None, "protesters in Venezuela", "VEN"),
        ("Russian hackers", None, "Russian hackers", "RUS"),
        ("an oil tanker", None, "an oil tanker", None),
    ],
)
def test_an_actor_takes_the_entity_that_its_head_names(
    text: str, entity_id: str | None, name: str, country: str | None
) -> None:
    actor = linked(text)
    assert (actor["entity_id"], actor["name"], actor["country"]) == (entity_id, name, country)


@pytest.mark.parametrize(
    ("text", "sector", "entity_id"),
    [
        ("Venezuela's government", "GOV", "venezuela"),
        ("the government of Venezuela", "GOV", "venezuela"),
        ("Venezuela's opposition", "OPP", None),
        ("Russian forces", "MIL", "russians"),
        ("UN envoys", "IGO", "un"),
    ],
)
def test_a_place_acts_through_its_government_which_keeps_its_own_name(
    text: str, sector: str, entity_id: str | None
) -> None:
    actor = linked(text, sector=sector)
    assert (actor["entity_id"], actor["name"]) == (entity_id, text)


def test_the_actors_own_country_is_kept() -> None:
    assert linked("Venezuela", country="COL")["country"] == "COL"


def test_a_mention_wider_than_the_actor_serves_only_when_none_lies_inside() -> None:
    text = "Venezuela and Maduro"
    actor = {"text": "Maduro", "start": 14, "end": 20, "name": "Maduro"}
    wide = {"text": text, "start": 0, "end": 20, "entity_id": "venezuela"}
    narrow = {"text": "Maduro", "start": 14, "end": 20, "entity_id": "maduro"}
    both = link_actors([{"source": actor}], [wide, narrow], ENTITIES)
    alone = link_actors([{"source": actor}], [wide], ENTITIES)
    assert both[0]["source"]["entity_id"] == "maduro"
    assert alone[0]["source"]["entity_id"] == "venezuela"


def test_linking_what_is_linked_changes_nothing_and_arguments_stay() -> None:
    text = "Russian President Vladimir Putin"
    actor = {"text": text, "start": 0, "end": len(text), "name": text, "country": None}
    events = [{"event_id": "e", "source": actor, "target": None}]
    once = link_actors(events, mentions_in(text), ENTITIES)
    assert link_actors(once, mentions_in(text), ENTITIES) == once
    assert events[0]["source"] == {**actor}
    assert actor["name"] == text


def test_a_mention_of_an_entity_that_is_not_listed_is_passed_over() -> None:
    actor = {"text": "Putin", "start": 0, "end": 5, "name": "Putin"}
    mention = {"text": "Putin", "start": 0, "end": 5, "entity_id": "gone"}
    assert link_actors([{"source": actor}], [mention], ENTITIES)[0]["source"] == actor

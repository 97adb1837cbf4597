"""The annotated texts say what is in them: every mark can be traced to its words."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from tidings.messages import EntityKind, EventType, Modality

FOLDER = Path("tests/evaluation")
FILES = sorted(FOLDER.glob("*/*.jsonl"))
TEXTS: list[dict[str, Any]] = [
    json.loads(line) for file in FILES for line in file.read_text("utf-8").splitlines()
]


def content(text: dict[str, Any]) -> str:
    return "\n\n".join(text[part] for part in ("title", "text") if part in text)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: str(text["id"]))
def test_every_mark_is_in_the_text_and_of_a_known_kind(text: dict[str, Any]) -> None:
    words, at = content(text), 0
    for name, kind, canonical, country in text["mentions"]:
        found = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)").search(words, at)
        assert found, f"{name!r} does not stand behind the mention before it"
        at = found.end()
        assert kind in get_args(EntityKind)
        assert canonical
        assert country is None or re.fullmatch("[A-Z]{3}", country)
    for event in text["events"]:
        assert event["type"] in get_args(EventType)
        assert event["modality"] in get_args(Modality)
        assert event["trigger"]
        for slot in ("trigger", "source", "target", "place"):
            assert event[slot] is None or event[slot] in words


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own() -> None:
    assert len({text["id"] for text in TEXTS}) == len(TEXTS)
    articles = sum("title" in text for text in TEXTS)
    assert articles >= 40
    assert len(TEXTS) - articles >= 300


def test_every_type_of_event_and_every_modality_occurs_and_many_texts_have_no_event() -> None:
    events = [event for text in TEXTS for event in text["events"]]
    assert {event["type"] for event in events} == set(get_args(EventType))
    assert {event["modality"] for event in events} == set(get_args(Modality))
    assert sum(not text["events"] for text in TEXTS) > len(TEXTS) / 5

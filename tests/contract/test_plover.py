"""What search offers as types, modes, contexts and sectors is what the events service finds."""

import csv
from importlib.resources import files
from typing import get_args

from tidings.messages import EventType
from tidings.plover import CONTEXTS, MODES, PRONOUNS, SECTORS
from tidings_events import pronouns
from tidings_events.knowledge import table
from tidings_events.loading import load_ontology


def test_types_and_modes_are_those_of_the_rules() -> None:
    assert tuple(MODES) == get_args(EventType)
    rules = {one.event_type: set(one.modes) for one in load_ontology().classes}
    assert {kind: set(modes) for kind, modes in MODES.items()} == rules
    assert all(len(modes) == len(set(modes)) for modes in MODES.values())


def test_contexts_are_those_of_the_rules() -> None:
    assert set(CONTEXTS) == set(load_ontology().contexts)
    assert len(CONTEXTS) == len(set(CONTEXTS))


def test_sectors_are_those_of_the_roles() -> None:
    assert set(SECTORS) == {name for name in table("roles") if name.isupper()}
    for file in (files("tidings.language") / "known").iterdir():
        rows = csv.DictReader(file.read_text("utf-8").splitlines())
        assert {row["sector"] for row in rows if row.get("sector")} <= set(SECTORS), file.name


def test_a_pronoun_is_nobody_s_name_in_both() -> None:
    assert set(PRONOUNS) == pronouns.PRONOUNS

"""The rule files: that they load, that mistakes are named, and that their examples hold."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from tests.unit.events.conftest import Events
from tidings_events.loading import load_ontology
from tidings_events.ontology import Example, OntologyError

EXAMPLES = [
    pytest.param(example, id=f"{event_class.event_type}: {example.text}")
    for event_class in load_ontology().classes
    for example in event_class.examples
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with as_file(files("tidings_events") / "rules") as rules:
        shutil.copytree(rules, tmp_path / "rules")
    return tmp_path / "rules"


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_gives_its_event(example: Example, events: Events) -> None:
    found = [
        (
            event.event_type,
            event.source.text if event.source else None,
            event.target.text if event.target else None,
            event.mode if example.mode else None,
            event.modality if example.modality else None,
        )
        for event in events(example.text)
    ]
    if example.event_type is None:
        assert found == []
    else:
        wanted = (
            example.event_type,
            example.source,
            example.target,
            example.mode,
            example.modality,
        )
        assert wanted in found


def test_each_type_has_rules_examples_and_a_description() -> None:
    for event_class in load_ontology().classes:
        assert event_class.rules
        assert len(event_class.examples) >= 3
        assert event_class.description.endswith(".")


def test_no_two_rules_have_one_name() -> None:
    names = [rule.name for rule in load_ontology().rules]
    assert sorted(set(names)) == sorted(names)


def test_cooperation_is_mild_and_conflict_harsh() -> None:
    for rule in load_ontology().rules:
        for intensity in rule.intensities.values():
            if rule.quad_class in (1, 2):
                assert intensity > 0, rule.name
            else:
                assert intensity < 0, rule.name


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('mode = "visit"', 'mode = "greet"', "mode 'greet' is not listed in [modes]"),
        ('target = ["with", "object"]', 'target = ["wiht"]', "unknown path 'wiht'"),
        ('object = ["<actor>"]', 'object = ["<actors>"]', "unknown kind <actors>"),
        ('object = ["@talks"]', 'object = ["@chats"]', "there is no list '@chats'"),
        ("reciprocal = true", "reciprocral = true", "unknown key 'reciprocral'"),
        ('needs = ["source"]', 'needs = ["sauce"]', "'sauce' is not one of source, target"),
        ("quad_class = 1", "quad_class = 7", "quad_class 7"),
        ("type =", "type", "is not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file(folder: Path, old: str, new: str, sentence: str) -> None:
    file = folder / "consult.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(OntologyError) as caught:
        load_ontology(folder)
    assert sentence in str(caught.value)
    assert "rules/consult.toml" in str(caught.value)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "aid.toml").unlink()
    with pytest.raises(OntologyError, match=r"rules/aid\.toml is missing"):
        load_ontology(folder)


def test_two_rules_that_claim_the_same_words_are_named(folder: Path) -> None:
    file = folder / "accuse.toml"
    rule = '[[rules]]\nid = "{}"\nverbs = ["frobnicate"]\n\n'
    text = file.read_text().replace(
        "[[rules]]", rule.format("one") + rule.format("two") + "[[rules]]", 1
    )
    file.write_text(text)
    with pytest.raises(OntologyError, match=r"'accuse#two' claims 'frobnicate'.*'accuse#one'"):
        load_ontology(folder)


def test_a_context_that_nobody_explains_is_named(folder: Path) -> None:
    file = folder / "accuse.toml"
    rule = '[[rules]]\nid = "one"\ncontexts = ["gossip"]\nverbs = ["frobnicate"]\n\n'
    file.write_text(file.read_text().replace("[[rules]]", rule + "[[rules]]", 1))
    with pytest.raises(OntologyError, match=r"'gossip' is not in contexts\.toml"):
        load_ontology(folder)


def test_a_word_is_the_sign_of_one_mode_only(folder: Path) -> None:
    file = folder / "protest.toml"
    text = file.read_text()
    signs = '[signs]\nriot = ["frobnication"]\nhunger = ["frobnication"]\n\n'
    head, _, tail = text.partition("[[rules]]")
    head = head.split("[signs]")[0] + signs
    file.write_text(head + "[[rules]]" + tail)
    with pytest.raises(OntologyError, match=r"'frobnication\w*' under 'riot' and 'hunger'"):
        load_ontology(folder)


def test_each_rule_reads_an_example(events: Events) -> None:
    met = {event.rule for one in load_ontology().classes for example in one.examples
           for event in events(example.text)}  # fmt: skip
    unmet = [rule.name for rule in load_ontology().rules if rule.name not in met]
    assert unmet == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[modes]", "[mods]", "unknown key 'mods'"),
        ("none = true", "nonne = true", "unknown key 'nonne'"),
        ('type = "CONSULT"', 'type = "ACCUSE"', "type is 'ACCUSE'"),
    ],
)
def test_a_key_that_nobody_reads_is_named(folder: Path, old: str, new: str, sentence: str) -> None:
    file = folder / "consult.toml"
    file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises(OntologyError, match=sentence):
        load_ontology(folder)

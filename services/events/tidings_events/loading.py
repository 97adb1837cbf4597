"""Reads the rules, and says with file and entry what in them cannot be meant."""

import tomllib
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final, cast, get_args

from tidings.messages import EventType
from tidings_events.inflection import noun_forms, verb_forms
from tidings_events.ontology import (
    Clause,
    Constraint,
    EventClass,
    Example,
    Ontology,
    OntologyError,
    QuadClass,
    Rule,
    Slot,
    Verb,
)
from tidings_events.words import WordLists, load_words

KINDS: Final = frozenset({"actor", "person", "place", "any"})
PATHS: Final = frozenset(
    [
        "attendant",
        "subject",
        "cause",
        "object",
        "dative",
        "owner",
        "thing",
        "clause",
        "clause.subject",
        "possessor",
        "origin",
        "bearer",
        "undergoer",
    ]
)
PREPOSITIONS: Final = frozenset(
    [
        "about",
        "across",
        "against",
        "along",
        "among",
        "around",
        "at",
        "before",
        "behind",
        "between",
        "by",
        "for",
        "from",
        "in",
        "inside",
        "into",
        "near",
        "of",
        "off",
        "on",
        "onto",
        "outside",
        "over",
        "through",
        "to",
        "toward",
        "towards",
        "under",
        "upon",
        "with",
        "within",
    ]
)


def load_ontology(folder: Traversable | None = None) -> Ontology:
    """Reads one file for each event type. Raises OntologyError naming file and entry."""
    folder = folder or files("tidings_events") / "rules"
    words = load_words(folder)
    with _named("contexts.toml"):
        contexts = {name: words.expand(found) for name, found in _read(folder, "contexts").items()}
    classes = []
    for kind in get_args(EventType):
        with _named(f"{kind.lower()}.toml"):
            classes.append(_read_class(kind, _read(folder, kind.lower()), words, contexts))
    find_contradictions(rule for event_class in classes for rule in event_class.rules)
    return Ontology(tuple(classes), words, contexts)


def _read(folder: Traversable, name: str) -> dict[str, Any]:
    return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))


@contextmanager
def _named(file: str) -> Iterator[None]:
    """Says of a mistake in which file it is."""
    try:
        yield
    except FileNotFoundError:
        raise OntologyError(f"rules/{file} is missing; each event type needs its file.") from None
    except tomllib.TOMLDecodeError as error:
        raise OntologyError(f"rules/{file} is not TOML: {error}.") from None
    except (KeyError, TypeError, ValueError) as error:
        raise OntologyError(f"rules/{file}: {_sentence(error)}.") from None


def find_contradictions(rules: Iterable[Rule]) -> None:
    """Raises OntologyError where two rules claim the same words: then the second never counts."""
    claimed: dict[Hashable, Rule] = {}
    for rule in rules:
        verbs = (" ".join((verb.lemma, *verb.particles)) for verb in rule.verbs)
        asked = (
            rule.subject, rule.object, rule.forbidden, rule.clause, rule.clause_verbs,
            rule.clause_auxiliaries, rule.clause_subjects, rule.needs, rule.source,
            rule.agentless, rule.refuses, rule.occurs,
        )  # fmt: skip
        for word in (*verbs, *rule.nouns.entries()):
            first = claimed.setdefault((word, bool(rule.nouns), asked), rule)
            if first is not rule:
                file = f"rules/{rule.event_type.lower()}.toml"
                raise OntologyError(
                    f"{file}: rule {rule.name!r} claims {word!r} under the same conditions as "
                    f"{first.name!r}; take it out of one of them."
                )


def _read_class(
    kind: EventType, data: Mapping[str, Any], words: WordLists, contexts: Collection[str]
) -> EventClass:
    if data["quad_class"] not in get_args(QuadClass):
        raise ValueError(f"quad_class {data['quad_class']!r} is not 1, 2, 3 or 4")
    _check_keys(data, _FILE_KEYS)
    if data["type"] != kind:
        raise ValueError(f"type is {data['type']!r}")
    intensity, modes = float(data["intensity"]), dict(data.get("modes", {}))
    words = words.with_lists(data.get("lists", {}))
    rules = tuple(
        _read_rule(kind, data["quad_class"], intensity, modes, entry, words)
        for entry in data["rules"]
    )
    for rule in rules:
        if strange := set(rule.contexts) - set(contexts):
            raise ValueError(f"rule {rule.name!r}: {min(strange)!r} is not in contexts.toml")
    examples = tuple(_read_example(kind, entry) for entry in data["examples"])
    signs = _read_signs(data.get("signs", {}), modes, words)
    return EventClass(
        kind, data["description"], data["quad_class"], intensity, modes, signs, rules, examples
    )


def _read_signs(
    entries: Mapping[str, Iterable[str]], modes: Collection[str], words: WordLists
) -> dict[str, str]:
    """The mode by every form of the words, read as nouns and as verbs."""
    signs: dict[str, str] = {}
    for mode, found in entries.items():
        if mode not in modes:
            raise ValueError(f"[signs] has the mode {mode!r}, which is not listed in [modes]")
        for word in words.flatten(found):
            if not word.isalpha():
                raise ValueError(f"[signs] has {word!r}; a sign is one word without a hyphen")
            nouns = noun_forms(word, words.irregular_nouns)
            for form in {*nouns, *verb_forms(word, words.irregular_verbs)}:
                if signs.setdefault(form, mode) != mode:
                    raise ValueError(f"[signs] has {form!r} under {signs[form]!r} and {mode!r}")
    return signs


_OF_NOUNS: Final = ("bearer", "possessor", "by", "origin")
"""Where a noun that stands alone has its source."""

_ACTS_OF_POWER: Final = frozenset({"COERCE", "SANCTION", "MOBILIZE", "RETREAT"})
"""Types whose source must be able to command: a state, its organs, an armed group. `powers` in a
rule says otherwise."""

_FILE_KEYS: Final = frozenset(
    [
        "type",
        "description",
        "quad_class",
        "intensity",
        "modes",
        "signs",
        "lists",
        "rules",
        "examples",
    ]
)
_EXAMPLE_KEYS: Final = frozenset(["text", "source", "target", "mode", "modality", "none"])
_RULE_KEYS: Final = frozenset(
    [
        "id",
        "mode",
        "contexts",
        "verbs",
        "nouns",
        "subject",
        "object",
        "forbidden",
        "clause",
        "clause_verbs",
        "clause_auxiliaries",
        "clause_subjects",
        "source",
        "target",
        "needs",
        "reciprocal",
        "mutual",
        "powers",
        "public",
        "agentless",
        "refuses",
        "occurs",
        "behind",
        "base",
    ]
)


def _read_rule(
    kind: EventType, quad_class: QuadClass, intensity: float, modes: Mapping[str, float],
    entry: Mapping[str, Any], words: WordLists,
) -> Rule:  # fmt: skip
    label = f"rule {entry.get('id', '(without id)')!r}"
    try:
        _check_keys(entry, _RULE_KEYS)
        if ("verbs" in entry) == ("nouns" in entry):
            raise ValueError("give either verbs or nouns")
        mode = entry.get("mode")
        if mode is not None and mode not in modes:
            raise ValueError(f"mode {mode!r} is not listed in [modes]")
        nominal = "nouns" in entry
        intensities: dict[str | None, float] = {None: intensity}
        intensities.update(modes.items())
        return Rule(
            name=f"{kind.lower()}{'/' + mode if mode else ''}#{entry['id']}",
            event_type=kind,
            mode=mode,
            quad_class=quad_class,
            intensities=intensities,
            contexts=tuple(entry.get("contexts", ())),
            verbs=tuple(_verbs(entry.get("verbs", ()), words)),
            nouns=words.expand(entry.get("nouns", ())),
            subject=_constraint(entry.get("subject", ("<actor>",)), words),
            object=_constraint(entry.get("object", ()), words),
            forbidden=words.expand(entry.get("forbidden", ())),
            clause=_one_of(entry.get("clause", "any"), Clause),
            clause_verbs=_forms(entry.get("clause_verbs", ()), words),
            clause_auxiliaries=frozenset(entry.get("clause_auxiliaries", ())),
            clause_subjects=frozenset(entry.get("clause_subjects", ())),
            source=_paths(entry.get("source", _OF_NOUNS if nominal else ("subject",))),
            target=_paths(entry.get("target", ("object",))),
            needs=frozenset(_one_of(slot, Slot) for slot in entry.get("needs", get_args(Slot))),
            reciprocal=bool(entry.get("reciprocal", False)),
            mutual=bool(entry.get("mutual", False)),
            powers=bool(entry.get("powers", kind in _ACTS_OF_POWER)),
            public=bool(entry.get("public", False)),
            agentless=bool(entry.get("agentless", False)),
            refuses=bool(entry.get("refuses", False)),
            occurs=bool(entry.get("occurs", False)),
            behind=frozenset(entry.get("behind", ())),
            base=float(entry.get("base", 0.7 if nominal else 0.8)),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{label}: {_sentence(error)}") from None


def _check_keys(entry: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(set(entry) - known):
        raise ValueError(f"unknown key {unknown[0]!r}")


def _verbs(entries: Iterable[str], words: WordLists) -> Iterable[Verb]:
    for phrase in words.flatten(entries, inflected=True):
        lemma, *particles = phrase.split()
        prefix, _, cut = lemma.rpartition("-")
        yield Verb(lemma, verb_forms(cut, words.irregular_verbs), tuple(particles), prefix)


def _forms(entries: Iterable[str], words: WordLists) -> frozenset[str]:
    return frozenset(form for verb in _verbs(entries, words) for form in verb.forms)


def _constraint(entries: Iterable[str], words: WordLists) -> Constraint:
    entries = tuple(entries)
    kinds = frozenset(entry[1:-1] for entry in entries if entry.startswith("<"))
    if not kinds <= KINDS:
        raise ValueError(f"unknown kind <{min(kinds - KINDS)}>; there are {sorted(KINDS)}")
    return Constraint(kinds, words.expand(entry for entry in entries if entry[0] != "<"))


def _paths(paths: Iterable[str]) -> tuple[str, ...]:
    paths = tuple(paths)
    for path in paths:
        if path not in PATHS and path not in PREPOSITIONS:
            raise ValueError(f"unknown path {path!r}; there are {sorted(PATHS)} and prepositions")
    return paths


def _one_of(value: str, allowed: Any) -> Any:
    if value not in get_args(allowed):
        raise ValueError(f"{value!r} is not one of {', '.join(get_args(allowed))}")
    return value


def _read_example(kind: EventType, entry: Mapping[str, Any]) -> Example:
    text = entry["text"]
    try:
        _check_keys(entry, _EXAMPLE_KEYS)
    except ValueError as error:
        raise ValueError(f"example {text!r}: {error}") from None
    if entry.get("none"):
        return Example(text, None, None, None, None, None)
    return Example(
        text, kind, cast("str | None", entry.get("source")), entry.get("target"),
        entry.get("mode"), entry.get("modality"),
    )  # fmt: skip


def _sentence(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)

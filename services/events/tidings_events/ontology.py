"""The rules as typed, frozen objects: what each event type is and which words announce it.

`rules/<type>.toml` is the knowledge; this module only reads it and says, with file and entry, what
in it cannot be meant. The format is explained in rules/README.md.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final, Literal, cast, get_args

from tidings.errors import TidingsError
from tidings.messages import EventType
from tidings_events.inflection import verb_forms
from tidings_events.words import WordLists, Words, load_words

RULES_VERSION: Final = "2026.11.3"

QuadClass = Literal[1, 2, 3, 4]
Slot = Literal["source", "target"]
Clause = Literal["required", "forbidden", "any"]

KINDS: Final = frozenset({"actor", "person", "place", "any"})
PATHS: Final = frozenset(
    [
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


class OntologyError(TidingsError):
    """A rule file has an entry that cannot be used."""


@dataclass(frozen=True)
class Constraint:
    """What may stand in a slot: a kind of participant, or one of these words."""

    kinds: frozenset[str] = frozenset()
    words: Words = field(default_factory=Words)

    @property
    def empty(self) -> bool:
        return not self.kinds and not self.words


@dataclass(frozen=True)
class Verb:
    """`forms` are all spellings; `particles` must follow: "call on", "crack down on"."""

    lemma: str
    forms: frozenset[str]
    particles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One way in which a type of event is told. Found by `verbs`, or by `nouns` where the noun
    stands alone ("Russia's attack on Kyiv")."""

    name: str
    event_type: EventType
    mode: str | None
    quad_class: QuadClass
    intensity: float
    contexts: tuple[str, ...]
    verbs: tuple[Verb, ...]
    nouns: Words
    subject: Constraint
    object: Constraint
    forbidden: Words
    clause: Clause
    clause_verbs: frozenset[str]
    clause_auxiliaries: frozenset[str]
    source: tuple[str, ...]
    target: tuple[str, ...]
    needs: frozenset[Slot]
    reciprocal: bool
    mutual: bool
    powers: bool
    base: float


@dataclass(frozen=True)
class Example:
    """A sentence with the one event it must give; `event_type` None: it must give none."""

    text: str
    event_type: EventType | None
    source: str | None
    target: str | None
    mode: str | None
    modality: str | None


@dataclass(frozen=True)
class EventClass:
    event_type: EventType
    description: str
    quad_class: QuadClass
    intensity: float
    modes: Mapping[str, float]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Ontology:
    classes: tuple[EventClass, ...]
    words: WordLists

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for event_class in self.classes for rule in event_class.rules)


def load_ontology(folder: Traversable | None = None) -> Ontology:
    """Reads one file for each event type. Raises OntologyError naming file and entry."""
    folder = folder or files("tidings_events") / "rules"
    words = load_words(folder)
    return Ontology(tuple(_load_class(folder, kind, words) for kind in get_args(EventType)), words)


def _load_class(folder: Traversable, kind: EventType, words: WordLists) -> EventClass:
    name = f"{kind.lower()}.toml"
    try:
        data = tomllib.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OntologyError(f"rules/{name} is missing; each event type needs its file.") from None
    except tomllib.TOMLDecodeError as error:
        raise OntologyError(f"rules/{name} is not TOML: {error}.") from None
    try:
        return _read_class(kind, data, words)
    except (KeyError, TypeError, ValueError) as error:
        raise OntologyError(f"rules/{name}: {_sentence(error)}.") from None


def _read_class(kind: EventType, data: Mapping[str, Any], words: WordLists) -> EventClass:
    if data["quad_class"] not in get_args(QuadClass):
        raise ValueError(f"quad_class {data['quad_class']!r} is not 1, 2, 3 or 4")
    intensity, modes = float(data["intensity"]), dict(data.get("modes", {}))
    rules = tuple(
        _read_rule(kind, data["quad_class"], intensity, modes, entry, words)
        for entry in data["rules"]
    )
    examples = tuple(_read_example(kind, entry) for entry in data["examples"])
    return EventClass(
        kind, data["description"], data["quad_class"], intensity, modes, rules, examples
    )


_OF_NOUNS: Final = ("possessor", "origin", "by")
"""Where a noun that stands alone has its source."""

_ACTS_OF_POWER: Final = frozenset({"COERCE", "SANCTION", "MOBILIZE", "RETREAT"})
"""Types whose source must be able to command: a state, its organs, an armed group. `powers` in a
rule says otherwise."""

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
        "source",
        "target",
        "needs",
        "reciprocal",
        "mutual",
        "powers",
        "base",
    ]
)


def _read_rule(
    kind: EventType, quad_class: QuadClass, intensity: float, modes: Mapping[str, float],
    entry: Mapping[str, Any], words: WordLists,
) -> Rule:  # fmt: skip
    label = f"rule {entry.get('id', '(without id)')!r}"
    try:
        _check_keys(entry)
        mode = entry.get("mode")
        if mode is not None and mode not in modes:
            raise ValueError(f"mode {mode!r} is not listed in [modes]")
        nominal = "nouns" in entry
        return Rule(
            name=f"{kind.lower()}{'/' + mode if mode else ''}#{entry['id']}",
            event_type=kind,
            mode=mode,
            quad_class=quad_class,
            intensity=float(modes[mode]) if mode else intensity,
            contexts=tuple(entry.get("contexts", ())),
            verbs=tuple(_verbs(entry.get("verbs", ()), words)),
            nouns=words.expand(entry.get("nouns", ())),
            subject=_constraint(entry.get("subject", ("<actor>",)), words),
            object=_constraint(entry.get("object", ()), words),
            forbidden=words.expand(entry.get("forbidden", ())),
            clause=_one_of(entry.get("clause", "any"), Clause),
            clause_verbs=_forms(entry.get("clause_verbs", ()), words),
            clause_auxiliaries=frozenset(entry.get("clause_auxiliaries", ())),
            source=_paths(entry.get("source", _OF_NOUNS if nominal else ("subject",))),
            target=_paths(entry.get("target", ("object",))),
            needs=frozenset(_one_of(slot, Slot) for slot in entry.get("needs", get_args(Slot))),
            reciprocal=bool(entry.get("reciprocal", False)),
            mutual=bool(entry.get("mutual", False)),
            powers=bool(entry.get("powers", kind in _ACTS_OF_POWER)),
            base=float(entry.get("base", 0.7 if nominal else 0.8)),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{label}: {_sentence(error)}") from None


def _check_keys(entry: Mapping[str, Any]) -> None:
    unknown = sorted(set(entry) - _RULE_KEYS)
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r}")
    if ("verbs" in entry) == ("nouns" in entry):
        raise ValueError("give either verbs or nouns")


def _verbs(entries: Iterable[str], words: WordLists) -> Iterable[Verb]:
    for phrase in words.flatten(entries):
        lemma, *particles = phrase.split()
        yield Verb(lemma, verb_forms(lemma, words.irregular_verbs), tuple(particles))


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
    if entry.get("none"):
        return Example(text, None, None, None, None, None)
    return Example(
        text, kind, cast("str | None", entry.get("source")), entry.get("target"),
        entry.get("mode"), entry.get("modality"),
    )  # fmt: skip


def _sentence(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)

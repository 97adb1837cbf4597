"""The rules as typed, frozen objects: what each event type is and which words announce it.

`rules/<type>.toml` is the knowledge, explained in rules/README.md; loading.py reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from tidings.errors import TidingsError
from tidings.messages import EventType
from tidings_events.words import WordLists, Words

RULES_VERSION: Final = "2026.11.6"

QuadClass = Literal[1, 2, 3, 4]
Slot = Literal["source", "target"]
Clause = Literal["required", "forbidden", "any"]


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
    """`forms` are all spellings; `particles` must follow: "call on", "crack down on"; `prefix` and
    a hyphen stand before: the model cuts "spray-paint" there."""

    lemma: str
    forms: frozenset[str]
    particles: tuple[str, ...] = ()
    prefix: str = ""


@dataclass(frozen=True)
class Rule:
    """One way in which a type of event is told. Found by `verbs`, or by `nouns` where the noun
    stands alone ("Russia's attack on Kyiv")."""

    name: str
    event_type: EventType
    mode: str | None
    quad_class: QuadClass
    intensities: Mapping[str | None, float]
    contexts: tuple[str, ...]
    verbs: tuple[Verb, ...]
    nouns: Words
    subject: Constraint
    object: Constraint
    forbidden: Words
    clause: Clause
    clause_verbs: frozenset[str]
    clause_auxiliaries: frozenset[str]
    clause_subjects: frozenset[str]
    source: tuple[str, ...]
    target: tuple[str, ...]
    needs: frozenset[Slot]
    reciprocal: bool
    mutual: bool
    powers: bool
    public: bool
    agentless: bool
    refuses: bool
    occurs: bool
    behind: frozenset[str]
    base: float

    def intensity_of(self, mode: str | None) -> float:
        return self.intensities[mode]


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
    """`signs`: words around a trigger that tell the mode where its rule does not."""

    event_type: EventType
    description: str
    quad_class: QuadClass
    intensity: float
    modes: Mapping[str, float]
    signs: Mapping[str, str]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Ontology:
    """`contexts`: the words by which a sentence shows what an event is about."""

    classes: tuple[EventClass, ...]
    words: WordLists
    contexts: Mapping[str, Words]

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for event_class in self.classes for rule in event_class.rules)

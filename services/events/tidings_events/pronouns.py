"""Whom a pronoun means: the one subject around or before it that agrees, else nobody known."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from tidings_events.actors import Memory, Phrase
from tidings_events.grammar import SUBJECTS, ancestors, child, is_verb
from tidings_events.tree import Stretch, Token, Tree
from tidings_events.whereabouts import resolve_place

_NUMBER: Final = {
    "he": 1, "she": 1, "his": 1, "her": 1, "him": 1, "they": 2, "their": 2, "them": 2,
    "it": 0, "its": 0,
}  # fmt: skip
PRONOUNS: Final = frozenset({"he", "she", "they", "we", "i", "him", "her", "them", "us"})
Phrases = tuple[Phrase, ...]

_LOOKED_BACK: Final = 2
"""Sentences in which a pronoun may have its antecedent, beside its own."""


@dataclass
class ArticleContext:
    """What earlier sentences of the article say about later ones.

    `last_objects` are the targets of the last event of each rule, for "it" in its object's place;
    `violence`: this paragraph or the one before tells of an attack; `before` is that one, parsed.
    """

    memory: Memory = field(default_factory=dict)
    last_objects: dict[str, Phrases] = field(default_factory=dict)
    speaker: Phrase | None = None
    spoke_in: int = -1
    violence: bool = False
    before: Tree | None = None


Read = Callable[[Token, ArticleContext], Phrase | None]
"""Reads a noun as an actor."""


class Antecedents:
    def __init__(self, read: Read) -> None:
        self._read = read

    def of(self, pronoun: Token, trigger: Token, context: ArticleContext) -> Phrase | None:
        """The subject of the clause around it, where it agrees; the speaker for "we" and "I"."""
        if pronoun.lower_ in ("we", "i"):
            return context.speaker
        number = _NUMBER.get(pronoun.lower_)
        if number is None:
            return None
        for above in ancestors(trigger):
            subject = child(above, "nsubj", "nsubjpass") if is_verb(above) else None
            if subject is None or subject.i >= pronoun.i or subject.tag_ == "PRP":
                continue
            reading = self._read(subject, context)
            if reading is None or not reading.is_actor:
                return None
            return reading if _agrees(number, reading, subject) else None
        earlier = self._subject_before(pronoun, number, context)
        return in_place_of(pronoun, earlier) if earlier is not None else None

    def _subject_before(
        self, pronoun: Token, number: int, context: ArticleContext
    ) -> Phrase | None:
        """The one subject before it, in its sentence or those before, that agrees; None where two
        do, or where the pronoun's own clause names the same one."""
        beside = {token.text for token in pronoun.head.subtree if token.tag_ == "NNP"}
        for sentence in _sentences_before(pronoun, context):
            agreeing: list[Phrase] = []
            for subject in sentence:
                if subject.dep_ not in SUBJECTS or subject.head.i == pronoun.head.i:
                    continue
                reading = self._read(subject, context)
                if reading is not None and reading.is_actor and _agrees(number, reading, subject):
                    agreeing.append(reading)
            if agreeing:
                certain = len({one.name for one in agreeing}) == 1
                named = agreeing[0].name.rpartition(" ")[2] in beside
                return agreeing[0] if certain and not named else None
        return None


def in_place_of(pronoun: Token, earlier: Phrase) -> Phrase:
    """What an earlier sentence named, with the pronoun's words."""
    return replace(
        earlier, head=pronoun, start=pronoun.i, end=pronoun.i + 1, antecedent=earlier.said
    )


def unresolved(pronoun: Token) -> Phrase | None:
    """Somebody of whom only the pronoun is known: the name is the pronoun, so that nobody takes it
    for one."""
    if pronoun.lower_ not in PRONOUNS:
        return None
    return Phrase(pronoun, pronoun.i, pronoun.i + 1, "pronoun", pronoun.lower_, None, None)


def _sentences_before(pronoun: Token, context: ArticleContext) -> Iterator[Stretch]:
    """The nearest first; what stands before the pronoun in its own is one too."""
    own = pronoun.sent
    yield pronoun.doc[own.start : pronoun.i]
    docs = [pronoun.doc] if context.before is None else [context.before, pronoun.doc]
    sentences = [
        one for doc in docs for one in doc.sents if doc is not pronoun.doc or one.start < own.start
    ]
    yield from reversed(sentences[-_LOOKED_BACK:])


def _agrees(number: int, reading: Phrase, subject: Token) -> bool:
    plural = subject.tag_ in ("NNS", "NNPS") or any(c.dep_ == "conj" for c in subject.children)
    if number == 2:
        return plural or reading.kind in ("body", "country")
    if number == 0:
        return not plural and reading.kind in ("body", "country")
    return not plural and (
        reading.kind == "person" or (reading.kind == "name" and resolve_place(reading.name) is None)
    )

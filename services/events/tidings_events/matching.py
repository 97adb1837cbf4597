"""Tries the rules on one trigger word: do the words around it fit, and are the slots filled?"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter
from typing import Final, NamedTuple

from tidings_events.actors import Memory, Phrase, read_actor
from tidings_events.arguments import PRONOUN_OBJECTS, Arguments, Frame
from tidings_events.grammar import (
    SUBJECTS,
    child,
    clause_of,
    is_noun,
    is_verb,
    light_verb,
    logical_object,
    logical_subject,
    outermost,
    takes_place,
)
from tidings_events.lexicon import ActorLexicon
from tidings_events.modality import will_not
from tidings_events.ontology import Ontology, Rule, Verb
from tidings_events.pronouns import ArticleContext
from tidings_events.tree import Token
from tidings_events.words import Words

_rank: Final = itemgetter(0)

Pair = tuple[Phrase | None, Phrase | None]

_COUNTED: Final = frozenset({"ASSAULT", "COERCE", "PROTEST"})
"""Types of acts whose targets a sentence may only count."""
_VERBAL_CONFLICT: Final = 3
_NEAR_ENOUGH: Final = 12
"""Words between a trigger and the sign of its mode."""


@dataclass(frozen=True)
class Match:
    """`sources` and `targets` hold every actor of a list: "A and B met C" is two events."""

    rule: Rule
    trigger: Token
    sources: tuple[Phrase, ...]
    targets: tuple[Phrase, ...]
    object: Token | None

    @cached_property
    def pairs(self) -> list[Pair]:
        """Each source with each target; none where the act does not belong to public life."""
        pairs = ((s, t) for s in self.sources or (None,) for t in self.targets or (None,))
        return [pair for pair in pairs if _is_public(pair, self.rule)]

    @cached_property
    def told_by(self) -> Token:
        """The word that tells the act: of "carried out an attack" the attack."""
        noun = self.object
        if noun is None or not self.rule.object.words.match(noun):
            return self.trigger
        light = light_verb(noun)
        return noun if light is not None and light.i == self.trigger.i else self.trigger


class Announced(NamedTuple):
    """A rule by one of its verbs. The lowest `rank` is tried first."""

    rank: int
    rule: Rule
    verb: Verb


class Matcher:
    """Rules by the words that can announce them; of those that fit, the most specific one counts,
    and of equals the first in the order of the files."""

    def __init__(self, ontology: Ontology, lexicon: ActorLexicon) -> None:
        self._verbs: dict[str, dict[str, list[Announced]]] = {}
        self._nouns: dict[str, list[Rule]] = {}
        pairs = [(rule, verb) for rule in ontology.rules for verb in rule.verbs]
        pairs.sort(key=lambda pair: (-len(pair[1].particles), -_specific(pair[0])))
        for rank, (rule, verb) in enumerate(pairs):
            first = verb.particles[0] if verb.particles else ""
            for form in verb.forms:
                by_particle = self._verbs.setdefault(form, {})
                by_particle.setdefault(first, []).append(Announced(rank, rule, verb))
        for rule in ontology.rules:
            for form in rule.nouns.heads():
                self._nouns.setdefault(form, []).append(rule)
        self._lexicon = lexicon
        self._arguments = Arguments(ontology.words, lexicon)
        self._signs = {one.event_type: one.signs for one in ontology.classes}
        self._contexts: dict[str, list[tuple[str, Words]]] = {}
        for name, words in ontology.contexts.items():
            for head in words.heads():
                self._contexts.setdefault(head, []).append((name, words))
        self._violent = ontology.words.expand(["@violent_causes"])
        self._figurative = ontology.words.expand(["@figurative"])

    @property
    def triggers(self) -> frozenset[str]:
        """Every lower-case word that can announce an event."""
        return frozenset(self._verbs) | frozenset(self._nouns)

    @property
    def violent_words(self) -> frozenset[str]:
        return self._violent.heads()

    @property
    def titles(self) -> frozenset[str]:
        """Single words that can stand before or beside a person's name."""
        return frozenset(
            word for word, role in self._lexicon.roles.items() if role.person and " " not in word
        )

    def read(self, noun: Token, context: ArticleContext) -> Phrase | None:
        return self._arguments.read(noun, context)

    def titled(self, title: Token) -> Phrase | None:
        """The person whose name the title stands before or beside, or None."""
        beside = title.dep_ == "appos" and title.head.tag_ == "NNP"
        if beside or title.dep_ in ("compound", "nmod"):
            name = title.head
        else:
            name = next((c for c in title.children if c.dep_ == "appos"), title)
        if name is title or name.tag_ != "NNP" or not is_noun(title):
            return None
        return read_actor(name, self._lexicon, {})

    def mode_of(self, match: Match) -> str | None:
        """What the rule says, or else the sign in the words under the trigger that is nearest."""
        signs = self._signs[match.rule.event_type]
        if match.rule.mode is not None or not signs:
            return match.rule.mode
        trigger = match.trigger
        top = light_verb(trigger) if is_noun(trigger) else trigger
        found = [
            (abs(token.i - trigger.i), signs[token.lower_])
            for token in (top if top is not None else trigger).subtree
            if token.lower_ in signs and abs(token.i - trigger.i) <= _NEAR_ENOUGH
        ]
        return min(found)[1] if found else None

    def contexts_of(self, sentence: Iterable[Token]) -> tuple[str, ...]:
        """Those of which the sentence has a word."""
        told = (
            name
            for token in sentence
            for name, words in self._contexts.get(token.lower_, ())
            if words.match(token)
        )
        return tuple(dict.fromkeys(told))

    def could_match(self, token: Token) -> bool:
        """A cheap look at the tag before anything else is looked at."""
        if token.tag_[0] == "N":
            return token.lower_ in self._nouns
        if not is_verb(token) or token.dep_ in ("aux", "auxpass"):
            return False
        return token.lower_ in self._verbs

    def match(self, token: Token, context: ArticleContext) -> Match | None:
        """The first rule that fits the word where it stands."""
        candidates = self._verb_frames(token) if is_verb(token) else self._noun_frames(token)
        matches = (self._fill(rule, frame, context) for rule, frame in candidates
                   if self._fits(rule, frame, context))  # fmt: skip
        return next((match for match in matches if match and match.pairs), None)

    def _verb_frames(self, token: Token) -> Iterator[tuple[Rule, Frame]]:
        plain: Frame | None = None
        behind = _behind(token, token)
        by_particle = self._verbs.get(token.lower_, {})
        announced = [one for word in ("", *behind) for one in by_particle.get(word, ())]
        for _, rule, verb in sorted(announced, key=_rank):
            if verb.prefix and not _has_prefix(token, verb.prefix):
                continue
            particles = _particles(token, verb.particles, behind) if verb.particles else []
            if particles is None or not _fits_clause(rule, token):
                continue
            if rule.refuses and not will_not(token):
                continue
            plain = plain or Frame(token, logical_subject(token), logical_object(token))
            if not particles and _befalls(rule, plain):
                yield rule, Frame(token, None, plain.subject)
                continue
            if plain.object is None and particles:
                yield rule, replace(plain, object=child(particles[-1], "pobj"))
            else:
                yield rule, plain

    def _noun_frames(self, token: Token) -> Iterator[tuple[Rule, Frame]]:
        if token.dep_ in ("compound", "nmod") and token.head.tag_ in ("NN", "NNS"):
            return  # "ceasefire talks" are no ceasefire
        for rule in self._nouns.get(token.lower_, ()):
            if (
                rule.nouns.match(token)
                and (not rule.occurs or takes_place(token))
                and (not rule.behind or _stands_behind(token, rule.behind))
            ):
                yield rule, Frame(token, None, token)

    def _fits(self, rule: Rule, frame: Frame, context: ArticleContext) -> bool:
        if frame.object is not None and self._figurative.match(frame.object):
            return False
        if rule.agentless and frame.subject is not None:
            return False
        nominal = frame.object is frame.trigger
        if not nominal and not rule.object.empty and not self._fits_object(rule, frame, context):
            return False
        return not (rule.forbidden and any(map(rule.forbidden.match, frame.near)))

    def _fits_object(self, rule: Rule, frame: Frame, context: ArticleContext) -> bool:
        noun = frame.object
        if noun is None:
            return False
        if noun.lower_ in PRONOUN_OBJECTS and rule.name in context.last_objects:
            return True
        return any(self._arguments.fits(rule.object, thing, context) for thing in frame.things)

    def _fill(self, rule: Rule, frame: Frame, context: ArticleContext) -> Match | None:
        sources = self._arguments.sources(rule, frame, context)
        if sources is None:
            return None
        targets = self._arguments.targets(rule, frame, context, sources)
        if rule.reciprocal and not targets and len(sources) > 1:
            sources, targets = sources[:1], sources[1:]
        if rule.mutual and not targets and not any(one.kind == "group" for one in sources):
            return None
        if ("source" in rule.needs and not sources) or ("target" in rule.needs and not targets):
            return None
        if frame.object is not None and targets:
            context.last_objects[rule.name] = targets
        return Match(rule, frame.trigger, sources, targets, frame.object)


def remember(readings: Iterable[Phrase | None], memory: Memory) -> None:
    """Notes persons with a title under their surname; the first one keeps it."""
    for reading in readings:
        if reading is None or reading.kind != "person" or " " not in reading.name:
            continue
        surname = reading.name.rpartition(" ")[2]
        if surname[:1].isupper():
            memory.setdefault(surname, reading)


def _has_prefix(verb: Token, prefix: str) -> bool:
    doc = verb.doc
    cut = verb.i > 1 and doc[verb.i - 1].text == "-"
    return cut and bool(doc[verb.i - 2].lower_ == prefix)


def _befalls(rule: Rule, frame: Frame) -> bool:
    """A headline's passive: of "Curfew lifted in Kano" the curfew is no doer."""
    subject = frame.subject
    return (
        frame.object is None
        and subject is not None
        and subject.dep_ == "nsubj"
        and frame.trigger.tag_ in ("VBD", "VBN")
        and child(frame.trigger, "aux", "xcomp", "ccomp") is None
        and child(subject, "det", "poss") is None
        and rule.object.words.match(subject)
        and not rule.subject.words.match(subject)
    )


def _stands_behind(noun: Token, prepositions: Collection[str]) -> bool:
    """ "*after* talks with", "*during* a visit to"."""
    top = outermost(noun)
    return top.dep_ == "pobj" and top.head.lower_ in prepositions


def _behind(verb: Token, holder: Token) -> dict[str, Token]:
    """The words that hang on the holder and follow the verb."""
    return {c.lower_: c for c in reversed(holder.children) if c.i > verb.i}


def _particles(
    verb: Token, particles: Sequence[str], behind: Mapping[str, Token]
) -> list[Token] | None:
    """The particles where they stand, each on the verb or on the one before; None where one is
    missing."""
    found: list[Token] = []
    for particle in particles:
        inner = _behind(verb, found[-1]) if found else {}
        match = inner.get(particle) or behind.get(particle)
        if match is None:
            return None
        found.append(match)
    return found


def _fits_clause(rule: Rule, trigger: Token) -> bool:
    """Does the verb have the complement that the rule asks for, or none where it forbids one?"""
    if rule.clause == "any" and not (rule.clause_verbs or rule.clause_auxiliaries):
        return True
    complement = clause_of(trigger)
    if complement is None:
        return rule.clause != "required"
    if rule.clause == "forbidden":
        return False
    subject = child(complement, *SUBJECTS) if rule.clause_subjects else None
    if rule.clause_subjects and (subject is None or subject.lower_ not in rule.clause_subjects):
        return False
    if rule.clause_verbs and complement.lower_ not in rule.clause_verbs:
        return False
    return not rule.clause_auxiliaries or any(
        c.dep_ == "aux" and c.lower_ in rule.clause_auxiliaries for c in complement.children
    )


def _specific(rule: Rule) -> int:
    narrowed = bool(rule.object.words) + bool(rule.clause_verbs) + (rule.clause == "required")
    return narrowed + 2 * rule.refuses


def _is_public(pair: Pair, rule: Rule) -> bool:
    """One of the two must be known to belong to public life, or the act itself do so, as an arrest
    does; and the source must be able to do it."""
    source, target = pair
    if source is not None and (rule.powers and not source.has_power):
        return False
    if rule.public:
        actors = [actor for actor in pair if actor is not None]
        private = all(actor.kind == "thing" or actor.sector == "BUS" for actor in actors)
        return rule.quad_class != _VERBAL_CONFLICT or not actors or not private
    if target is not None and target.head.tag_ == "CD" and rule.event_type not in _COUNTED:
        return False  # "killed three", but not "recognises 200"
    if source is not None and target is None and not (source.specific or rule.mutual):
        return False
    if source is not None and source.sector == "BUS":  # companies among themselves are business
        if target is None or target.sector == "BUS":
            return False
        return target.political and target.kind != "thing"
    if any(actor is not None and actor.political for actor in pair):
        return True
    if source is None:  # somebody was struck, nobody says by whom
        return rule.event_type == "ASSAULT" and target is not None and target.is_actor
    return rule.event_type == "PROTEST" and source.sector is not None

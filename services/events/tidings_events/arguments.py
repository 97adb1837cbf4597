"""Fills the slots of an event: follows a rule's paths through the tree to the actors there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tidings_events.actors import Phrase, read_actor
from tidings_events.grammar import (
    agent,
    child,
    clause_of,
    conjuncts,
    content,
    inside,
    is_noun,
    is_verb,
    light_verb,
    logical_object,
    logical_subject,
    outermost,
    prepositional_object,
    receiver,
    suffered_by,
)
from tidings_events.knowledge import verb_set
from tidings_events.lexicon import ActorLexicon
from tidings_events.ontology import Constraint, Rule
from tidings_events.pronouns import (
    PRONOUNS,
    Antecedents,
    ArticleContext,
    Phrases,
    in_place_of,
    unresolved,
)
from tidings_events.tree import Token
from tidings_events.whereabouts import resolve_place
from tidings_events.words import WordLists

PRONOUN_OBJECTS: Final = frozenset({"it", "them"})
_OPEN: Final = frozenset({"PRP", "DT", "EX", "WP", "WDT"})
"""Tags of what only points at somebody."""
_MOVES: Final = frozenset({"MOBILIZE", "RETREAT"})
"""What stands inside these is what is moved."""
_DEPTH: Final = 6
_ABOUT: Final = frozenset({"dobj", "pobj", "prep", "xcomp", "ccomp", "acl", "pcomp", "agent"})
_MANNER: Final = frozenset(
    [
        "after", "before", "during", "since", "by", "as", "because", "like", "amid", "following",
        "at", "in", "out", "from", "near", "across", "inside", "outside", "within", "until",
        "despite",
    ]
)  # fmt: skip

_CLAUSE_PREPOSITIONS: Final = (
    "to", "with", "against", "on", "for", "from", "at", "into", "in", "of",
)  # fmt: skip
_TAKES_THINGS: Final = frozenset({"on", "against", "of", "for", "over", "at", "into", "to"})
_LOCAL: Final = frozenset(
    {"in", "across", "around", "near", "along", "into", "over", "inside", "outside"}
)


@dataclass(frozen=True)
class Frame:
    """The trigger with its logical arguments."""

    trigger: Token
    subject: Token | None
    object: Token | None

    @cached_property
    def things(self) -> list[Token]:
        """What is acted on: each thing of a list, and what it only counts."""
        listed = conjuncts(self.object) if self.object is not None else ()
        return [inner for item in listed for inner in content(item)]

    @cached_property
    def near(self) -> list[Token]:
        """The words at the trigger, in its arguments and behind its prepositions."""
        light = light_verb(self.trigger) if self.object is self.trigger else None
        found = [self.subject, self.object, *self.trigger.children]
        found += light.children if light is not None else ()
        found += [c for prep in self.trigger.children if prep.dep_ == "prep" for c in prep.children]
        found += self.object.children if self.object is not None else ()
        return [inner for noun in found if noun is not None for inner in content(noun)]


class Arguments:
    """The paths of rules: each method gives the actors at the end of one."""

    def __init__(self, words: WordLists, lexicon: ActorLexicon) -> None:
        self._lexicon = lexicon
        self._antecedents = Antecedents(self.read)
        self._instruments = words.expand(["@instruments"])
        self._violent = words.expand(["@violent_causes"])

    def read(self, noun: Token, context: ArticleContext) -> Phrase | None:
        return read_actor(noun, self._lexicon, context.memory)

    def fits(self, constraint: Constraint, noun: Token, context: ArticleContext) -> bool:
        if "any" in constraint.kinds or constraint.words.match(noun):
            return True
        reading = self.read(noun, context) if constraint.kinds else None
        if reading is None:
            return False
        return (
            ("actor" in constraint.kinds and reading.is_actor)
            or ("person" in constraint.kinds and reading.kind in ("person", "group", "name"))
            or ("place" in constraint.kinds and _is_place(reading))
        )

    def sources(self, rule: Rule, frame: Frame, context: ArticleContext) -> Phrases | None:
        """None where what stands in the source's place rules the event out."""
        found: Phrases | None = ()
        for path in rule.source:
            found = self._along(path, rule, frame, context)
            if found is None or found:
                break
        return found

    def targets(
        self, rule: Rule, frame: Frame, context: ArticleContext, sources: Sequence[Phrase]
    ) -> Phrases:
        """Never one of the sources; "it" is what the same rule acted on before."""
        pronoun = frame.object
        if pronoun is not None and pronoun.lower_ in PRONOUN_OBJECTS and not rule.object.empty:
            earlier = context.last_objects.get(rule.name, ())
            if earlier:
                return tuple(
                    one if one.head.doc is pronoun.doc else in_place_of(pronoun, one)
                    for one in earlier
                )
        for path in rule.target:
            found = _others(self._along(path, rule, frame, context) or (), sources)
            if found:
                return found
        given = "target" in rule.needs or not rule.target or rule.event_type in _MOVES
        among_them = rule.reciprocal and len(sources) > 1
        return () if given or among_them else self._within(frame, sources, context)

    def _within(self, frame: Frame, sources: Sequence[Phrase], context: ArticleContext) -> Phrases:
        """Nowhere where the rule looks: the nearest actor of public life in what the act is about,
        "lifted a ban imposed on *Chadian citizens*", "agreed to lift a ban on *US poultry*"."""
        level: list[Token] = list(frame.trigger.children)
        for _ in range(_DEPTH):
            level = [token for token in level if _leads_on(token, frame)]
            for token in level:
                named = self._actors(token, context) if is_noun(token) else ()
                found = _others(named, sources)
                if public := tuple(one for one in found if one.political or one.kind == "person"):
                    return public
            level = [child for token in level for child in token.children]
        return ()

    def _along(
        self, path: str, rule: Rule, frame: Frame, context: ArticleContext
    ) -> Phrases | None:
        trigger, noun = frame.trigger, frame.object
        match path:
            case "subject":
                return self._subject(rule, frame, context)
            case "cause":
                return self._cause(frame, context)
            case "object":
                return self._actors(noun, context)
            case "dative":
                return self._actors(receiver(light_verb(trigger) or trigger), context)
            case "thing":
                return self._thing(noun, context)
            case "owner":
                return self._owners(noun, context)
            case "possessor":
                return self._possessors(trigger, context)
            case "origin":
                return self._origins(trigger, context)
            case "bearer":
                return self._bearer(rule, trigger, context)
            case "undergoer":
                return self._actors(suffered_by(trigger), context)
            case "attendant":
                return self._attendants(rule, trigger, context)
        complement = clause_of(trigger) if path.startswith("clause") else None
        if complement is not None and path == "clause":
            return self._in_clause(complement, context)
        if complement is not None:
            return self._actors(child(complement, "nsubj", "nsubjpass"), context)
        return self._behind(path, trigger, noun, context)

    def _subject(self, rule: Rule, frame: Frame, context: ArticleContext) -> Phrases | None:
        subject = frame.subject
        if subject is None:
            return ()
        if subject.tag_ in _OPEN:
            resolved = self._antecedents.of(subject, frame.trigger, context)
            if "actor" in rule.subject.kinds or rule.subject.words.match(subject):
                resolved = resolved or unresolved(subject)
                return () if resolved is None else (resolved,)
            fits = resolved is not None and self.fits(rule.subject, resolved.said, context)
            return (resolved,) if resolved is not None and fits else None
        for inner in content(subject):
            if self._instruments.match(inner):
                owners = self._owners(inner, context)
                if rule.subject.words.match(inner):
                    return owners
                able = tuple(one for one in owners if self._may_act(rule, one, context))
                return able if able or "actor" in rule.subject.kinds else None
        found = self._actors(subject, context)
        fitting = tuple(one for one in found if one.is_actor and self._may_act(rule, one, context))
        if fitting or not self.fits(rule.subject, subject, context):
            return fitting or None
        return found or self._thing(subject, context)

    def _bearer(self, rule: Rule, noun: Token, context: ArticleContext) -> Phrases | None:
        """Who does the act of a noun: "*X* held talks", "a raid carried out by *X*"."""
        verb = light_verb(noun)
        if verb is None:
            carried = child(noun, "acl")
            if carried is None or carried.lower_ not in verb_set("verbs", "verbs", "light"):
                return ()
            return self._only_actors(agent(carried), context)
        return self._subject(rule, Frame(verb, logical_subject(verb), noun), context)

    def _attendants(self, rule: Rule, noun: Token, context: ArticleContext) -> Phrases | None:
        """Who does something else then: "after talks with Peru, *Chile* closed the border"."""
        top = outermost(noun)
        verb = top.head.head if top.dep_ == "pobj" else top
        if not is_verb(verb):
            return ()
        return self._subject(rule, Frame(verb, logical_subject(verb), noun), context) or ()

    def _may_act(self, rule: Rule, reading: Phrase, context: ArticleContext) -> bool:
        return "actor" in rule.subject.kinds or self.fits(rule.subject, reading.head, context)

    def _cause(self, frame: Frame, context: ArticleContext) -> Phrases | None:
        """ "killed in a Taliban attack", "a blast killed three": who attacked, if that is known;
        None where neither the sentence nor those around it tell of an attack."""
        told = prepositional_object(frame.trigger, "in", "during", "by", "after")
        for noun in (told, frame.subject):
            if noun is not None and self._violent.match(content(noun)[-1]):
                return self._owners(noun, context)
        killed = child(frame.trigger, "auxpass") is not None and frame.subject is None
        died = frame.object is None and frame.subject is not None
        return () if (killed or died) and context.violence else None

    def _actors(
        self, noun: Token | None, context: ArticleContext, *, or_owners: bool = False
    ) -> Phrases:
        """The actors (and places, as targets) of a noun phrase and those joined to it."""
        found: list[Phrase] = []
        for item in conjuncts(noun) if noun is not None else ():
            if item.tag_ == "PRP" and item.lower_ in PRONOUNS:
                somebody = self._antecedents.of(item, item.head, context) or unresolved(item)
                found += [somebody] if somebody is not None else []
                continue
            reading = self.read(item, context)
            if reading is not None and (reading.is_actor or reading.kind == "place"):
                found += self._spread(reading, item, context)
            elif reading is not None and or_owners:
                found += self._owners(item, context) or (reading,)
        return tuple(found)

    def _only_actors(self, noun: Token | None, context: ArticleContext) -> Phrases:
        return tuple(one for one in self._actors(noun, context) if one.is_actor)

    def _spread(self, reading: Phrase, noun: Token, context: ArticleContext) -> list[Phrase]:
        """ "Bishops in Ghana and Togo" are of two countries, and two actors."""
        if reading.kind != "group":
            return [reading]
        for preposition in ("in", "of", "from"):
            place = prepositional_object(noun, preposition)
            names = conjuncts(place) if place is not None else []
            known = [one for name in names if (one := self.read(name, context)) is not None]
            if len(known) > 1 and len(known) == len(names) and _are_countries(known):
                end = names[-1].i + 1
                return [
                    Phrase(
                        noun, reading.start, end, "group", f"{noun.text} {preposition} {one.name}",
                        one.country, reading.sector,
                    )
                    for one in known
                ]  # fmt: skip
        return [reading]

    def _thing(self, noun: Token | None, context: ArticleContext) -> Phrases:
        reading = self.read(noun, context) if noun is not None else None
        return (reading,) if reading is not None else ()

    def _owners(self, noun: Token | None, context: ArticleContext) -> Phrases:
        """Whose it is: "Russia's resolution", "a Taliban attack", "an attack by rebels"."""
        if noun is None:
            return ()
        noun = content(noun)[-1]
        of = self._only_actors(prepositional_object(noun, "of", "from"), context)
        return (
            self._possessors(noun, context)
            or self._origins(noun, context)
            or self._by(noun, context)
            or tuple(one for one in of if one.political)
        )

    def _by(self, noun: Token, context: ArticleContext) -> Phrases:
        """Also behind what it was done to: "the arrest of two men by the police"."""
        doers = (prepositional_object(part, "by") for part in inside(noun))
        return next((found for doer in doers if (found := self._only_actors(doer, context))), ())

    def _possessors(self, noun: Token, context: ArticleContext) -> Phrases:
        owner = child(noun, "poss")
        if owner is not None and owner.tag_ == "PRP$":
            found = self._antecedents.of(owner, owner, context)
            return (found,) if found is not None else ()
        return self._only_actors(owner, context)

    def _origins(self, noun: Token, context: ArticleContext) -> Phrases:
        """A nationality or an actor's name before the noun: "Israeli shelling", "US army raid"."""
        for left in noun.lefts:
            if left.dep_ in ("amod", "compound", "nmod"):
                reading = self._modifier(left, context)
                if reading is not None:
                    return (reading,)
        return ()

    def _modifier(self, left: Token, context: ArticleContext) -> Phrase | None:
        country = self._lexicon.by_adjective(left.text)
        if country is not None:
            return Phrase(left, left.i, left.i + 1, "country", left.text, country, None)
        reading = self.read(left, context) if is_noun(left) else None
        if reading is None or not reading.is_actor:
            return None
        return reading if reading.country or reading.sector else None

    def _behind(
        self, preposition: str, trigger: Token, noun: Token | None, context: ArticleContext
    ) -> Phrases:
        """What a preposition of the trigger, of its object or inside that phrase points at."""
        things = preposition in _TAKES_THINGS
        light = light_verb(trigger) if is_noun(trigger) else None
        holders = [*inside(noun), light] if light is not None else [trigger, *inside(noun)]
        pointed_at = (prepositional_object(holder, preposition) for holder in holders)
        actors = (self._actors(one, context, or_owners=things) for one in pointed_at)
        found = next(filter(None, actors), ())
        return tuple(one.as_place() for one in found) if preposition in _LOCAL else found

    def _in_clause(self, verb: Token, context: ArticleContext, depth: int = 0) -> Phrases:
        """Whom the act of a complement is aimed at: "threatened to attack *the base*"."""
        noun = logical_object(verb)
        first = () if _transfers(verb) else self._whose(noun, context)
        found = first or self._aimed_at(verb, noun, context) or self._whose(noun, context)
        inner = clause_of(verb)
        if not found and inner is not None and depth < 2:
            return self._in_clause(inner, context, depth + 1)
        return found

    def _aimed_at(self, verb: Token, noun: Token | None, context: ArticleContext) -> Phrases:
        for holder in (verb, *inside(noun)):
            for preposition in _CLAUSE_PREPOSITIONS:
                found = self._whose(prepositional_object(holder, preposition), context)
                if preposition in _LOCAL:
                    found = tuple(one.as_place() for one in found if _is_place(one))
                if found:
                    return found
        return ()

    def _whose(self, noun: Token | None, context: ArticleContext) -> Phrases:
        return self._actors(noun, context) or self._owners(noun, context)


def _leads_on(token: Token, frame: Frame) -> bool:
    """Into the object and the complement; not to the doer, to another act, to time and manner."""
    subject = frame.subject is not None and token.i == frame.subject.i
    return (
        token.i > frame.trigger.i
        and not subject
        and token.dep_ in _ABOUT
        and (token.dep_ != "prep" or token.lower_ not in _MANNER)
    )


def _transfers(verb: Token) -> bool:
    return verb.lower_ in verb_set("verbs", "verbs", "transfer")


def _others(found: Phrases, sources: Sequence[Phrase]) -> Phrases:
    """Those that are none of the sources."""
    return tuple(one for one in found if not any(_same(one, source) for source in sources))


def _same(one: Phrase, other: Phrase) -> bool:
    return one.head.i == other.head.i or (one.name == other.name and one.country == other.country)


def _is_place(reading: Phrase) -> bool:
    if reading.kind == "name":
        return resolve_place(reading.name) is not None
    return reading.kind in ("place", "country")


def _are_countries(readings: Sequence[Phrase]) -> bool:
    return all(one.kind == "country" and one.country is not None for one in readings)

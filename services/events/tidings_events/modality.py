"""Did it happen? Negation, plans, threats, demands, conditions and denials, each with the word that
says so."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple

from tidings.messages import Modality
from tidings_events.grammar import (
    SUBJECTS,
    ancestors,
    child,
    is_passive,
    is_verb,
    light_verb,
    outermost,
    takes_place,
)
from tidings_events.knowledge import table, verb_set, word_set
from tidings_events.tree import Token

_NEGATORS: Final = frozenset(
    [
        "not", "n't", "n’t", "never", "no", "without", "neither", "nobody", "none", "seldom",
        "rarely", "hardly",
    ]
)  # fmt: skip
_BE: Final = frozenset({"is", "are", "was", "were", "'s", "’s"})
_NOBODY: Final = frozenset({"no", "none", "neither", "nobody", "nothing"})
_CONDITIONS: Final = frozenset({"if", "unless", "whether", "lest"})
_HAD_OR_WOULD: Final = frozenset({"'d", "’d"})
_WOULD: Final = _HAD_OR_WOULD | {"would"}
_WILL: Final = frozenset({"will", "'ll", "’ll", "wo", "shall"})
_BY_AUXILIARY: Final[tuple[tuple[frozenset[str], Modality], ...]] = (
    (frozenset({"must", "should"}), "demanded"),
    (_WILL, "planned"),
    (frozenset({"may", "might", "could", "can"}) | _WOULD, "hypothetical"),
)
_AFTERWARDS: Final = frozenset({"later", "subsequently", "eventually"})
_YEAR: Final = re.compile(r"(?:1[6-9]|20)\d\d")
_BY_CLAUSE: Final = frozenset({"xcomp", "ccomp", "pcomp", "advcl"})
_PASSED_ON: Final = frozenset({"negated", "hypothetical", "planned"})
"""What a governing verb's own modality makes of its complement."""
_OF_WHAT_IS_NAMED: Final = frozenset({"dobj", "nsubjpass", "pobj"})


class Judged(NamedTuple):
    """`because`: the word that says so; None where nothing does, and the act is asserted."""

    modality: Modality
    because: Token | None


ASSERTED: Final = Judged("asserted", None)


def modality_of(trigger: Token, *, is_said: bool = False) -> Judged | None:
    """For a verb; a noun trigger takes what governs it. None for what somebody is only accused,
    charged or found guilty of: that is an event of its own, by its own word. `is_said`: the act is
    one of speech, whose conditions are those of what is said ("threatened to attack unless")."""
    if _is_laid_to_charge(trigger):
        return None
    own = _own(trigger, is_said=is_said) if is_verb(trigger) else _of_noun(trigger)
    if own is not None:
        return own
    for clause, governor in _governors(trigger):
        if _is_laid_to_charge(clause):
            return None
        found = _governed(clause, governor)
        if found is not None:
            return found
    return ASSERTED


def will_not(verb: Token) -> bool:
    """ "will not accept", "would never talk": a refusal."""
    shared = verb.dep_ == "conj" and child(verb, "aux", *SUBJECTS) is None
    holder = verb.head if shared and is_verb(verb.head) else verb
    willing = _WOULD | _WILL if verb.tag_ == "VB" else _WILL
    will = any(c.dep_ == "aux" and c.lower_ in willing for c in holder.children)
    return will and any(_negator(c) is not None for c in holder.children if c.dep_ != "nsubj")


def told_as_history(trigger: Token, year: int | None, now: int) -> Judged | None:
    """The past of the story: the event's own `year` is well before that of the article, `now`; an
    anniversary; "the 1974 resignation", "a previous arrest", "who was later freed"."""
    if year is not None:
        return Judged("historical", None) if year < now - 1 else None
    named = next((c for c in trigger.children if _is_year(c) and int(c.text) < now - 1), None)
    if named is not None:
        return Judged("historical", named)
    if trigger.dep_ == "relcl":
        later = next((c for c in trigger.children if c.lower_ in _AFTERWARDS), None)
        if later is not None:
            return Judged("historical", later)
    ago = next((c for c in trigger.children if c.lower_ == "ago"), None)
    if ago is not None and any(c.lower_ in ("years", "decades") for c in ago.children):
        return Judged("historical", ago)
    history = word_set("verbs", "words", "history")
    near = (*islice(ancestors(trigger), 3), *trigger.children)
    told = next((token for token in near if token.lower_ in history), None)
    return Judged("historical", told) if told is not None else None


def _is_year(token: Token) -> bool:
    return token.tag_ == "CD" and _YEAR.fullmatch(token.text) is not None


def _own(verb: Token, *, is_said: bool = False) -> Judged | None:
    """From the words around the verb itself: "not", "will", "if"."""
    conditions = () if is_said else (c for c in verb.children if c.dep_ == "advcl")
    condition = _condition(verb) or next(
        (found for c in conditions if (found := _condition(c))), None
    )
    if condition is not None:
        return Judged("hypothetical", condition)
    negator = next((found for c in verb.children if (found := _negator(c)) is not None), None)
    if negator is not None:
        return Judged("negated", negator)
    if verb.dep_ == "pcomp" and verb.head.lower_ in ("without", "against"):
        return Judged("negated", verb.head)
    auxiliaries = {c.lower_: c for c in verb.children if c.dep_ in ("aux", "auxpass")}
    if verb.tag_ != "VB":
        auxiliaries = {word: c for word, c in auxiliaries.items() if word not in _HAD_OR_WOULD}
    for words, modality in _BY_AUXILIARY:
        said = next((auxiliaries[word] for word in auxiliaries if word in words), None)
        if said is not None:
            reported = said.lower_ in _WOULD and verb.dep_ == "ccomp"
            return Judged("planned" if reported else modality, said)
    if verb.dep_ == "csubj":
        return Judged("hypothetical", verb)  # "lifting the ban is out of the question"
    if "to" in auxiliaries and verb.dep_ == "ROOT":
        return Judged("planned", auxiliaries["to"])  # a headline: "Putin to visit Minsk"
    return _shared(verb)


def _negator(c: Token) -> Token | None:
    """The child of a verb that negates it, or the word in that child that does."""
    match c.dep_:
        case "neg":
            return c if c.i < c.head.i and not _is_not_only(c) else None
        case "det" | "advmod" | "preconj":
            return c if c.lower_ in _NEGATORS and not _is_not_only(c) else None
        case "aux" | "auxpass":
            return next((g for g in c.children if g.dep_ == "neg" and not _is_not_only(g)), None)
        case "nsubj" | "nsubjpass" | "dobj":
            return next((d for d in (c, *c.children) if d.lower_ in _NOBODY), None)
    return None


def _is_not_only(negator: Token) -> bool:
    """ "not only accepted": did."""
    after = negator.doc[negator.i + 1] if negator.i + 1 < len(negator.doc) else None
    return after is not None and after.lower_ in ("only", "just", "merely", "simply")


def _shared(verb: Token) -> Judged | None:
    """ "will meet and sign": the second verb has the first one's auxiliary."""
    if verb.dep_ != "conj" or not is_verb(verb.head):
        return None
    if child(verb, "aux", "auxpass", *SUBJECTS) is not None:
        return None
    alike = verb.tag_ in ("VB", "VBN", "VBG") or verb.tag_ == verb.head.tag_
    return _own(verb.head) if alike else None


def _is_laid_to_charge(trigger: Token) -> bool:
    """ "accused of killing", "charged with the murder", "two counts of kidnapping"."""
    clause = trigger
    for _ in range(3):
        if clause.dep_ != "conj":
            break
        clause = clause.head
    top = clause if is_verb(clause) else outermost(clause)
    if top.dep_ not in ("pcomp", "pobj") or top.head.lower_ not in (
        "of",
        "with",
        "for",
        "on",
        "to",
    ):
        return False
    holder = top.head.head
    if is_verb(holder):
        return holder.lower_ in verb_set("verbs", "verbs", "laid_to_charge")
    return holder.lower_ in word_set("verbs", "words", "charges")


def _of_noun(noun: Token) -> Judged | None:
    """ "no attack", "a planned attack", "will hold talks", "demanded the release of"."""
    top = outermost(noun)
    planned = word_set("verbs", "words", "planned_nouns")
    for c in (*noun.children, *top.children):
        if c.dep_ == "det" and c.lower_ == "no":
            return Judged("negated", c)
        if c.lower_ in planned:
            return Judged("planned", c)
    light = light_verb(noun)
    if light is not None:
        planned_by = light if _said_by(light) == "planned" else None
        return _own(light) or (Judged("planned", planned_by) if planned_by is not None else None)
    preposition = top.head if top.dep_ == "pobj" else None
    verb = preposition.head if preposition is not None else top.head
    if is_verb(verb) and top.dep_ in SUBJECTS:
        return _own(verb) if takes_place(noun) or top.dep_ == "nsubjpass" else None
    if preposition is not None and preposition.lower_ in ("of", "for"):
        above: Mapping[Modality, list[str]] = table("verbs")["nouns_above"]
        found = next((kind for kind, words in above.items() if verb.lower_ in words), None)
        if found is not None:
            return Judged(found, verb)
    if not is_verb(verb):
        return None
    wanted = preposition is None or preposition.lower_ in ("for", "of", "on")
    if top.dep_ not in _OF_WHAT_IS_NAMED or not wanted:
        return None
    said = _said_by(verb)
    if said == "negated" and verb.lower_ not in verb_set("verbs", "verbs", "prevent"):
        return None  # "rejected a demand": it was made
    return None if said is None or _undone(said, verb) else Judged(said, verb)


def _governors(trigger: Token) -> Iterator[tuple[Token, Token]]:
    """The chain of verbs (and adjectives: "ready to") that the trigger depends on as complement."""
    token = trigger
    for _ in range(6):
        head = token.head
        if head.i == token.i:
            return
        if token.dep_ in _BY_CLAUSE or (token.dep_ == "acl" and token.tag_ == "VB"):
            yield token, head.head if token.dep_ == "pcomp" else head
            if token.dep_ == "advcl" and token.tag_ not in ("VB", "VBG"):
                return  # "is to appear in court after he was arrested"
        elif token.dep_ not in ("conj", "dobj", "pobj", "prep", "relcl", "nsubj", "nsubjpass"):
            return
        if token.dep_ == "relcl":
            return
        token = head


def _governed(clause: Token, governor: Token) -> Judged | None:
    if _is_ruled_out(governor):
        return Judged("negated", governor)
    if clause.dep_ == "advcl" and clause.tag_ != "VB":
        condition = _condition(clause)
        return Judged("hypothetical", condition) if condition is not None else None
    if clause.dep_ == "acl" and _ranks(governor):
        return None  # "the first country to recognise it" did
    own = _own(governor) if is_verb(governor) and clause.dep_ in ("xcomp", "pcomp") else None
    own = own if own is not None and own.modality in _PASSED_ON else None
    if governor.lower_ in verb_set("verbs", "verbs", "doing_so"):
        return own
    if governor.lower_ in _BE and clause.dep_ == "xcomp" and clause.tag_ == "VB":
        return own or Judged("planned", governor)  # "is to be sentenced"
    said = _said_by(governor)
    finite = clause.dep_ == "ccomp" and _is_finite(clause)
    if said == "demanded" and clause.tag_ in ("VB", "VBP"):
        finite = False  # "demanded that the army release them"
    if said == "denied" or (said is not None and not finite):
        return None if _undone(said, governor) else Judged(said, governor)
    if finite and is_verb(governor) and governor.i < clause.i:
        told = _own(governor)
        if told is not None and told.modality == "negated":
            return Judged("hypothetical", told.because)  # "did not say that they left"
    purpose = clause.dep_ in ("advcl", "acl")
    return own or (Judged("planned", child(clause, "aux") or governor) if purpose else None)


def _is_finite(verb: Token) -> bool:
    """Not "to work" or "working", but "worked" and "was working"."""
    return verb.tag_ in ("VBD", "VBZ", "VBP", "VBN") or any(
        c.dep_ in ("aux", "auxpass") and c.tag_ in ("VBD", "VBZ", "VBP") for c in verb.children
    )


def _said_by(governor: Token) -> Modality | None:
    """What the governing word says of its complement, by rules/verbs.toml."""
    lower = governor.lower_
    kinds: Mapping[Modality, object] = table("verbs")["governors"]
    found = (kind for kind in kinds if lower in verb_set("verbs", "governors", kind))
    if lower in word_set("verbs", "words", "planned"):
        return "planned"
    return next(found, None)


def _undone(said: Modality, governor: Token) -> bool:
    """ "did not deny", "was prevented": the governing word is taken back, or says nothing."""
    if said == "denied":
        return any(c.dep_ == "neg" for c in governor.children)
    if said != "negated":
        return False
    return is_passive(governor) or any(_negator(c) is not None for c in governor.children)


def _is_ruled_out(governor: Token) -> bool:
    """ "ruled out joining", "held off sending"."""
    return governor.lower_ in verb_set("verbs", "verbs", "rule_out") and any(
        c.dep_ == "prt" and c.lower_ in ("out", "off") for c in governor.children
    )


def _ranks(noun: Token) -> bool:
    """ "the first country (in the region) to ..."."""
    outer = noun.head.head if noun.dep_ == "pobj" else noun
    ranks = word_set("verbs", "words", "ranks")
    return any(c.lower_ in ranks for c in (*noun.children, *outer.children))


def _condition(clause: Token) -> Token | None:
    """The "if" of a clause."""
    marks = (c for c in clause.children if c.dep_ == "mark" and c.lower_ in _CONDITIONS)
    return next(marks, None)

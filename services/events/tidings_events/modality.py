"""Did it happen? Negation, plans, threats, demands, conditions and denials."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Final

from tidings.messages import Modality
from tidings_events.grammar import SUBJECTS, Token, ancestors, child, is_passive, is_verb
from tidings_events.knowledge import table, verb_set, word_set

_NEGATORS: Final = frozenset(
    ["not", "n't", "n’t", "never", "no", "without", "neither", "nobody", "none"]
)
_CONDITIONS: Final = frozenset({"if", "unless", "whether", "lest"})
_MAY: Final = frozenset({"may", "might", "could", "can", "would", "'d", "’d"})
_WOULD: Final = frozenset({"would", "'d", "’d"})
_WILL: Final = frozenset({"will", "'ll", "’ll", "wo", "shall"})
_MUST: Final = frozenset({"must", "should"})
_BY_CLAUSE: Final = frozenset({"xcomp", "ccomp", "pcomp", "advcl"})


def modality_of(trigger: Token) -> Modality:
    """For a verb; a noun trigger takes what governs it."""
    own = _own(trigger) if is_verb(trigger) else _of_noun(trigger)
    if own is not None:
        return own
    for clause, governor in _governors(trigger):
        found = _governed(clause, governor)
        if found is not None:
            return found
    return "asserted"


def is_historical(trigger: Token, year: int | None, published_at: datetime | None) -> bool:
    """Told as the past of the story: a year well before its publication, an anniversary."""
    if year is not None and published_at is not None:
        return year < published_at.year - 1
    history = word_set("verbs", "words", "history")
    near = (*islice(ancestors(trigger), 3), *trigger.children)
    return any(token.lower_ in history for token in near)


def _own(verb: Token) -> Modality | None:
    """From the words around the verb itself: "not", "will", "if"."""
    if _is_condition(verb) or any(c.dep_ == "advcl" and _is_condition(c) for c in verb.children):
        return "hypothetical"
    if any(_negates(c) for c in verb.children):
        return "negated"
    if verb.dep_ == "pcomp" and verb.head.lower_ in ("without", "against"):
        return "negated"
    auxiliaries = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    if auxiliaries & _MUST:
        return "demanded"
    if auxiliaries & _WILL:
        return "planned"
    if auxiliaries & _MAY:
        return "planned" if auxiliaries & _WOULD and verb.dep_ == "ccomp" else "hypothetical"
    if "to" in auxiliaries and verb.dep_ == "ROOT":
        return "planned"  # a headline: "Putin to visit Minsk"
    return _shared(verb)


def _negates(child_of_verb: Token) -> bool:
    c = child_of_verb
    match c.dep_:
        case "neg":
            return True
        case "det" | "advmod" | "preconj":
            return c.lower_ in _NEGATORS
        case "aux" | "auxpass":
            return any(g.dep_ == "neg" for g in c.children)
        case "nsubj" | "nsubjpass" | "dobj":
            return any(d.lower_ in ("no", "none", "neither") for d in (c, *c.children))
    return False


def _shared(verb: Token) -> Modality | None:
    """ "will meet and sign": the second verb has the first one's auxiliary."""
    if verb.dep_ != "conj" or not is_verb(verb.head):
        return None
    if child(verb, "aux", "auxpass", *SUBJECTS) is not None:
        return None
    alike = verb.tag_ in ("VB", "VBN", "VBG") or verb.tag_ == verb.head.tag_
    return _own(verb.head) if alike else None


def _of_noun(noun: Token) -> Modality | None:
    if any(c.dep_ == "det" and c.lower_ == "no" for c in noun.children):
        return "negated"
    planned = word_set("verbs", "words", "planned_nouns")
    if any(c.lower_ in planned for c in noun.children):
        return "planned"
    return None


def _governors(trigger: Token) -> Iterator[tuple[Token, Token]]:
    """The chain of verbs (and adjectives: "ready to") that the trigger depends on as complement."""
    token = trigger
    for _ in range(6):
        head = token.head
        if head.i == token.i:
            return
        if token.dep_ in _BY_CLAUSE or (token.dep_ == "acl" and token.tag_ == "VB"):
            yield token, head.head if token.dep_ == "pcomp" else head
        elif token.dep_ not in ("conj", "dobj", "pobj", "prep", "relcl", "nsubj", "nsubjpass"):
            return
        if token.dep_ == "relcl":
            return
        token = head


def _governed(clause: Token, governor: Token) -> Modality | None:
    if clause.dep_ == "advcl" and clause.tag_ != "VB":
        return "hypothetical" if _is_condition(clause) else None
    if clause.dep_ == "acl" and _ranks(governor):
        return None  # "the first country to recognise it" did
    own = _own(governor) if is_verb(governor) and clause.dep_ in ("xcomp", "pcomp") else None
    own = own if own in ("negated", "hypothetical", "planned") else None
    if governor.lower_ in verb_set("verbs", "verbs", "doing_so"):
        return own
    finite = clause.dep_ == "ccomp" and _is_finite(clause)
    said = _said_by(governor)
    if said == "denied" or (said is not None and not finite):
        return None if _undone(said, governor) else said
    if finite and is_verb(governor) and _own(governor) == "negated":
        return "hypothetical"  # "did not say that they left"
    purpose = clause.dep_ in ("advcl", "acl")
    return own or ("planned" if purpose else None)


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
    return said == "negated" and is_passive(governor)


def _ranks(noun: Token) -> bool:
    """ "the first country (in the region) to ..."."""
    outer = noun.head.head if noun.dep_ == "pobj" else noun
    ranks = word_set("verbs", "words", "ranks")
    return any(c.lower_ in ranks for c in (*noun.children, *outer.children))


def _is_condition(clause: Token) -> bool:
    return any(c.dep_ == "mark" and c.lower_ in _CONDITIONS for c in clause.children)

"""Walking the dependency tree: who is the subject and the object of a verb, in every voice.

"Logical" subject and object are those of the act: in "X was seized by Y", Y is
the logical subject. Nothing here knows of rules.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from tidings_events.knowledge import table, verb_set, word_set
from tidings_events.tree import Token

SUBJECTS: Final = frozenset({"nsubj", "nsubjpass"})
_NOUN_SIDE: Final = frozenset(
    {"det", "amod", "compound", "nmod", "poss", "nummod", "quantmod", "predet", "case"}
)
_BE: Final = frozenset({"is", "are", "was", "were", "be", "been", "being", "'s", "’s"})
_RELATIVE: Final = frozenset({"who", "which", "that", "whom", "whose"})


def is_verb(token: Token) -> bool:
    return token.tag_[0] == "V" or token.tag_ == "MD"


def is_noun(token: Token) -> bool:
    return token.tag_[0] == "N"


def child(token: Token, *labels: str) -> Token | None:
    """The first child with one of the labels."""
    for c in token.children:
        if c.dep_ in labels:
            return c
    return None


def is_passive(verb: Token) -> bool:
    if any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children):
        return True
    if verb.tag_ not in ("VBN", "VBD"):
        return False
    if verb.tag_ == "VBN" and verb.dep_ == "acl":
        return True
    if verb.dep_ == "conj" and is_verb(verb.head):
        alone = child(verb, "nsubj", "aux", "dobj") is None
        transitive = verb.tag_ == "VBN" or verb.lower_ not in verb_set(
            "verbs", "verbs", "intransitive"
        )
        return alone and transitive and is_passive(verb.head)
    if verb.tag_ == "VBN" and verb.dep_ == "advcl":
        transitive = verb.lower_ not in verb_set("verbs", "verbs", "intransitive")
        return transitive and child(verb, "dobj", "aux", *SUBJECTS) is None
    reduced = verb.dep_ in ("advcl", "ROOT", "ccomp", "amod", "relcl")
    return reduced and child(verb, "agent") is not None and child(verb, "dobj", "aux") is None


def surface_subject(verb: Token, depth: int = 0) -> Token | None:
    """The noun that the verb agrees with or would agree with, found through conjunctions,
    participles, relative clauses and controlled infinitives; None where it is left open."""
    own = child(verb, "nsubj", "nsubjpass")
    if own is not None:
        return _antecedent(own, verb)
    head = verb.head
    if head.i == verb.i or depth > 6:
        return None
    match verb.dep_:
        case "acl" | "relcl":
            return head if is_noun(head) or head.tag_ in ("PRP", "CD") else None
        case "conj" | "dep" if is_verb(head):
            return surface_subject(head, depth + 1)
        case "xcomp" | "ccomp" | "advcl" if is_verb(head):
            return _controller(verb, head, depth)
        case "pcomp":
            return _pcomp_subject(verb, head.head, depth)
    return None


def _controller(verb: Token, head: Token, depth: int) -> Token | None:
    if verb.dep_ == "ccomp" and verb.tag_ not in ("VB", "VBG"):
        return None
    if head.lower_ in verb_set("verbs", "verbs", "object_control") and verb.dep_ != "advcl":
        return logical_object(head) or prepositional_object(head, "on", "to")
    if verb.dep_ == "advcl" and verb.tag_ not in ("VB", "VBG", "VBN"):
        return None
    return surface_subject(head, depth + 1)


def _pcomp_subject(verb: Token, governor: Token, depth: int) -> Token | None:
    """ "accused X of doing": X; "left after doing": who left."""
    if not is_verb(governor):
        return None
    if governor.lower_ in verb_set("verbs", "verbs", "object_control") or verb.head.lower_ in (
        "of",
        "from",
    ):
        return logical_object(governor)
    blamed = logical_object(governor) if verb.head.lower_ == "for" else None
    return blamed or surface_subject(governor, depth + 1)


def _antecedent(subject: Token, verb: Token) -> Token:
    if subject.lower_ in _RELATIVE and subject.tag_ in ("WDT", "WP", "IN", "DT"):
        clause = verb
        while clause.dep_ == "conj":
            clause = clause.head
        if clause.dep_ == "relcl":
            return clause.head
    return subject


def logical_subject(verb: Token) -> Token | None:
    if not is_passive(verb):
        return surface_subject(verb)
    return agent(verb)


def agent(verb: Token) -> Token | None:
    """ "by ..." of a passive, also where it hangs on the last of several passives."""
    following: Token | None = verb
    while following is not None:
        for by in following.children:
            if by.dep_ in ("agent", "prep") and by.lower_ == "by":
                found = child(by, "pobj")
                if found is not None and not _is_time_or_means(found):
                    return found
        following = child(following, "conj")
        if following is None or not is_verb(following) or child(following, *SUBJECTS) is not None:
            break
    return None


def _is_time_or_means(noun: Token) -> bool:
    return noun.lower_ in word_set("nouns", "times_and_means")


def logical_object(verb: Token) -> Token | None:
    if is_passive(verb):
        return surface_subject(verb)
    own = child(verb, "dobj")
    if own is not None:
        return _relative_object(own, verb)
    if verb.dep_ == "compound" and verb.tag_ == "VBZ" and is_noun(verb.head):
        return verb.head  # a headline: "US seizes tanker" is parsed like "police tanker"
    if verb.dep_ == "relcl" and child(verb, *SUBJECTS) is not None and not _has_complement(verb):
        return verb.head if is_noun(verb.head) else None
    shared = child(verb, "conj")
    if (
        shared is not None
        and is_verb(shared)
        and child(shared, *SUBJECTS) is None
        and not _has_complement(verb)
    ):
        return child(shared, "dobj") if not is_passive(shared) else None
    return None


def _relative_object(own: Token, verb: Token) -> Token:
    if own.lower_ in _RELATIVE and own.tag_ in ("WDT", "WP", "IN", "DT") and verb.dep_ == "relcl":
        return verb.head
    return own


def _has_complement(verb: Token) -> bool:
    return child(verb, "xcomp", "ccomp", "prep", "attr", "acomp") is not None


def prepositional_object(token: Token, *prepositions: str) -> Token | None:
    """The object of the first of the `prepositions` that hangs on the token."""
    for preposition in prepositions:
        for prep in token.children:
            if prep.lower_ == preposition and prep.dep_ in (
                "prep",
                "dative",
                "agent",
                "prt",
                "advmod",
            ):
                found = _pobj(prep)
                if found is not None:
                    return found
    return None


def _pobj(prep: Token) -> Token | None:
    """Also through a second preposition: "out of X", "because of X"."""
    found = child(prep, "pobj")
    if found is None:
        inner = child(prep, "prep")
        found = child(inner, "pobj") if inner is not None else None
    return found


def conjuncts(noun: Token) -> list[Token]:
    """The noun and what is joined to it by "and" or a comma, in order: "A, B and C"."""
    found = [*_before_comma(noun), noun]
    for token in found:
        if any(c.dep_ == "cc" and c.lower_ in ("or", "nor", "but") for c in token.children):
            break
        found += [c for c in token.children if c.dep_ == "conj" and _joins(c)]
        found += [
            c
            for c in token.children
            if c.dep_ == "appos" and c.tag_ == "NNP" and child(c, "conj") is not None
        ]
    return found


def _before_comma(subject: Token) -> list[Token]:
    """Headlines join by commas alone: "Russia, China hold drills"."""
    if subject.dep_ != "nsubj":
        return []
    place = subject.left_edge.i - 2
    if place < 0 or subject.doc[place + 1].text != ",":
        return []
    first = subject.doc[place]
    joined = first.tag_ == "NNP" and first.head.i == subject.head.i
    return [first] if joined and first.dep_ in ("npadvmod", "dep", "nsubj") else []


def _joins(token: Token) -> bool:
    return is_noun(token) or token.tag_ in ("JJ", "CD", "PRP")


def clause_of(verb: Token) -> Token | None:
    """The verb of the complement: "agreed to *sign*", "demanded that X *leave*"."""
    quality = child(verb, "acomp") if verb.lower_ in _BE else None
    below = verb.children if quality is None else (*verb.children, *quality.children)
    for label in ("xcomp", "ccomp"):
        for c in below:
            if c.dep_ == label and (is_verb(c) or c.tag_[0] in "NJ"):
                return c
    return None


def light_verb(noun: Token) -> Token | None:
    """The verb that only says that the act of a noun is done: "*held* talks", "the raids were
    *carried out*", "is in talks", "launched a series of attacks"."""
    top = outermost(noun)
    verb = top.head
    if top.dep_ in ("dobj", "nsubjpass") and is_verb(verb):
        return verb if verb.lower_ in verb_set("verbs", "verbs", "light") else None
    if top.dep_ == "pobj" and verb.lower_ in ("in", "into", "on", "to") and is_verb(verb.head):
        entered = verb.head.lower_ in verb_set("verbs", "verbs", "enter") or verb.head.lower_ in _BE
        return verb.head if entered else None
    if top.dep_ == "pobj" and verb.lower_ == "for" and is_verb(verb.head):
        came = verb.head.lower_ in verb_set("verbs", "verbs", "come_for")
        return verb.head if came else None
    return None


def takes_place(noun: Token) -> bool:
    """ "*Riots* broke out", "a *truce* took effect", "*talks* were held"."""
    top = outermost(noun)
    verb = top.head
    if top.dep_ == "nsubj":
        return verb.lower_ in verb_set("verbs", "verbs", "happen") or any(
            verb.lower_ in verb_set("verbs", "happen_with", words) and _has_words(verb, words)
            for words in table("verbs")["happen_with"]
        )
    return top.dep_ == "nsubjpass" and top.head.lower_ in verb_set("verbs", "verbs", "light")


def _has_words(verb: Token, words: str) -> bool:
    """ "out", "place", "into force" behind the verb."""
    first, _, last = words.partition(" ")
    for c in verb.children:
        if c.lower_ == first and c.i > verb.i:
            inner = child(c, "pobj")
            return not last or (inner is not None and inner.lower_ == last)
    return False


def suffered_by(noun: Token) -> Token | None:
    """Whom the act of a noun befell: "*X* came under attack", "*X* faces sanctions"."""
    top = outermost(noun)
    verb = top.head
    if top.dep_ == "dobj" and verb.lower_ in verb_set("verbs", "verbs", "undergo"):
        return surface_subject(verb)
    if top.dep_ == "pobj" and verb.lower_ == "under":
        held = verb.head
        if is_verb(held):
            return logical_object(held) or surface_subject(held)
        return held if is_noun(held) else None
    return None


def receiver(verb: Token) -> Token | None:
    """To whom it is given: "granted *her* asylum", "gave aid to *Peru*", "*Peru* was given aid"."""
    given = child(verb, "dative")
    if given is not None:
        return given if is_noun(given) or given.tag_ == "PRP" else child(given, "pobj")
    if child(verb, "dobj") is not None:
        return child(verb, "nsubjpass")
    return None


def outermost(noun: Token) -> Token:
    """The first of a list, and what counts it: "a series of raids and arrests" is the series."""
    top = noun
    for _ in range(4):
        head = top.head
        if top.dep_ == "conj" and is_noun(head):
            top = head
        elif top.dep_ == "pobj" and head.lower_ == "of" and is_counter(head.head):
            top = head.head
        else:
            break
    return top


def is_counter(noun: Token) -> bool:
    """Does it only count or collect what "of ..." names?"""
    lower = noun.lower_
    return lower in word_set("nouns", "quantities") or lower in word_set("nouns", "shells")


def content(noun: Token) -> list[Token]:
    """The noun, and what it only counts: "a series of strikes" is strikes."""
    found = [noun]
    while len(found) < 4 and is_counter(found[-1]):
        inner = prepositional_object(found[-1], "of")
        if inner is None:
            break
        found.append(inner)
    return found


def inside(noun: Token | None) -> Iterator[Token]:
    """The noun and what follows inside its phrase: "supplies and staff such as doctors"."""
    level: Iterable[Token] = [noun] if noun is not None else []
    for _ in range(3):
        level = list(level)
        yield from level
        level = [inner for token in level for inner in _next_inside(token)]


def _next_inside(token: Token) -> Iterator[Token]:
    for c in token.children:
        if c.i > token.i and c.dep_ in ("conj", "appos"):
            yield c
        elif c.i > token.i and c.dep_ == "prep" and _goes_on(c, token):
            yield from c.children


def _goes_on(preposition: Token, noun: Token) -> bool:
    """ "such as doctors", "a lot of food", "$10 million in aid"."""
    return preposition.lower_ in ("as", "of") or (
        preposition.lower_ == "in" and noun.tag_ in ("CD", "$")
    )


def ancestors(token: Token, limit: int = 8) -> Iterator[Token]:
    for _ in range(limit):
        if token.head.i == token.i:
            return
        token = token.head
        yield token


def phrase_start(noun: Token) -> int:
    """Index of the first word of the noun phrase, its determiners and possessors included."""
    start: int = noun.i
    for left in reversed(noun.lefts):
        if left.dep_ == "punct" and left.text in ("-", "–"):
            continue
        if left.dep_ not in _NOUN_SIDE or left.tag_ == "VBZ" or left.right_edge.i + 1 < start - 1:
            break
        start = left.left_edge.i
    return start


def words_of(noun: Token, start: int, end: int) -> str:
    """The phrase from token `start` to `end` (exclusive), without its article."""
    doc = noun.doc
    while start < noun.i and doc[start].tag_ in ("DT", "PRP$", "PDT"):
        start += 1
    text: str = doc[start:end].text
    return text

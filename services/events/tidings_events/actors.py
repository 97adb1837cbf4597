"""Reads a noun phrase as an actor: its words, its name, its country and sector, or none at all.

Precision first: a common noun is an actor only if roles.toml has it, a name only if it does not end
like a treaty, a storm or a street.
"""

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

from tidings_events.grammar import child, is_noun, phrase_start, prepositional_object, words_of
from tidings_events.knowledge import table, word_set
from tidings_events.lexicon import ActorLexicon, Known, Role
from tidings_events.tree import Token, Tree

Kind = Literal["person", "country", "body", "group", "name", "place", "thing", "pronoun"]

ACTORS: Final = frozenset({"person", "country", "body", "group", "name", "pronoun"})


@dataclass(frozen=True)
class Phrase:
    """Token indices `start` to `end` (exclusive); `sector` None where only the country is said."""

    head: Token
    start: int
    end: int
    kind: Kind
    name: str
    country: str | None
    sector: str | None
    antecedent: Token | None = None

    @property
    def said(self) -> Token:
        """The noun that names it, where the head is a pronoun."""
        return self.head if self.antecedent is None else self.antecedent

    @property
    def is_actor(self) -> bool:
        return self.kind in ACTORS

    def as_place(self) -> "Phrase":
        """A capital behind "in" is a town, not its government."""
        metonym = self.kind == "country" and self.sector == "GOV"
        return replace(self, sector=None) if metonym else self

    @property
    def political(self) -> bool:
        """Is it known to belong to public life, not just anybody?"""
        return self.country is not None or self.sector not in (None, "CVL", "BUS", "CRM", "EDU")

    @property
    def has_power(self) -> bool:
        """A state, its organs, an international body, an armed or organised group."""
        if self.sector is None:
            return self.country is not None and self.kind != "thing"
        return self.sector not in ("CVL", "BUS", "MED", "EDU", "REF")

    @property
    def specific(self) -> bool:
        """Somebody in particular, not "leaders" or "officials" of nowhere."""
        words = self.head.doc[self.start : self.end]
        return self.country is not None or any(word.tag_ in ("NNP", "NNPS") for word in words)


_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d")

Memory = dict[str, Phrase]
"""Who a bare surname is, from the fuller phrases of the same article."""


def read_actor(noun: Token, lexicon: ActorLexicon, memory: Memory) -> Phrase | None:
    """None for pronouns, times and amounts."""
    if noun.tag_ in ("PRP", "WP", "WDT", "EX", "PRP$") or (
        not is_noun(noun) and not _nominal(noun, lexicon)
    ):
        return None
    start = phrase_start(noun)
    timely = noun.lower_ in word_set("nouns", "times_and_means")
    if timely or noun.doc[start].lower_ == "whose":
        return None
    collected = _collected(noun)
    if collected is not None:
        inner = read_actor(collected, lexicon, memory)
        if inner is not None and inner.kind != "thing":
            kind: Kind = "group" if inner.kind in ("country", "place") else inner.kind
            sector = inner.sector or _role_sector(noun, lexicon)
            name = words_of(noun, start, inner.end)
            return Phrase(noun, start, inner.end, kind, name, inner.country, sector)
    return _read_phrase(noun, start, lexicon, memory)


def _nominal(token: Token, lexicon: ActorLexicon) -> bool:
    """ "the British", "the dead": an adjective or a number in a noun's place."""
    if token.dep_ not in ("nsubj", "nsubjpass", "dobj", "pobj", "conj", "poss"):
        return False
    if token.tag_ == "CD":
        return _YEAR.fullmatch(token.text) is None
    return token.tag_ in ("JJ", "JJS") and lexicon.by_adjective(token.text) is not None


def _collected(noun: Token) -> Token | None:
    if noun.lower_ not in word_set("nouns", "quantities"):
        return None
    return prepositional_object(noun, "of")


def _role_sector(noun: Token, lexicon: ActorLexicon) -> str | None:
    role = lexicon.role(noun.text)
    return role.sector if role else None


def _read_phrase(noun: Token, start: int, lexicon: ActorLexicon, memory: Memory) -> Phrase | None:
    proper = _proper_name(noun)
    known = _known_name(noun, proper, lexicon)
    if known is not None:
        return _of_known(noun, start, known)
    if noun.lower_ == "opposition" and prepositional_object(noun, "to") is not None:
        return Phrase(noun, start, noun.i + 1, "thing", noun.text, None, None)
    titled = _role(noun, start, lexicon)
    country = _country(noun, start, titled[0] if titled else None, lexicon)
    end = _end(noun, lexicon)
    if titled is not None:
        return _read_role(noun, start, end, titled, country, lexicon, memory)
    if noun.tag_ in ("NNP", "NNPS"):
        return _read_name(noun, start, end, proper, country, lexicon, memory)
    nationals = _nationals(noun, start, end, lexicon)
    if nationals is not None:
        return nationals
    kind: Kind = "group" if noun.tag_ == "CD" else "thing"
    if noun.lower_ in word_set("nouns", "sites"):
        kind = "place"
    return Phrase(noun, start, end, kind, words_of(noun, start, noun.i + 1), country, None)


def _read_role(
    noun: Token, start: int, end: int, titled: tuple[int, Role], country: str | None,
    lexicon: ActorLexicon, memory: Memory,
) -> Phrase:  # fmt: skip
    """ "the president", "President Biden", "the president, Joe Biden", "the army"."""
    role_at, role = titled
    sector: str | None = role.sector
    name = _name_after(noun, role_at) or _role_alone(words_of(noun, start, noun.i + 1), lexicon)
    if role_at != noun.i and _is_abstract(noun):  # "the King Faisal Award"
        return Phrase(noun, start, end, "thing", name, country, None)
    apposed = _apposed_name(noun) if role_at == noun.i and role.person else None
    if apposed is not None:
        name, end = apposed
    lower = noun.lower_
    if country is None and not role.person and lower in word_set("nouns", "need_country"):
        return Phrase(noun, start, end, "thing", name, None, None)
    if lower in word_set("nouns", "vague"):
        country, sector = _by_modifiers(noun, start, country, sector, lexicon)
    if role_at != noun.i and country is None:
        known = memory.get(noun.text) or lexicon.figure(name) or lexicon.misspelt(name)
        country = known.country if known is not None else None
    if sector == "GOV" and country is None and _is_weak(noun.doc[role_at]):
        sector = None
    kind: Kind = "group" if noun.tag_ == "NNS" else "person" if role.person else "body"
    return Phrase(noun, start, end, kind, name, country, sector)


def _by_modifiers(
    noun: Token, start: int, country: str | None, sector: str | None, lexicon: ActorLexicon
) -> tuple[str | None, str | None]:
    doc = noun.doc
    for i in range(noun.i - 1, start - 1, -1):
        if doc[i].text[:1].isupper():
            for length in (4, 3, 2, 1):
                known = (
                    lexicon.by_name(doc[i - length + 1 : i + 1].text)
                    if i - length + 1 >= start
                    else None
                )
                if known is not None and known.sector is not None and not known.metonym:
                    return country or known.country, known.sector
        lower = doc[i].lower_
        role = lexicon.role(table("nouns")["adjectives"].get(lower, lower))
        if role and role.sector != "CVL" and not (role.person and role.sector == "GOV"):
            return country, role.sector
    return country, sector


def _is_abstract(name: Token) -> bool:
    return name.lower_ in word_set("nouns", "abstract_capitals")


def _is_weak(title: Token) -> bool:
    return title.lower_ in word_set("nouns", "weak_titles")


def _of_known(noun: Token, start: int, known: Known) -> Phrase:
    kind: Kind = (
        "country" if known.sector is None or known.metonym else "person" if known.person else "body"
    )
    return Phrase(noun, start, noun.i + 1, kind, known.name, known.country, known.sector)


def _proper_name(noun: Token) -> tuple[int, int]:
    """The run of capitalised words that ends in the head."""
    start = noun.i
    while start > 0:
        before = noun.doc[start - 1]
        particle = before.text in ("al", "-", "de", "bin", "&") and start > 1
        joined = before.tag_ in ("NNP", "NNPS") or (particle and noun.doc[start - 2].tag_ == "NNP")
        if not joined or before.i < noun.left_edge.i:
            break
        start -= 1
    return start, noun.i + 1


def _known_name(noun: Token, proper: tuple[int, int], lexicon: ActorLexicon) -> Known | None:
    if noun.tag_[0] != "N" or not noun.text[:1].isupper():
        return None
    start, end = proper
    doc = noun.doc
    text = doc[start:end].text
    known = lexicon.by_name(text)
    if known is None and start > 0 and doc[start - 1].text.lower() == "the":
        known = lexicon.by_name("the " + text)
    if known is None:
        known = _with_of(noun, start, lexicon)
    if known is None:
        known = lexicon.figure(text)
    return _known_body(doc, start, end, lexicon) if known is None and end - start > 1 else known


def _known_body(doc: Tree, start: int, end: int, lexicon: ActorLexicon) -> Known | None:
    """The name of a body in the last two words: "Nigerian National Assembly"."""
    body = lexicon.by_name(doc[end - 2 : end].text)
    if body is None or body.sector is None or body.metonym:
        return None
    owner = lexicon.by_name(doc[start : end - 2].text) if end - start > 2 else None
    if owner is not None and body.country is None and body.sector != "IGO":
        return Known(owner.country, body.sector, doc[start:end].text)
    return body


def _with_of(noun: Token, start: int, lexicon: ActorLexicon) -> Known | None:
    """ "Democratic Republic of the Congo", "League of Arab States"."""
    inner = child(noun, "prep")
    if inner is None or inner.lower_ not in ("of", "on", "for", "without") or inner.i != noun.i + 1:
        return None
    pobj = child(inner, "pobj")
    if pobj is None or pobj.tag_ not in ("NNP", "NNPS"):
        return None
    return lexicon.by_name(noun.doc[start : pobj.i + 1].text)


def _role(noun: Token, start: int, lexicon: ActorLexicon) -> tuple[int, Role] | None:
    """Where the phrase names a role: its head, or the last title before a name."""
    doc = noun.doc
    for i in range(noun.i, start - 1, -1):
        token = doc[i]
        if i != noun.i and noun.tag_ not in ("NNP", "NNPS"):
            break
        owner = "poss" in (token.dep_, token.head.dep_)
        inside = i != noun.i and token.head.i != noun.i and owner
        if token.dep_ == "case" or inside:
            continue
        role = lexicon.role(f"{doc[i - 1].lower_} {token.lower_}") if i > start else None
        if token.lower_ in ("am", "pm") and i > 0 and doc[i - 1].tag_ == "CD":
            continue
        role = role or lexicon.role(token.lower_)
        if role and (i == noun.i or role.person):
            return i, role
    return None


def _name_after(noun: Token, role_at: int) -> str | None:
    if role_at >= noun.i:
        return None
    first = role_at + 1
    if noun.doc[first].lower_ in ("of", "for"):
        first = max(first + 1, noun.i - 1)  # "Minister of Energy Fatih Dönmez"
    name: str = noun.doc[first : noun.i + 1].text
    return name.strip(" ,-—") or None


def _role_alone(words: str, lexicon: ActorLexicon) -> str:
    """One spelling for a role that its sentence or its rank writes with capitals: "Police", "the
    President". A body of two words keeps them, as the "National Guard" does."""
    role = lexicon.role(words) if words.istitle() else None
    return words.lower() if role and (role.person or " " not in words) else words


def _apposed_name(noun: Token) -> tuple[str, int] | None:
    """ "the president, Nicolás Maduro"."""
    for right in noun.rights:
        if right.dep_ == "appos" and right.tag_ == "NNP" and right.i - noun.i < 7:
            start, end = _proper_name(right)
            return noun.doc[start:end].text, end
    return None


def _country(noun: Token, start: int, role_at: int | None, lexicon: ActorLexicon) -> str | None:
    """From nationality words and names before the role, a possessor, or "of"/"in" after it."""
    last = noun.i if role_at is None else role_at
    of_a_name = role_at is None and noun.tag_ in ("NNP", "NNPS")
    for i in range(start, last):
        token = noun.doc[i]
        if of_a_name and token.tag_ == "NNP" and not token.text.isupper():
            continue  # Chad Smith is no Chadian
        found = _nationality(noun.doc, start, i, lexicon)
        if found:
            return found
    return _country_behind(noun, lexicon)


def _nationality(doc: Tree, start: int, i: int, lexicon: ActorLexicon) -> str | None:
    """Of the word at `i` or the words that end there: "Russian", "Sri Lankan", "Texas"."""
    word = doc[i].text
    if word == "American" and i > 0 and doc[i - 1].text in ("South", "Latin", "Central", "North"):
        return None
    if i > start and (found := lexicon.by_adjective(doc[i - 1 : i + 1].text)):
        return found
    found = lexicon.by_adjective(word) or lexicon.by_adjective(word.partition("-")[0])
    if found is not None or not word[:1].isupper():
        return found
    for first in range(max(start, i - 2), i + 1):
        known = lexicon.by_name(doc[first : i + 1].text, regions=True)
        if known is not None and known.sector != "PTY":
            return known.country
    return None


def _country_behind(noun: Token, lexicon: ActorLexicon) -> str | None:
    for preposition in ("of", "in", "from"):
        pobj = prepositional_object(noun, preposition)
        if pobj is None or pobj.tag_[0] not in "NJ":
            continue
        name = noun.doc[_proper_name(pobj)[0] : pobj.i + 1].text
        known = lexicon.by_name(name, regions=True)
        if known is not None:
            return known.country if known.sector != "PTY" else None
        near = pobj.i - noun.i < 8
        country = _country(pobj, phrase_start(pobj), pobj.i, lexicon) if near else None
        if country:
            return country
    return None


def _read_name(
    noun: Token, start: int, end: int, proper: tuple[int, int], country: str | None,
    lexicon: ActorLexicon, memory: Memory,
) -> Phrase:  # fmt: skip
    name = noun.doc[proper[0] : proper[1]].text
    remembered = memory.get(noun.text)
    if remembered is not None and (proper[1] - proper[0] == 1 or name in remembered.name):
        return replace(remembered, head=noun, start=start, end=end)
    apposed = _role_beside(noun, lexicon, memory)
    if apposed is not None:
        return Phrase(noun, start, end, "person", name, country or apposed.country, apposed.sector)
    if _is_abstract(noun) or _is_abstract(noun.doc[proper[0]]):
        return Phrase(noun, start, end, "thing", name, country, None)
    nationals = _nationals(noun, start, end, lexicon)
    return nationals or Phrase(noun, start, end, "name", name, country, None)


def _nationals(noun: Token, start: int, end: int, lexicon: ActorLexicon) -> Phrase | None:
    """ "Peruvians", "the British"."""
    country = lexicon.by_adjective(noun.text)
    if country is None:
        return None
    sector = "CVL" if noun.tag_ in ("NNPS", "NNS") else None
    return Phrase(noun, start, end, "group", words_of(noun, start, noun.i + 1), country, sector)


def _role_beside(noun: Token, lexicon: ActorLexicon, memory: Memory) -> Phrase | None:
    """ "Jeremy Hunt, the Foreign Secretary": what the apposition says."""
    for right in noun.rights:
        if right.dep_ == "appos" and is_noun(right) and lexicon.role(right.lower_):
            return read_actor(right, lexicon, memory)
    if noun.dep_ == "appos" and is_noun(noun.head) and lexicon.role(noun.head.lower_):
        return read_actor(noun.head, lexicon, memory)
    return None


def _end(noun: Token, lexicon: ActorLexicon) -> int:
    """Takes "of ..." and a place "in ..." into the phrase, and an abbreviation in brackets."""
    end: int = noun.i + 1
    for preposition in ("of", "in", "from"):
        for prep in noun.children:
            if prep.dep_ == "prep" and prep.lower_ == preposition and prep.i == end:
                pobj = child(prep, "pobj")
                if pobj is not None and (
                    pobj.tag_ in ("NNP", "NNPS") or _defined(pobj, preposition)
                ):
                    end = pobj.i + 1
    return end


def _defined(noun: Token, preposition: str) -> bool:
    """ "head of the army", but not "(accused) the head of corruption"."""
    return preposition == "of" and child(noun, "det") is not None

"""Where: the place named beside the trigger, or the town of the dateline."""

from collections.abc import Collection, Iterator
from typing import Final

from tidings.language.countries import country_by_capital, country_by_name
from tidings.language.dateline import Dateline, find_dateline
from tidings.language.places import place_by_name, place_of
from tidings.messages import Article, EventPlace, Place
from tidings_events.actors import Phrase
from tidings_events.grammar import ancestors, child, conjuncts, is_verb
from tidings_events.tree import Stretch, Token

_AT: Final = ("in", "near", "at", "off", "outside", "inside", "around", "along", "across", "from")
_CERTAIN: Final = ("in", "near", "off", "outside", "inside", "around", "along", "across")
_DATELINE_WITHIN: Final = 120
"""Characters of an article in which its dateline ends."""


def dateline_end(text: str) -> int:
    """Where the sentence begins behind "SALEM, Ore. (AP) — "; 0 where there is no dateline."""
    dateline = find_dateline(text)
    return dateline.end if dateline else 0


def dateline_of(article: Article) -> EventPlace | None:
    """Where the article was written, by the first words of its text."""
    words = article.text or ""
    skipped = len(words) - len(words.lstrip())
    text = words.lstrip()[:_DATELINE_WITHIN]
    dateline = find_dateline(text)
    if dateline is None or dateline.town is None:
        return None
    place = _dateline_place(text, dateline)
    if place is None:
        return None
    first, last = dateline.town
    start = len(article.content) - len(words) + skipped + first
    end = start + last - first
    return EventPlace(**place.model_dump(), text=article.content[start:end], start=start, end=end)


def _dateline_place(text: str, dateline: Dateline) -> Place | None:
    assert dateline.town is not None
    town = text[slice(*dateline.town)]
    town = town.title() if town.isupper() else town
    if dateline.region is None:
        return resolve_place(town)
    words = text[slice(*dateline.region)]
    region = resolve_place(words)
    near = {region.country} if region is not None and region.country else set()
    return place_by_name(f"{town}, {words}") or resolve_place(town, near) or region


def place_of_event(
    trigger: Token, actors: Collection[Phrase], near: Collection[str]
) -> tuple[Stretch, Place] | None:
    """The place that "in", "near" and the like name on the trigger, its object or its verb; the one
    nearest to the trigger, with its words. A place that is itself the actor is none
    of these."""
    taken = {actor.head.i for actor in actors if actor.kind in ("country", "body", "name")}
    for holder, prepositions in _holders(trigger):
        for name in _names(holder, prepositions):
            if name.i in taken:
                continue
            words = _full_name(name)
            found = resolve_place(words.text, near)
            if found is not None:
                return words, found
    return None


def resolve_place(words: str, near: Collection[str] = ()) -> Place | None:
    """A country, capital, region or town; None for what the gazetteer does not have."""
    bare = words.strip().removeprefix("the ").removesuffix("'s").removesuffix("’s")
    country = country_by_name(bare)
    if country is not None:
        return place_of(country)
    capital = country_by_capital(bare)
    return place_by_name(bare, near={capital.alpha3} if capital is not None else near)


def _holders(trigger: Token) -> Iterator[tuple[Token, tuple[str, ...]]]:
    yield trigger, _AT
    noun = child(trigger, "dobj", "nsubjpass")
    if noun is not None:
        yield noun, _CERTAIN
    for prep in trigger.children:
        pobj = child(prep, "pobj") if prep.dep_ == "prep" else None
        if pobj is not None:
            yield pobj, _CERTAIN
    for above in ancestors(trigger, 2):
        if is_verb(above):
            yield above, _CERTAIN


def _names(holder: Token, prepositions: tuple[str, ...]) -> Iterator[Token]:
    for prep in holder.children:
        if prep.dep_ in ("prep", "advmod") and prep.lower_ in prepositions:
            pobj = child(prep, "pobj")
            if pobj is not None:
                for noun in conjuncts(pobj):
                    yield from _proper_names(noun)


def _proper_names(noun: Token) -> Iterator[Token]:
    """The noun, or the place that it is in or belongs to: "Venezuela's coastline", "town of X"."""
    if noun.tag_ in ("NNP", "NNPS"):
        yield noun
        return
    owner = child(noun, "poss")
    if owner is not None and owner.tag_ == "NNP":
        yield owner
    for prep in noun.children:
        if prep.dep_ == "prep" and prep.lower_ in ("of", "in", "near"):
            inner = child(prep, "pobj")
            if inner is not None and inner.tag_ == "NNP":
                yield inner


def _full_name(name: Token) -> Stretch:
    start: int = name.i
    while start > name.left_edge.i and name.doc[start - 1].tag_ in ("NNP", "NNPS"):
        start -= 1
    return name.doc[start : name.i + 1]

"""From a matched rule to event records: one for each pair of actors, with date and place."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tidings.language.reading import Reading
from tidings.messages import (
    Actor,
    Article,
    Casualties,
    Event,
    EventDate,
    EventPlace,
    Span,
)
from tidings_events.actors import Phrase
from tidings_events.casualties import find_casualties
from tidings_events.confidence import confidence
from tidings_events.matching import Match, Pair
from tidings_events.modality import ASSERTED, modality_of, told_as_history
from tidings_events.ontology import RULES_VERSION
from tidings_events.timing import date_of
from tidings_events.tree import Stretch, Token
from tidings_events.whereabouts import place_of_event

MOST_PAIRS: Final = 12
"""Of one trigger: a list of twenty countries against another is no news of 400 events."""

_TOLLS: Final = {
    "ASSAULT": frozenset({"killed", "injured"}),
    "PROTEST": frozenset({"killed", "injured", "arrested"}),
    "COERCE": frozenset({"arrested", "abducted"}),
}
"""The casualties that a type of event can have."""


@dataclass(frozen=True)
class Telling:
    """A match, the sentence around it, its mode, the contexts of the sentence, and
    who says so if not the article itself."""

    match: Match
    sentence: Stretch
    mode: str | None
    contexts: tuple[str, ...]
    speaker: Phrase | None


def build_events(
    article: Article, reading: Reading, telling: Telling, dateline: EventPlace | None, now: int
) -> Iterator[Event]:
    """The events of a trigger, told in the year `now`; none where no actor belongs to public life,
    or where what is only possible has an open slot."""
    match, rule = telling.match, telling.match.rule
    token = match.trigger
    pairs = match.pairs[:MOST_PAIRS]
    judged = ASSERTED if rule.refuses else modality_of(token, is_said=rule.quad_class in (1, 3))
    if judged is None:
        return
    if judged.modality == "hypothetical" and not (match.sources and match.targets):
        return
    if not pairs:
        return
    sentence = _span(article, reading, telling.sentence)
    told_by = match.told_by
    trigger = _span(article, reading, token.doc[_first_part(told_by) : told_by.i + 1])
    date = date_of(
        token,
        telling.sentence,
        reading,
        article.published_at,
        future=judged.modality == "planned",
    )
    if judged.modality == "asserted":
        year = int(date.value[:4]) if date else None
        judged = told_as_history(token, year, now) or judged
    evidence = _word(article, reading, judged.because)
    if judged.modality == "historical" and evidence is None and date is not None:
        evidence = _span_of(date)
    place = _place(article, reading, token, pairs) or dateline
    casualties = _casualties(rule.event_type, sentence)
    for number, (source, target) in enumerate(pairs):
        yield Event(
            event_id=_event_id(article, rule.event_type, trigger, number),
            event_type=rule.event_type,
            mode=telling.mode,
            quad_class=rule.quad_class,
            intensity=rule.intensity_of(telling.mode),
            contexts=tuple(dict.fromkeys((*rule.contexts, *telling.contexts))),
            source=_actor(article, reading, source),
            target=_actor(article, reading, target),
            trigger=trigger,
            sentence=sentence,
            date=date,
            place=place,
            casualties=casualties,
            modality=judged.modality,
            modality_evidence=evidence,
            attribution=_phrase_span(article, reading, telling.speaker),
            rule=rule.name,
            rules_version=RULES_VERSION,
            confidence=confidence(
                match, (source, target), telling.sentence, asserted=judged.modality == "asserted"
            ),
        )


def _place(
    article: Article, reading: Reading, trigger: Token, pairs: list[Pair]
) -> EventPlace | None:
    actors = [actor for pair in pairs for actor in pair if actor is not None]
    found = place_of_event(trigger, actors, {actor.country for actor in actors if actor.country})
    if found is None:
        return None
    words, place = found
    return EventPlace(**place.model_dump(), **_span(article, reading, words).model_dump())


def _span(article: Article, reading: Reading, words: Stretch) -> Span:
    """The words as the article has them."""
    start, end = reading.span(words.start_char, words.end_char)
    return Span(text=article.content[start:end], start=start, end=end)


def _span_of(date: EventDate) -> Span | None:
    if date.start is None or date.end is None:
        return None
    return Span(text=date.text, start=date.start, end=date.end)


def _first_part(word: Token) -> int:
    """Where a word begins that the model has cut at its hyphens: "sit-in"."""
    start: int = word.i
    while start > 1 and word.doc[start - 1].text == "-" and not word.doc[start - 1].spaced:
        start -= 2
    return start


def _word(article: Article, reading: Reading, token: Token | None) -> Span | None:
    return None if token is None else _span(article, reading, token.doc[token.i : token.i + 1])


def _phrase_span(article: Article, reading: Reading, phrase: Phrase | None) -> Span | None:
    if phrase is None:
        return None
    return _span(article, reading, phrase.head.doc[phrase.start : phrase.end])


def _actor(article: Article, reading: Reading, phrase: Phrase | None) -> Actor | None:
    span = _phrase_span(article, reading, phrase)
    if phrase is None or span is None:
        return None
    return Actor(
        text=span.text,
        start=span.start,
        end=span.end,
        name=" ".join(phrase.name.split()),
        country=phrase.country,
        sector=phrase.sector,
    )


def _casualties(event_type: str, sentence: Span) -> tuple[Casualties, ...]:
    kinds = _TOLLS.get(event_type)
    if kinds is None:
        return ()
    found = find_casualties(sentence.text, sentence.start)
    return tuple(toll for toll in found if toll.kind in kinds)


def _event_id(article: Article, event_type: str, trigger: Span, number: int) -> str:
    """The same words give the same id; `number` tells the pairs of one trigger apart."""
    parts = (article.article_id, event_type, trigger.text, str(trigger.start), str(number))
    return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()[:32]

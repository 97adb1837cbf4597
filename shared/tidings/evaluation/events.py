"""Events: their types and triggers, and of those that were found, how many slots are right."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tidings.evaluation.annotated import Annotated, Told
from tidings.evaluation.counts import Tally
from tidings.language.spelling import fold
from tidings.messages import ArticleEvents, Event, EventType, Span

_NOT_COMPARED: Final = frozenset(
    {"the", "a", "an", "of", "and", "'s", "its", "his", "her", "their"}
)
_ENOUGH: Final = 0.5

Pair = tuple[Told, Event]


def score_events(text: Annotated, result: ArticleEvents, tally: Tally) -> None:
    """Counts by type, for `events` (the trigger and the type) and `triggers` (alone); and of the
    events with the right type how often each slot is right, empty where it is to be empty; of those
    of each tenth of confidence, how many are right in type, source and target."""
    pairs = _pairs(text, result.events)
    right = [(told, event) for told, event in pairs if told.event_type == event.event_type]
    _count("triggers", len(text.events), len(result.events), len(pairs), tally)
    _count("events", len(text.events), len(result.events), len(right), tally)
    told_types = {told.event_type for told in text.events}
    types: set[EventType] = told_types | {event.event_type for event in result.events}
    for kind in sorted(types):
        _count(
            kind,
            sum(told.event_type == kind for told in text.events),
            sum(event.event_type == kind for event in result.events),
            sum(told.event_type == kind for told, _ in right),
            tally,
        )
    sure = right_events(text, result)
    for event in result.events:
        tally.judge(_tenth(event.confidence), event.event_id in sure)
    for told, event in right:
        for slot, wanted, found, fits in _slots(told, event):
            tally.judge(f"event {slot}", fits)
            if not fits:
                shown = f"{told.event_type} [{told.trigger}]: {wanted!r}, found {found!r}"
                tally.miss(f"{slot} of an event", text.label, shown)
    _list_mistakes(text, result.events, pairs, tally)


def right_events(text: Annotated, result: ArticleEvents) -> frozenset[str]:
    """The ids of those whose type, source and target are as marked."""
    return frozenset(
        event.event_id
        for told, event in _pairs(text, result.events)
        if told.event_type == event.event_type
        and _same(told.source, event.source)
        and _same(told.target, event.target)
    )


def _tenth(confidence: float) -> str:
    low = min(9, int(confidence * 10))
    return f"confidence .{low}"


def _count(measure: str, wanted: int, found: int, right: int, tally: Tally) -> None:
    tally.wanted[measure] += wanted
    tally.found[measure] += found
    tally.right[measure] += right


def _pairs(text: Annotated, events: Sequence[Event]) -> list[Pair]:
    """Each event with the one that it is told as: their triggers overlap; where several do, the
    same type and the same actors decide."""
    candidates = [
        (told, event, (told.event_type == event.event_type, _alike(told, event)))
        for told in text.events
        for event in events
        if _overlaps(text.article.content, told.trigger, event.trigger)
    ]
    candidates.sort(key=lambda one: one[2], reverse=True)
    pairs: list[Pair] = []
    taken: set[int] = set()
    for told, event, _ in candidates:
        if id(told) not in taken and id(event) not in taken:
            taken |= {id(told), id(event)}
            pairs.append((told, event))
    return pairs


def _overlaps(content: str, words: str, span: Span) -> bool:
    return any(
        found.start() < span.end and span.start < found.end()
        for found in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", content)
    )


def _alike(told: Told, event: Event) -> int:
    return _same(told.source, event.source) + _same(told.target, event.target)


def _slots(told: Told, event: Event) -> Iterator[tuple[str, object, object, bool]]:
    source = event.source.text if event.source else None
    target = event.target.text if event.target else None
    place = event.place.name if event.place else None
    date = event.date.value if event.date else None
    yield "source", told.source, source, _same(told.source, event.source)
    yield "target", told.target, target, _same(told.target, event.target)
    yield "modality", told.modality, event.modality, told.modality == event.modality
    yield "mode", told.mode, event.mode, told.mode == event.mode
    yield "place", told.place, place, _same_words(told.place, place)
    yield "date", told.date, date, told.date == date


def _same(words: str | None, span: Span | None) -> bool:
    return _same_words(words, span.text if span else None)


def _same_words(one: str | None, other: str | None) -> bool:
    """Both empty, or half of all their words in both: readers end phrases in different places."""
    if one is None or other is None:
        return one is other
    first, second = _words(one), _words(other)
    shared = len(first & second)
    alike = shared == min(len(first), len(second)) or shared >= _ENOUGH * len(first | second)
    return bool(first and second) and alike


def _words(phrase: str) -> frozenset[str]:
    return frozenset(re.findall(r"'s|[\w-]+", fold(phrase))) - _NOT_COMPARED


def _list_mistakes(
    text: Annotated, events: Sequence[Event], pairs: Sequence[Pair], tally: Tally
) -> None:
    content = text.article.content
    told_ids, event_ids = {id(told) for told, _ in pairs}, {id(event) for _, event in pairs}
    for told, event in pairs:
        if told.event_type != event.event_type:
            detail = f"[{told.trigger}] taken for {event.event_type} by {event.rule}"
            tally.miss("wrong type of event", text.label, f"{told.event_type} {detail}")
    for told in text.events:
        if id(told) not in told_ids:
            detail = f"{told.source!r} [{told.trigger}] {told.target!r} ({told.modality})"
            tally.miss(f"{told.event_type} missed", text.label, detail)
    for event in events:
        if id(event) not in event_ids:
            sentence = " ".join(content[event.sentence.start : event.sentence.end].split())
            detail = f"[{event.trigger.text}] by {event.rule}: {sentence}"
            tally.miss(f"{event.event_type} where none is told", text.label, detail)

"""An event that an article tells again is one event with more evidence."""

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Final

from tidings.language.spelling import fold
from tidings.messages import Actor, Event, Evidence
from tidings_events.pronouns import PRONOUNS

Named = tuple[str | None, str | None]

_STEM: Final = 5
"""Letters that two forms of a word share."""
_LOOKED_BACK: Final = 100
_MOST_EVIDENCES: Final = 50


def merge_retellings(events: Iterable[Event]) -> list[Event]:
    """In the order in which they are told first. The event with more filled slots stands for all,
    under the id and the place in the order of the first one. An event is compared with the last
    ones of its type, and keeps its first evidences: the time stays linear."""
    merged: list[Event] = []
    named: list[Named] = []
    of_type: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=_LOOKED_BACK))
    for event in events:
        earlier = of_type[event.event_type]
        names = _last_words(event)
        likely = (i for i in earlier if _may_agree(named[i], names))
        place = next((i for i in likely if is_retelling(merged[i], event)), None)
        if place is None:
            earlier.append(len(merged))
            merged.append(event)
            named.append(names)
        else:
            earlier.remove(place)
            earlier.append(place)
            if len(merged[place].retold) < _MOST_EVIDENCES:
                merged[place] = _joined(merged[place], event)
                named[place] = _last_words(merged[place])
    return merged


def _last_words(event: Event) -> Named:
    """Of the source's and the target's name: what two tellings share at least."""
    source, target = (
        fold(actor.name).rpartition(" ")[2] if actor else None
        for actor in (event.source, event.target)
    )
    return source, target


def _may_agree(one: Named, other: Named) -> bool:
    """A cheap look before everything is compared."""
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def is_retelling(first: Event, second: Event) -> bool:
    """Of one type, with nothing in which they differ and at least one actor whom both name. Two
    triggers of one sentence are two acts, but for violence: "opened fire, killing two"."""
    if first.event_type != second.event_type or first.modality != second.modality:
        return False
    one_sentence = first.sentence.start == second.sentence.start
    if one_sentence and first.event_type != "ASSAULT":
        return False
    if None not in (first.mode, second.mode) and first.mode != second.mode:
        return False
    if first.date and second.date and first.date.value != second.date.value:
        return False
    places = _own_place(first), _own_place(second)
    if None not in places and places[0] != places[1]:
        return False
    pairs = ((first.source, second.source), (first.target, second.target))
    alike = [_same(one, other) for one, other in pairs if one and other]
    if one_sentence or not all(alike):
        return bool(alike) and all(alike)
    return len(alike) > 1 or (
        len(alike) == 1 and (first.rule == second.rule or _one_word(first, second))
    )


def _one_word(first: Event, second: Event) -> bool:
    """ "arrested" and "the arrest": where only one actor tells that it is the same act."""
    one, other = fold(first.trigger.text), fold(second.trigger.text)
    return one[:_STEM] == other[:_STEM]


def _own_place(event: Event) -> str | None:
    """Named in the event's own sentence, not by the dateline."""
    place, sentence = event.place, event.sentence
    if place is None or place.start is None:
        return None
    return place.name if sentence.start <= place.start < sentence.end else None


def _same(one: Actor, other: Actor) -> bool:
    """By name: the last word of a person's is enough in one article. Nobody knows who "he" is, and
    "another man" is another."""
    if {fold(one.name), fold(other.name)} & PRONOUNS or "another" in fold(other.text).split():
        return False
    first, second = fold(one.name).split(), fold(other.name).split()
    if not first or not second or (one.country or other.country) != (other.country or one.country):
        return False
    return first == second or (first[-1] == second[-1] and 1 in (len(first), len(second)))


def _joined(first: Event, second: Event) -> Event:
    fuller = max((first, second), key=_filled)
    other = second if fuller is first else first
    told = Evidence(trigger=other.trigger, sentence=other.sentence, rule=other.rule)
    places = {one.trigger.start: one for one in (*first.retold, *second.retold, told)}
    return fuller.model_copy(
        update={
            "event_id": first.event_id,
            "source": fuller.source or other.source,
            "target": fuller.target or other.target,
            "date": fuller.date or other.date,
            "place": fuller.place or other.place,
            **_mode(fuller if fuller.mode else other),
            "casualties": fuller.casualties or other.casualties,
            "attribution": fuller.attribution and other.attribution and fuller.attribution,
            "contexts": tuple(dict.fromkeys((*first.contexts, *second.contexts))),
            "confidence": max(first.confidence, second.confidence),
            "retold": tuple(places[start] for start in sorted(places)),
        }
    )


def _mode(event: Event) -> dict[str, object]:
    return {"mode": event.mode, "intensity": event.intensity}


def _filled(event: Event) -> int:
    return sum(slot is not None for slot in (event.source, event.target, event.date, event.mode))

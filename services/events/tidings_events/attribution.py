"""Who says so: speech verbs above or beside the event, "according to", and quotation marks."""

import re
from typing import Final

from tidings_events.grammar import SUBJECTS, ancestors, child, is_verb
from tidings_events.tree import Token

_MARK: Final = re.compile(r"[“„«”»\"]")
_OPENING: Final = "“„«"
_CLOSING: Final = "”»"
Quote = tuple[int, int]
"""Start and end of a quotation, marks included."""


def speaker_of(trigger: Token, speech: frozenset[str]) -> Token | None:
    """The noun that says the clause of the trigger, or None where the article itself says it."""
    token = trigger
    for above in ancestors(trigger):
        if (
            is_verb(above)
            and above.lower_ in speech
            and token.dep_ in ("ccomp", "parataxis", "dep")
        ):
            subject = child(above, *SUBJECTS)
            if subject is not None and subject.i != trigger.i:
                return subject
        token = above
    return _beside(trigger, speech) or _according_to(trigger)


def _beside(trigger: Token, speech: frozenset[str]) -> Token | None:
    """ "..., the ministry said": the speech verb hangs below the event's own clause."""
    top = trigger
    for above in ancestors(trigger):
        if is_verb(above):
            top = above
    for holder in dict.fromkeys((trigger, top)):
        for c in holder.children:
            if c.dep_ in ("parataxis", "ccomp", "advcl") and c.lower_ in speech and c.i > trigger.i:
                subject = child(c, *SUBJECTS)
                if subject is not None and child(c, "ccomp", "mark", "dobj") is None:
                    return subject
    return None


def _according_to(trigger: Token) -> Token | None:
    for token in (trigger, *ancestors(trigger)):
        for c in token.children:
            if c.dep_ == "prep" and c.lower_ == "according":
                to = child(c, "prep")
                return child(to, "pobj") if to is not None else None
    return None


def quoted_spans(text: str) -> list[Quote]:
    """Character spans between quotation marks; a quotation that is not closed runs to the end."""
    spans: list[Quote] = []
    start: int | None = None
    for mark in _MARK.finditer(text):
        if start is None and mark.group() not in _CLOSING:
            start = mark.start()
        elif start is not None and mark.group() not in _OPENING:
            spans.append((start, mark.end()))
            start = None
    if start is not None:
        spans.append((start, len(text)))
    return spans


def is_quoted(place: int, spans: list[Quote]) -> bool:
    return any(start < place < end for start, end in spans)

"""Spans of a text as nested, escaped HTML. Pure.

Spans may overlap in any way: an element that would cross another's end is closed there and opened
again behind it, so that what comes out is always well formed. Offsets are code points of the text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

_BLANK_LINES: Final = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True)
class Mark:
    """`text[start:end]` shown as of a kind (a CSS class), with a tooltip; `anchor` is its id in the
    page, so that a link can lead to it."""

    start: int
    end: int
    kind: str
    tooltip: str = ""
    anchor: str | None = None


def mark_text(text: str, marks: Iterable[Mark], start: int = 0, end: int | None = None) -> Markup:
    """`text[start:end]` with its marks, clipped to that range; empty ones are left out."""
    end = len(text) if end is None else min(end, len(text))
    inside = sorted(_clipped(marks, start, end), key=lambda mark: (mark.start, -mark.end))
    return Markup("").join(_weave(text, inside, start, end))


def mark_paragraphs(
    text: str, marks: Iterable[Mark], start: int = 0, end: int | None = None
) -> list[Markup]:
    """`text[start:end]`, a marked piece for each paragraph: blank lines part them."""
    end = len(text) if end is None else min(end, len(text))
    waiting = sorted(marks, key=lambda mark: -mark.start)
    reaching: list[Mark] = []
    paragraphs = []
    for first, last in _paragraphs(text, start, end):
        while waiting and waiting[-1].start < last:
            reaching.append(waiting.pop())
        paragraphs.append(mark_text(text, reaching, first, last))
        reaching = [mark for mark in reaching if mark.end > last]
    return paragraphs


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for blank in _BLANK_LINES.finditer(text, start, end):
        if text[first : blank.start()].strip():
            yield first, blank.start()
        first = blank.end()
    if text[first:end].strip():
        yield first, end


def _clipped(marks: Iterable[Mark], start: int, end: int) -> Iterator[Mark]:
    for mark in marks:
        first, last = max(mark.start, start), min(mark.end, end)
        if first < last:
            anchor = mark.anchor if first == mark.start else None
            yield Mark(first, last, mark.kind, mark.tooltip, anchor)


def _weave(text: str, marks: list[Mark], start: int, end: int) -> Iterator[Markup]:
    """Walks from boundary to boundary with the stack of open marks, outermost first."""
    boundaries = sorted({start, end, *(m.start for m in marks), *(m.end for m in marks)})
    waiting = marks[::-1]
    open_marks: list[Mark] = []
    for here, following in zip(boundaries, [*boundaries[1:], end], strict=True):
        yield from _close(open_marks, here)
        while waiting and waiting[-1].start == here:
            open_marks.append(waiting.pop())
            yield _opening(open_marks[-1], here)
        yield escape(text[here:following])


def _close(open_marks: list[Mark], here: int) -> Iterator[Markup]:
    """Closes the marks that end here, and for as long those that lie inside of them."""
    ending = next((i for i, mark in enumerate(open_marks) if mark.end == here), None)
    if ending is None:
        return
    inner = open_marks[ending:]
    yield Markup("</mark>") * len(inner)
    open_marks[ending:] = [mark for mark in inner if mark.end > here]
    for mark in open_marks[ending:]:
        yield _opening(mark, here)


def _opening(mark: Mark, here: int) -> Markup:
    anchored = mark.anchor if here == mark.start else None
    return Markup("<mark{} class={}{}>").format(
        Markup(' id="{}"').format(anchored) if anchored else "",
        Markup('"{}"').format(mark.kind),
        Markup(' title="{}"').format(mark.tooltip) if mark.tooltip else "",
    )

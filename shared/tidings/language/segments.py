"""Cuts an article into the pieces that are read one by one: its title and each paragraph.

Nothing that is found may run across two pieces. Pieces also bound the memory and the time that one
call of the model takes, however long the article is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tidings.language.headline import Writing, recase_dateline, recase_headline
from tidings.messages import Article

MAX_SEGMENT_CHARS: Final = 4_000

_BREAK: Final = re.compile(
    r"""(?x)
    (?<!\s)\s*\n[^\S\n]*\n\s*             # a blank line, sought once in a run of white space
    | (?<=[.!?:;…"'”’»)\]])[^\S\n]*\n\s*  # or the end of a line that ends like a sentence
    """
)
_LINE_BREAK: Final = re.compile(r"(?<!\s)\s*\n\s*")
_LONGEST_WRAPPED: Final = 120
"""No column is wider: where most of a text is in longer lines, the end of each means something."""
_SENTENCE_END: Final = re.compile(r"[.!?][\"'”’»)]*\s+")


@dataclass(frozen=True)
class Segment:
    """A piece of `Article.content`: `content[start:start + len(text)]`, except that line breaks
    within the piece are spaces here, so that a name is not torn by the width of a column, and that
    headlines are in the case of sentences."""

    text: str
    start: int
    is_title: bool = False


def segments(article: Article) -> Iterator[Segment]:
    """The title, then each paragraph, without white space around them. Empty ones are left out."""
    writing = Writing(article.text or "")
    title = article.title or ""
    if title.strip():
        yield from _pieces(title, 0, is_title=True, writing=writing)
    text_start = len(article.content) - len(article.text or "")
    if article.text and article.text.strip():
        yield from _pieces(article.text, text_start, is_title=False, writing=writing)


def _pieces(text: str, offset: int, *, is_title: bool, writing: Writing) -> Iterator[Segment]:
    start = 0
    in_long_lines = sum(len(line) for line in text.splitlines() if len(line) > _LONGEST_WRAPPED)
    breaks = _BREAK if 2 * in_long_lines <= len(text) else _LINE_BREAK
    ends = [match.span() for match in breaks.finditer(text)] if not is_title else []
    for end, next_start in [*ends, (len(text), len(text))]:
        for piece_start, piece_end in _bounded(text, start, end):
            piece = text[piece_start:piece_end]
            words = piece.strip()
            if words:
                lead = len(piece) - len(piece.lstrip())
                line = recase_headline(_flat(words), writing, is_title=is_title)
                written = recase_dateline(line)
                yield Segment(written, offset + piece_start + lead, is_title)
        start = next_start


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cuts what is longer than MAX_SEGMENT_CHARS, after a sentence or else after a word."""
    while end - start > MAX_SEGMENT_CHARS:
        limit = start + MAX_SEGMENT_CHARS
        cuts = [match.end() for match in _SENTENCE_END.finditer(text, start + 1, limit)]
        cut = cuts[-1] if cuts else text.rfind(" ", start + 1, limit) + 1
        if cut <= start:
            cut = limit
        yield start, cut
        start = cut
    yield start, end


def _flat(words: str) -> str:
    """White space of every kind as spaces, one for one, so that offsets stay."""
    return re.sub(r"\s", " ", words)

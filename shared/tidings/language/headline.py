"""Headlines and datelines as sentences write them: "Gunmen Kill Nine at Cockfight" and "GUNMEN KILL
NINE" read as "Gunmen kill nine at cockfight", so that a model trained on sentences sees its like.

What is a name, the article's own text tells first: a word that stands there in small letters is
none, one that stands there only with a capital is one. Else a list of words tells that are nearly
always written small. Only the case of letters changes, so offsets stay.
"""

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from tidings.language.countries import country_by_name
from tidings.language.dateline import find_dateline
from tidings.language.spelling import CAPITAL
from tidings.language.words import common_words, organisation_endings

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’](?![sS]\b)[^\W\d_]+)*")
_SMALL: Final = re.compile(r"\b[a-z]+\b")
_RUN: Final = re.compile(
    rf"(?:(?<=[a-z,;] )|(?<=[—–] )){CAPITAL}[\w'’-]*(?: {CAPITAL}[\w'’-]*)*"
    rf"|{CAPITAL}[\w'’-]*(?: {CAPITAL}[\w'’-]*)+"
)
_CAPITALS: Final = re.compile(r"\b[A-Z]{2,6}\b")
_SHARE: Final = 0.75
"""Of the longer words; in a sentence fewer begin with a capital."""
_LONG: Final = 4
_FEW_WORDS: Final = 3
_ACRONYM: Final = 5
_LONGEST: Final = 300
_ENDS: Final = re.compile(r"[.!?…][\"'”’)\]]*\s*$")
_MOST_AT_FRONT: Final = 4
_BODIES: Final = frozenset({"association", "federation", "union"})
"""They end the name that begins a headline: "Harbour Workers Union Rejects Offer"."""


class Writing:
    """How the text of one article writes its words; looked at when a headline first asks."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def seen(self) -> "_Seen":
        lines = self._text.split("\n")
        return _seen_in("\n".join(line for line in lines if not _is_like_a_headline(line)))


def recase_headline(title: str, writing: Writing, *, is_title: bool = True) -> str:
    """A line of an article, each letter at its place. A line that is written like a sentence stays
    as it is, and so does one in mixed case that ends like one, unless it is the title."""
    words = [match[0] for match in _WORD.finditer(title)]
    style = _style(words)
    if style is None or (style == "capitalised" and not is_title and _ENDS.search(title)):
        return title
    seen, shouts = writing.seen, style == "shouted"
    written = _written(words, seen, shouts=shouts)
    out: list[str] = []
    after = 0
    for match, word in zip(_WORD.finditer(title), written, strict=True):
        out += (title[after : match.start()], word if len(word) == len(match[0]) else match[0])
        after = match.end()
    return "".join([*out, title[after:]])


def _style(words: Sequence[str]) -> Literal["shouted", "capitalised"] | None:
    long = [word for word in words if len(word) >= _LONG]
    if len(words) < _FEW_WORDS or not long:
        return None
    if sum(word.isupper() for word in long) >= _SHARE * len(long):
        return "shouted"
    capitals = sum(word[0].isupper() for word in long)
    return "capitalised" if capitals >= _SHARE * len(long) else None


def _is_like_a_headline(line: str) -> bool:
    return len(line) < _LONGEST and _style(_WORD.findall(line)) is not None


def _written(words: Sequence[str], seen: "_Seen", *, shouts: bool) -> list[str]:
    """Each word of a headline as a sentence writes it."""
    written: list[str] = []
    small = [word.lower() for word in words]
    for number, word in enumerate(words):
        before = small[number - 1] if number else ""
        after = small[number + 1] if number + 1 < len(small) else ""
        new = seen.as_written(word, before, after)
        if new is None:
            new = _shouted(word) if shouts else _capitalised(word)
        # "Kestrel Energy": an organisation, though energy is not.
        named = bool(written) and written[-1][0].isupper() and before not in common_words()
        if new.islower() and named and new in organisation_endings() and new not in seen.small:
            new = _capital(word)
        written.append(new)
    for last in range(1, min(_MOST_AT_FRONT, len(small))):
        if small[last] in _BODIES and all(word in common_words() for word in small[:last]):
            written[: last + 1] = [_capital(word) for word in words[: last + 1]]
    if written:
        written[0] = written[0][0].upper() + written[0][1:]
    return written


def recase_dateline(paragraph: str) -> str:
    """'N'DJAMENA, Chad (AFP) — …' begins with N'Djamena."""
    dateline = find_dateline(paragraph)
    if not dateline or not dateline.town:
        return paragraph
    start, end = dateline.town
    town = paragraph[start:end]
    if not town.isupper() or country_by_name(town):
        return paragraph
    name = _WORD.sub(lambda word: _capital(word[0]), town)
    return paragraph[:start] + name + paragraph[end:] if len(name) == len(town) else paragraph


@dataclass(frozen=True)
class _Seen:
    """The words of a text by how they are written: the small ones, what stands with a capital
    within sentences by its small letters, and what stands so in pairs."""

    small: Collection[str]
    capital: Mapping[str, str]
    pairs: Collection[tuple[str, str]]

    def as_written(self, word: str, before: str, after: str) -> str | None:
        """As the text writes it; None where it does not tell. A common word is part of a name only
        beside the word that it stands beside in the text."""
        small = word.lower()
        name = self.capital.get(small)
        if name and (
            (small not in self.small and small not in common_words())
            or (before, small) in self.pairs
            or (small, after) in self.pairs
        ):
            return name
        return small if small in self.small else None


def _seen_in(text: str) -> _Seen:
    runs = [_WORD.findall(match[0]) for match in _RUN.finditer(text)]
    acronyms = {word.lower(): word for word in _CAPITALS.findall(text)}
    pairs = {(one.lower(), other.lower()) for run in runs for one, other in itertools.pairwise(run)}
    names = {word.lower(): word for run in runs for word in run}
    return _Seen(frozenset(_SMALL.findall(text)), {**names, **acronyms}, frozenset(pairs))


def _capitalised(word: str) -> str:
    small = word.lower()
    return small if small in common_words() and not (word.isupper() and len(word) > 1) else word


def _shouted(word: str) -> str:
    small = word.lower()
    if small in common_words():
        return small
    vowels = sum(letter in "aeiouy" for letter in small)
    return word if len(word) <= _ACRONYM and not vowels else _capital(word)


def _capital(word: str) -> str:
    """Of a name in capitals: 'O’BRIEN' -> 'O’Brien'."""
    parts = re.split(r"(['’])", word)
    return "".join(part[:1] + part[1:].lower() if len(part) > 1 else part for part in parts)

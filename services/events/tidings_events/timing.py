"""When an event happened: of the dates that its sentence gives, the one that speaks of it."""

import re
from datetime import UTC, datetime
from typing import Final

from tidings.language.reading import Reading
from tidings.messages import Article, EventDate
from tidings_events.dates import MONTH, find_dates
from tidings_events.grammar import ancestors, is_noun, is_verb
from tidings_events.tree import Stretch, Token

_MONTH_AND_YEAR: Final = re.compile(rf"(?x)\b{MONTH}[\s,.\d]{{1,8}}?(?P<year>(?:19|20)\d\d)\b")
_FARTHER: Final = 1000
"""Characters by which a date of the clause above counts as farther away."""
_GOES_ON: Final = frozenset({"xcomp", "conj", "advcl", "acl", "pcomp", "prep", "dobj", "pobj"})
"""Between an event and a word above it that shares its date: not a clause that is said."""


def year_of(article: Article) -> int:
    """When it was published; of an undated text the latest year that it names with a month, as in
    its own date ("April 11, 2007"), or else that of its push."""
    if article.published_at is not None:
        return article.published_at.year
    pushed = datetime.fromtimestamp(article.version / 1000, UTC).year
    named = (int(found["year"]) for found in _MONTH_AND_YEAR.finditer(article.content))
    return max((year for year in named if year <= pushed), default=pushed)


def date_of(
    trigger: Token, sentence: Stretch, reading: Reading, published_at: datetime | None, *,
    future: bool,
) -> EventDate | None:  # fmt: skip
    """With its place in the article. A date that hangs on another verb of the sentence is that
    verb's; without any, the event's date is left open."""
    found = []
    for date in find_dates(sentence.text, published_at, future=future):
        assert date.start is not None
        assert date.end is not None
        start, end = sentence.start_char + date.start, sentence.start_char + date.end
        distance = _distance(_word_at(sentence, start), trigger)
        if distance is not None:
            first, last = reading.span(start, end)
            found.append((distance, date.model_copy(update={"start": first, "end": last})))
    return min(found, key=lambda one: one[0], default=(0, None))[1]


def _word_at(sentence: Stretch, place: int) -> Token:
    return next(token for token in sentence if place < token.idx + len(token))


def _distance(word: Token, trigger: Token) -> int | None:
    """In characters, more where the date hangs on a word above the event; None where it is told of
    another."""
    away: int = abs(word.idx - trigger.idx)
    above = [trigger, *_sharing(trigger)]
    for holder in (word, *ancestors(word)):
        if holder.i == trigger.i or (holder.dep_ == "prep" and holder.head.i == trigger.i):
            return away
        if any(holder.i == one.i for one in above):
            return away + _FARTHER
        if is_verb(holder) and holder.dep_ not in ("aux", "auxpass"):
            return away + _FARTHER if _carries_on(holder, trigger) else None
    return away + _FARTHER


def _sharing(trigger: Token) -> list[Token]:
    """The words above the event that happen with it: "will *hold* talks", "*voted* to ban"."""
    found = []
    below = trigger
    for above in ancestors(trigger):
        if below.dep_ not in _GOES_ON and not (is_noun(below) and below.dep_.startswith("nsubj")):
            break
        found.append(above)
        below = above
    return found


def _carries_on(verb: Token, trigger: Token) -> bool:
    """ "arrested and *charged on Monday*": a second verb of the same clause."""
    return bool(verb.dep_ == "conj" and verb.head.i == trigger.i)

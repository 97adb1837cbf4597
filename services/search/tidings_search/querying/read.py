"""A query read: luqum's tree into conditions, or a mistake with its place.

Words that stand side by side must all be there. Side by side binds least: `a b OR c` is a, and one
of b and c; an AND that is written out binds more than OR. What the fields of events say side by
side is said of one event; what stands in parentheses, of one of its own.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from luqum import tree as lucene
from luqum.exceptions import ParseError
from luqum.thread import parse as parse_lucene

from tidings_search.countries import country_code, country_names
from tidings_search.querying.days import HOW, Stretch, moment_of, read_stretch
from tidings_search.querying.fields import FIELDS, Field
from tidings_search.querying.mistakes import QueryMistake, unknown
from tidings_search.querying.nodes import (
    Everything,
    Is,
    Limits,
    Node,
    OneEvent,
    Words,
    events_of,
    size_of,
)
from tidings_search.querying.scan import DEEPEST, LONGEST, Scanned, scan
from tidings_search.querying.together import Denied, Joined, Part, settled

Bound = Stretch | float
"""A day, month or year from its beginning to its end, or a number."""

MOST_CONDITIONS: Final = 100
MOST_SIGNS: Final = 3 * DEEPEST
"""Operators and parentheses around one word."""
SHORTEST_PATTERN: Final = 2
"""Letters before the first `*` or `?`."""
LONGEST_PATTERN: Final = 50
MOST_WILDCARDS: Final = 5
"""Of one pattern. Elasticsearch refuses those that could match in too many ways."""
MOST_SLOP: Final = 50
_UNSAID: Final = Decimal("0.5")
"""What luqum makes of a `~` without a number."""

_WILDCARD: Final = re.compile(r"(?<!\\)[*?]")
_NOT_WORDS: Final = re.compile(rf"\b(?:{'|'.join(FIELDS)}):|[~^][0-9.]*")
_OPERATORS: Final = frozenset({"AND", "OR", "NOT", "TO"})
_IN_WORDS: Final = "_'’%&#@.,-"


@dataclass(frozen=True)
class Query:
    """What a text asks for. `events`: the events that it names, each to be met by one event."""

    text: str
    node: Node
    events: tuple[OneEvent, ...]


def read_query(text: str) -> Query:
    """Raises QueryMistake. A text of nothing but white space asks for everything."""
    if not text.strip():
        return Query(text, Everything(), ())
    scanned = scan(text)
    try:
        parsed = parse_lucene(scanned.text)
    except ParseError as error:
        raise _syntax_mistake(error, scanned) from None
    node = _Reader(scanned).read(parsed)
    if (size := size_of(node)) > MOST_CONDITIONS:
        raise QueryMistake(
            1, f"a query has at most {MOST_CONDITIONS} conditions, and this one has {size}."
        )
    return Query(text, node, tuple(events_of(node)))


def plain_words(text: str) -> str:
    """The words of a query that cannot be read, without what would be syntax, as many as one query
    may have."""
    text = _NOT_WORDS.sub(" ", text)
    kept = "".join(letter if _is_of_word(letter) else " " for letter in text)
    words = [word.strip("-.,&'") for word in kept.split()]
    words = [word for word in words if word not in _OPERATORS and _can_be_found(word)]
    plain = " ".join(words[:MOST_CONDITIONS])
    return plain if len(plain) <= LONGEST else plain[:LONGEST].rpartition(" ")[0]


def _is_of_word(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return letter.isalnum() or letter in _IN_WORDS or kind == "So" or kind.startswith("M")


def _can_be_found(words: str) -> bool:
    return any(letter.isalnum() or unicodedata.category(letter) == "So" for letter in words)


def _syntax_mistake(error: ParseError, scanned: Scanned) -> QueryMistake:
    found = re.search(r"(?:unexpected|character)\s+'?(.*?)'? at position (\d+)", str(error), re.S)
    if found is None:
        return QueryMistake(scanned.positions[-1] - 1, "something is missing at the end.")
    position = scanned.position(int(found[2]))
    return QueryMistake(
        position,
        f"“{found[1][:20]}” cannot stand here; put quotation marks around what is meant literally.",
    )


class _Reader:
    def __init__(self, scanned: Scanned) -> None:
        self._scanned = scanned

    def read(self, item: Any) -> Node:
        return settled(self._part(item, None, 0))

    def _part(self, item: Any, field: Field | None, depth: int, boost: float = 1.0) -> Part:
        if depth > MOST_SIGNS:
            raise self._mistake(item, f"signs stand in signs more than {MOST_SIGNS} deep.")
        deeper = depth + 1
        match item:
            case lucene.SearchField():
                return self._in_field(item, field, deeper, boost)
            case lucene.Group() | lucene.FieldGroup():
                inner = self._part(item.expr, field, deeper, boost)
                return inner if field else settled(inner)
            case lucene.OrOperation():
                parts = tuple(self._part(one, field, deeper, boost) for one in item.children)
                return Joined(parts, either=True)
            case lucene.BaseOperation():
                parts = tuple(self._part(one, field, deeper, boost) for one in item.children)
                return Joined(parts)
            case lucene.Plus():
                return self._part(item.a, field, deeper, boost)
            case lucene.Prohibit() if field and field.kind == "number":
                return self._measured(item, field)
            case lucene.Not() | lucene.Prohibit():
                return Denied(self._part(item.a, field, deeper, boost))
            case lucene.Boost():
                return self._part(item.expr, field, deeper, self._weight(item, boost))
        return self._of_field(item, field, boost) if field else self._words(item, boost)

    def _in_field(self, item: Any, outer: Field | None, depth: int, boost: float) -> Part:
        if outer is not None:
            raise self._mistake(item, f"a field cannot stand in the field “{outer.name}”.")
        if item.name == "*":
            return self._everything(item)
        name = item.name.casefold()
        if name not in FIELDS:
            raise unknown(
                self._position(item), "field", item.name, FIELDS,
                else_="a colon that is meant literally stands in quotation marks",
            )  # fmt: skip
        return self._part(item.expr, FIELDS[name], depth, boost)

    def _everything(self, item: Any) -> Node:
        if isinstance(item.expr, lucene.Word) and item.expr.value == "*":
            return Everything()
        raise self._mistake(item, "“*:” takes only “*”, and means everything.")

    def _words(self, item: Any, boost: float, place: Any = "anywhere") -> Node:
        match item:
            case lucene.Word():
                return self._word(item, boost, place)
            case lucene.Phrase():
                text = self._said(item, _unescaped(item.value[1:-1]))
                return Words(text, place, "exact", boost=boost)
            case lucene.Proximity():
                if item.degree > MOST_SLOP:
                    raise self._mistake(item, f"at most {MOST_SLOP} words may stand between.")
                text = self._said(item, _unescaped(item.term.value[1:-1]))
                return Words(text, place, "exact", slop=int(item.degree), boost=boost)
            case lucene.Fuzzy():
                text = self._said(item, _unescaped(item.term.value))
                edits = self._edits(item)
                return Words(text, place, "fuzzy", edits=edits, boost=boost)
            case lucene.Regex():
                raise self._mistake(
                    item, "regular expressions are not searched for; use * and ?, or quotation "
                    "marks around slashes that are meant literally.",
                )  # fmt: skip
        raise self._mistake(item, "a range or comparison needs a field: “date:[2026-01 TO *]”.")

    def _word(self, item: Any, boost: float, place: Any) -> Node:
        if item.value == "*":
            return Everything() if place == "anywhere" else Is(FIELDS[place], None, "*")
        if item.has_wildcard():
            return Words(self._pattern(item), place, "pattern", boost=boost)
        return Words(self._said(item, _unescaped(item.value)), place, boost=boost)

    def _pattern(self, item: Any) -> str:
        pattern = _composed(item.value)
        wildcards = list(_WILDCARD.finditer(pattern))
        if len(pattern) > LONGEST_PATTERN or len(wildcards) > MOST_WILDCARDS:
            raise self._mistake(
                item, f"a word with * or ? has at most {MOST_WILDCARDS} of them and "
                f"{LONGEST_PATTERN} letters.",
            )  # fmt: skip
        if wildcards and wildcards[0].start() < SHORTEST_PATTERN:
            raise self._mistake(
                item, f"at least {SHORTEST_PATTERN} letters stand before the first * or ?: a "
                "search for endings would read every word that there is.",
            )  # fmt: skip
        return pattern

    def _edits(self, item: Any) -> int | None:
        if item.degree == _UNSAID:
            return None
        if item.degree not in (0, 1, 2):
            raise self._mistake(item, "“~” takes 0, 1 or 2 letters that may be wrong.")
        return int(item.degree)

    def _weight(self, item: Any, around: float) -> float:
        weight = float(item.force) * around
        if not 0.01 <= weight <= 100 or item.implicit_force:
            raise self._mistake(item, "a weight stands behind “^”, from 0.01 to 100: word^2.")
        return weight

    def _of_field(self, item: Any, field: Field, boost: float) -> Node:
        if field.kind == "words":
            return self._words(item, boost, field.name)
        if boost != 1:
            raise self._mistake(
                item, f"a weight is for words: “{field.name}” rules in or out, and has no part in "
                "the order of results.",
            )  # fmt: skip
        if field.kind in ("date", "number"):
            return self._measured(item, field)
        if isinstance(item, lucene.Word) and item.value == "*":
            return Is(field, None, "*")
        match item:
            case lucene.Word() if item.has_wildcard():
                return self._patterned(item, field)
            case lucene.Word():
                said = _unescaped(item.value)
            case lucene.Phrase():
                said = _unescaped(item.value[1:-1])
            case lucene.Fuzzy() if field.kind in ("name", "called", "actor"):
                said = self._said(item, _unescaped(item.term.value))
                self._edits(item)
                return Is(field, said, said, "fuzzy")
            case _:
                raise self._mistake(item, f"the field “{field.name}” takes a word or a phrase.")
        value = self._value(item, field, self._said(item, said))
        return Is(field, value, said)

    def _patterned(self, item: Any, field: Field) -> Node:
        if field.kind in ("choice", "country"):
            raise self._mistake(item, f"the field “{field.name}” takes no * or ?.")
        return Is(field, self._pattern(item), item.value, "pattern")

    def _value(self, item: Any, field: Field, said: str) -> str:
        if field.kind == "country":
            code = country_code(said)
            if code is None:
                raise unknown(
                    self._position(item), "country", said, country_names().values(),
                    else_="write its name in English, or its code, such as UKR",
                )  # fmt: skip
            return code
        if field.kind != "choice":
            return said
        found = next((one for one in field.choices if one.casefold() == said.casefold()), None)
        if found is None:
            raise unknown(self._position(item), field.name, said, field.choices)
        return found

    def _measured(self, item: Any, field: Field) -> Node:
        if isinstance(item, lucene.Word) and item.value == "*":
            return Is(field, None, "*")
        said = str(item).strip().replace('"', "")
        match item:
            case lucene.Range():
                low = self._bound(item.low, field)
                high = self._bound(item.high, field)
                limits = _limits(low, high, item.include_low, item.include_high)
            case lucene.From():
                limits = _limits(self._bound(item.a, field), None, item.include, True)
            case lucene.To():
                limits = _limits(None, self._bound(item.a, field), True, item.include)
            case _:
                one = self._bound(item, field)
                limits = _limits(one, one, True, True)
        self._check_order(item, limits)
        return Is(field, limits, said)

    def _bound(self, item: Any, field: Field) -> Bound | None:
        """None for `*`."""
        match item:
            case lucene.Word(value=said) | lucene.Phrase(value=said):
                said = _unescaped(said.strip('"'))
            case lucene.Prohibit(a=lucene.Word(value=said)) if field.kind == "number":
                said = f"-{said}"
            case _:
                raise self._mistake(item, f"the field “{field.name}” takes {_takes(field)}.")
        if said == "*":
            return None
        if field.kind == "date":
            stretch = read_stretch(said)
            if stretch is None:
                raise self._mistake(item, f"“{said}” is no date: {HOW}.")
            return stretch
        try:
            number = float(said)
        except ValueError:
            number = float("nan")
        if not abs(number) < 1e15:
            raise self._mistake(item, f"“{said}” is no number.")
        return number

    def _check_order(self, item: Any, limits: Limits) -> None:
        if limits.low is None or limits.high is None:
            return
        low, high = _comparable(limits.low), _comparable(limits.high)
        both = limits.with_low and limits.with_high
        if low and high and (low > high or (low == high and not both)):
            raise self._mistake(item, "this range holds nothing: it ends before it begins.")

    def _said(self, item: Any, words: str) -> str:
        """The words, in which there is something that can be found."""
        words = _composed(words)
        if not _can_be_found(words):
            raise self._mistake(item, f"“{words}” has no letters or digits to look for.")
        return " ".join(words.split())

    def _position(self, item: Any) -> int:
        return self._scanned.position(item.pos)

    def _mistake(self, item: Any, sentence: str) -> QueryMistake:
        return QueryMistake(self._position(item), sentence)


def _takes(field: Field) -> str:
    return "a date or a range of dates" if field.kind == "date" else "a number or a range"


def _limits(low: Bound | None, high: Bound | None, with_low: bool, with_high: bool) -> Limits:
    """A day that is left out is left out whole, and one that is in is in to its last moment."""
    first = low[0 if with_low else 1] if isinstance(low, Stretch) else low
    last = high[1 if with_high else 0] if isinstance(high, Stretch) else high
    if isinstance(first, str) or isinstance(last, str):
        return Limits(first, last, with_high=False)
    return Limits(first, last, with_low, with_high)


def _comparable(bound: str | float) -> Any:
    """None for what depends on the clock."""
    return (bound,) if isinstance(bound, float) else moment_of(bound)


def _composed(words: str) -> str:
    """As texts are written: accents on their letters, and no signs that nobody sees, which come
    along from right-to-left pages and word processors."""
    composed = unicodedata.normalize("NFC", words)
    return "".join(letter for letter in composed if unicodedata.category(letter) != "Cf")


def _unescaped(words: str) -> str:
    return re.sub(r"\\(.)", r"\1", words)

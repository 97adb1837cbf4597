"""A query as typed, made ready for luqum: every kind of quotation mark straight, `&&`, `||` and `!`
written out, and what its grammar would only call a syntax error named with its place."""

import re
from dataclasses import dataclass
from typing import Final

from tidings_search.querying.mistakes import QueryMistake

LONGEST: Final = 1_000
"""Characters of a query."""

DEEPEST: Final = 20
"""Parentheses in parentheses."""

QUOTES: Final = frozenset("“”„‟«»＂〝〞")
"""What keyboards, phones and typesetters make of `"`."""

_OPERATOR: Final = re.compile(
    rf"""(?:AND|OR|NOT|&&|\|\|)(?=[\s()"{"".join(sorted(QUOTES))}]|$)|!(?=[^\s=])"""
)
_NEGATIVE: Final = re.compile(r"\w+:[<>]=?(-[\d.]+)$")
"""luqum takes the minus of a negative number behind "<" for an operator."""
_SIGN: Final = re.compile(r"\\.|([~^])([0-9.]*)", re.DOTALL)
"""With its number; what is escaped is passed over."""
_NUMBER: Final = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
_WRITTEN: Final = {"&&": "AND", "||": "OR", "!": "NOT "}
_BEFORE_WORDS: Final = (" ", "(", "+", "-", "NOT ", '"', ")", "]", "}")
_BEFORE_PHRASE: Final = re.compile(r"[+-]*(?:[^:\\]+:)?[+-]*(?:[<>]=?)?")
"""What may stand directly before a quotation mark; luqum takes it for a letter behind others."""
_CLOSING: Final = {")": "(", "]": "[{", "}": "[{"}


@dataclass(frozen=True)
class Scanned:
    """`positions[i]` is the place in the query, counted from 1, of what became `text[i]`; one more
    stands at the end."""

    text: str
    positions: tuple[int, ...]

    def position(self, place: int | None) -> int:
        return self.positions[min(place or 0, len(self.positions) - 1)]


def scan(query: str) -> Scanned:
    """Raises QueryMistake for one that is too long or too deep, for quotation marks and brackets
    without a partner, and for operators with nothing to work on."""
    if len(query) > LONGEST:
        raise QueryMistake(
            LONGEST + 1, f"a query has at most {LONGEST:,} characters, this one {len(query):,}."
        )
    return _Scanner(query).scanned()


class _Scanner:
    def __init__(self, query: str) -> None:
        self._query = query
        self._written: list[str] = []
        self._positions: list[int] = []
        self._open: list[tuple[str, int]] = []
        self._operator: tuple[str, int] | None = None
        """One that waits for what it works on."""
        self._has_left = False
        """Does something stand to the left for an operator to join?"""

    def scanned(self) -> Scanned:
        place = 0
        while place < len(self._query):
            place = self._step(place)
        if self._operator is not None:
            sign, at = self._operator
            raise QueryMistake(at + 1, f"nothing follows “{sign}”.")
        if self._open:
            sign, at = self._open[-1]
            raise QueryMistake(at + 1, f"this “{sign}” is never closed.")
        return Scanned("".join(self._written), (*self._positions, len(self._query) + 1))

    def _step(self, place: int) -> int:
        sign = self._query[place]
        if sign.isspace():
            return self._keep(place, " ")
        if sign == '"' or sign in QUOTES:
            return self._quotation(place)
        if sign in "()[]{}":
            return self._bracket(place, sign)
        operator = _OPERATOR.match(self._query, place)
        if operator is not None and self._at_start_of_word():
            return self._operate(place, operator.group())
        if sign in "+-" and self._at_start_of_word():
            return self._prefix(place, sign)
        return self._word(place)

    def _keep(self, place: int, written: str, length: int = 1) -> int:
        self._written.append(written)
        self._positions += [place + 1] * len(written)
        return place + length

    def _at_start_of_word(self) -> bool:
        return not self._written or self._written[-1] in _BEFORE_WORDS

    def _run(self) -> str:
        """What was written since the last blank, bracket or quotation."""
        run: list[str] = []
        for written in reversed(self._written):
            if written[-1] in ' "()[]{}':
                break
            run.append(written)
        return "".join(reversed(run))

    def _quotation(self, place: int) -> int:
        end = place + 1
        while end < len(self._query):
            if self._query[end] == "\\":
                end += 2
                continue
            if self._query[end] == '"' or self._query[end] in QUOTES:
                break
            end += 1
        if end >= len(self._query):
            raise QueryMistake(
                place + 1, "this quotation mark has no partner; add it, or leave this one out."
            )
        if not _BEFORE_PHRASE.fullmatch(self._run()):
            self._keep(place, " ")
        self._keep(place, '"')
        for inner in range(place + 1, end):
            letter = self._query[inner]
            self._keep(inner, " " if letter.isspace() else letter)
        self._met_operand()
        return self._keep(end, '"')

    def _bracket(self, place: int, sign: str) -> int:
        if sign in _CLOSING:
            if not self._open or self._open[-1][0] not in _CLOSING[sign]:
                raise QueryMistake(place + 1, f"there is no bracket for this “{sign}” to close.")
            if self._operator is not None:
                written, at = self._operator
                raise QueryMistake(at + 1, f"nothing follows “{written}”.")
            _, at = self._open.pop()
            if sign == ")" and not self._query[at + 1 : place].strip():
                raise QueryMistake(at + 1, "there is nothing in these parentheses.")
            self._met_operand()
            return self._keep(place, sign)
        if len(self._open) >= DEEPEST:
            raise QueryMistake(
                place + 1, f"parentheses may stand in parentheses {DEEPEST} deep, not more."
            )
        self._open.append((sign, place))
        self._operator, self._has_left = None, sign != "("
        return self._keep(place, sign)

    def _operate(self, place: int, sign: str) -> int:
        written = _WRITTEN.get(sign, sign)
        if self._operator is not None and not written.startswith("NOT"):
            raise QueryMistake(place + 1, f"two operators, and nothing between them: “{sign}”.")
        if not written.startswith("NOT") and not self._has_left:
            raise QueryMistake(place + 1, f"nothing stands before “{sign}”.")
        self._operator = sign, place
        return self._keep(place, written, len(sign))

    def _prefix(self, place: int, sign: str) -> int:
        following = self._query[place + 1 : place + 2]
        if not following or following.isspace():
            meaning = "must be there" if sign == "+" else "must not be there"
            raise QueryMistake(
                place + 1,
                f"“{sign}” stands directly before what {meaning}: “{sign}word”; a dash that is "
                "meant literally stands in quotation marks.",
            )
        return self._keep(place, sign)

    def _word(self, place: int) -> int:
        end, last = place, ""
        while end < len(self._query):
            letter = self._query[end]
            if letter == "\\" and end + 1 < len(self._query):
                end, last = end + 2, ""
                continue
            if letter.isspace() or letter in '"()[]{}' or letter in QUOTES:
                break
            end, last = end + 1, letter
        if last == "\\":
            raise QueryMistake(end, "nothing follows this “\\”.")
        if last == ":":
            behind = self._query[end : end + 1]
            if not behind or behind in ")]}":
                raise QueryMistake(end, "nothing follows this colon.")
        self._check_numbers(place, end)
        negative = _NEGATIVE.match(self._query[place:end])
        for inner in range(place, end):
            if negative and inner == place + negative.start(1):
                self._keep(inner, '"')
            self._keep(inner, self._query[inner])
        if negative:
            self._keep(end - 1, '"')
        if last != ":":
            self._met_operand()
        return end

    def _check_numbers(self, place: int, end: int) -> None:
        """luqum fails on a number that is none, and on a fraction of a word between others."""
        behind_quotation = self._written[-1:] == ['"']
        for sign in _SIGN.finditer(self._query, place, end):
            number = sign[2]
            if sign[1] is None:
                continue
            if number and not _NUMBER.fullmatch(number):
                raise QueryMistake(sign.start() + 2, f"“{number}” is no number.")
            if sign.end() < end and self._query[sign.end()] not in "~^":
                raise QueryMistake(
                    sign.start() + 1,
                    f"“{sign[1]}” stands at the end of a word; one that is meant literally stands "
                    "in quotation marks.",
                )
            if behind_quotation and sign.start() == place and sign[1] == "~" and "." in number:
                raise QueryMistake(place + 2, f"“{number}” is no whole number of words.")

    def _met_operand(self) -> None:
        self._operator, self._has_left = None, True

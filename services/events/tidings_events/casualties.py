"""How many were killed, injured, abducted or arrested, as the sentence says; never added up."""

import re
from typing import Final, Literal, get_args

from tidings.messages import Casualties

Kind = Literal["killed", "injured", "abducted", "arrested"]

_UNITS: Final = {
    word: number
    for number, word in enumerate(
        (
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
            "eighteen", "nineteen",
        )
    )
}  # fmt: skip
_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_MOST: Final = 10**9
"""More is no toll."""
_NOBODY: Final = frozenset({"no one", "nobody", "none"})

_TENS_WORD, _UNITS_WORD = "|".join(_TENS), "|".join(_UNITS)
_NUMBER: Final = rf"""(?:\d[\d,]*|(?:{_TENS_WORD})-(?:{_UNITS_WORD})|{_UNITS_WORD}|{_TENS_WORD}
    |dozens|scores|hundreds|thousands|several|no\ one|nobody|none)"""
_COUNT: Final = rf"""
    (?P<bound>at\ least|more\ than|over|as\ many\ as|up\ to|about|around|nearly|some)?
    \s*\b(?P<number>{_NUMBER})\b"""
_PASSIVE: Final = re.compile(
    rf"""(?xi) {_COUNT} (?:\s+(?!and\b|but\b|\d)[\w’'-]+){{0,4}}? \s+
    (?: (?P<killed>killed|dead|died|slain|murdered|massacred) | (?P<injured>injured|wounded|hurt)
    | (?P<abducted>abducted|kidnapped) | (?P<arrested>arrested|detained) )\b"""
)
_ACTIVE: Final = re.compile(
    rf"""(?xi) \b(?: (?P<killed>kill(?:ed|ing|s)|slain|murdered|massacred)
    | (?P<injured>injur(?:ed|ing)|wound(?:ed|ing)) | (?P<abducted>abducted|kidnapped)
    | (?P<arrested>arrested|detained) | (?P<total>(?:death\ )?toll\ (?:\w+\ ){{0,2}}?to) )
    \s+{_COUNT}"""
)


def find_casualties(text: str, offset: int) -> tuple[Casualties, ...]:
    """Each toll that the text states, with its words; `offset` is added to the places."""
    found: list[Casualties] = []
    counted: set[int] = set()
    for match in (*_ACTIVE.finditer(text), *_PASSIVE.finditer(text)):
        if match.start("number") in counted:
            continue
        counted.add(match.start("number"))
        words = match.group().strip()
        start = match.start() + match.group().index(words)
        low, high = _bounds((match["bound"] or "").lower(), match["number"].lower())
        found.append(
            Casualties(
                text=words,
                start=offset + start,
                end=offset + start + len(words),
                kind=_kind(match),
                low=low,
                high=high,
                total=match.groupdict().get("total") is not None,
            )
        )
    return tuple(sorted(found, key=lambda one: one.start))


def _kind(match: re.Match[str]) -> Kind:
    return next((kind for kind in get_args(Kind) if match.groupdict().get(kind)), "killed")


def _bounds(bound: str, number: str) -> tuple[int | None, int | None]:
    """Lowest and highest number that the words allow; "dozens" gives no number at all."""
    value = _value(number)
    if value is None or bound in ("about", "around", "nearly", "some"):
        return None, None
    if bound in ("at least", "more than", "over"):
        return value, None
    if bound in ("up to", "as many as"):
        return None, value
    return value, value


def _value(number: str) -> int | None:
    if number in _NOBODY:
        return 0
    if number[0].isdigit():
        value = int(number.replace(",", ""))
        return value if value < _MOST else None
    tens, _, unit = number.partition("-")
    if tens in _TENS:
        return _TENS[tens] + _UNITS.get(unit, 0)
    return _UNITS.get(number)

"""The words of a search: what people type, read into terms. Small on purpose, and honest.

Words must all be there, in any order and any form ("clinics" finds "clinic"); what stands between
quotation marks, of whatever shape a keyboard makes, must be there exactly. What this syntax does
not know (OR, NOT, -word, prefix*, field:) is refused with its place, never quietly read as
something else.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from tidings.errors import TidingsError

QUOTES: Final = '"“”„‟«»＂〝〞'
_TOKEN: Final = re.compile(
    rf"[{QUOTES}](?P<phrase>[^{QUOTES}]*)[{QUOTES}]"
    rf"|(?P<unclosed>[{QUOTES}])"
    rf"|(?P<word>[^\s{QUOTES}]+)(?P<glued>(?=[{QUOTES}]))?"
)
_FIELDS: Final = (
    "title|text|outlet|language|person|people|org|organisation|place|country|event|source|target"
    "|modality|date|source_country|target_country"
)
_OPERATORS: Final = (
    (re.compile(r"\(*(?P<sign>OR|NOT|\|\|)\)*$"), "is an operator"),
    (re.compile(r"\(*(?P<sign>[-!])(?=\(*\w)"), "would exclude what follows"),
    (re.compile(rf"\(*[-+!]?(?P<sign>(?:{_FIELDS}):)(?=$|[^/])", re.IGNORECASE), "names a field"),
    (re.compile(r".*?\w(?P<sign>\*)"), "stands for any ending"),
    (re.compile(r".*?\w(?P<sign>\?)(?=\w)"), "stands for any letter"),
    (re.compile(r"(?:.*?\w)??(?P<sign>~\d*)$"), "asks for a distance"),
    (re.compile(r".*?\w(?P<sign>\^\d+)"), "is a weight"),
)


@dataclass(frozen=True)
class Term:
    """A word in any of its forms, or an exact phrase."""

    text: str
    exact: bool = False


class QueryMistake(TidingsError):
    """A query that cannot be read as it was meant. `position` is the character, counted from 1."""

    def __init__(self, position: int, sentence: str) -> None:
        super().__init__(f"Character {position}: {sentence}")
        self.position: Final = position


def parse_words(query: str) -> tuple[Term, ...]:
    """The terms of a query, all of which must match; none for an empty one. Raises QueryMistake."""
    terms = [term for token in _TOKEN.finditer(query) if (term := _read_term(token))]
    if query.strip() and not terms:
        raise QueryMistake(1, "There is no word to look for.")
    return tuple(terms)


def _read_term(token: re.Match[str]) -> Term | None:
    if token["unclosed"]:
        raise QueryMistake(
            token.start() + 1, "This quotation mark has no partner; add it, or leave this one out."
        )
    if token["phrase"] is not None:
        phrase = " ".join(token["phrase"].split())
        return Term(phrase, exact=True) if _says_something(phrase) else None
    word = token["word"]
    _refuse_operators(word, token.start(), glued=token["glued"] is not None)
    # AND changes nothing, since all words must match.
    return None if word == "AND" or not _says_something(word) else Term(word)


def _refuse_operators(word: str, start: int, *, glued: bool) -> None:
    if glued and word.lstrip("(") in ("-", "!"):
        raise _unknown(word.lstrip("("), "would exclude what follows", start + len(word) - 1)
    for pattern, meaning in _OPERATORS:
        found = pattern.match(word)
        if found:
            raise _unknown(found["sign"], meaning, start + found.start("sign"))


def _unknown(sign: str, meaning: str, index: int) -> QueryMistake:
    return QueryMistake(
        index + 1,
        f"“{sign}” {meaning} in other searches, but not yet in this one; "
        "leave it out, or put quotation marks around words that you mean literally.",
    )


def _says_something(text: str) -> bool:
    """Letters, digits and pictures can be found; punctuation is not in the index."""
    return any(letter.isalnum() or unicodedata.category(letter) == "So" for letter in text)

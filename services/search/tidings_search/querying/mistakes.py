"""What is wrong with a query, where, and what might have been meant."""

import difflib
from collections.abc import Iterable
from typing import Final

from tidings.errors import TidingsError

_MOST_TOLD: Final = 40
"""Names in one sentence."""


class QueryMistake(TidingsError):
    """A query that cannot be read. `position` is the character it speaks of, counted from 1;
    `suggestion`, where there is one, is what stands there instead in a query that can be read."""

    def __init__(self, position: int, sentence: str, suggestion: str | None = None) -> None:
        super().__init__(f"Character {position}: {sentence}")
        self.position: Final = position
        self.suggestion: Final = suggestion


def unknown(
    position: int, what: str, word: str, known: Iterable[str], else_: str = ""
) -> QueryMistake:
    """`unknown field "perosn": did you mean "person"?`; or else what else it may be, and all that
    is known, where that is not too much."""
    names = {name.casefold(): name for name in sorted(known)}
    near = difflib.get_close_matches(word.casefold(), names, n=1, cutoff=0.6)
    if near:
        suggestion = names[near[0]]
        sentence = f"unknown {what} “{word}”: did you mean “{suggestion}”?"
        return QueryMistake(position, sentence, suggestion)
    sentence = f"unknown {what} “{word}”{'; ' if else_ else ''}{else_}."
    if len(names) <= _MOST_TOLD:
        sentence += f" There are {', '.join(names.values())}."
    return QueryMistake(position, sentence)

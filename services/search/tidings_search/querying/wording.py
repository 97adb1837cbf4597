"""A query as it was understood, in its own language with everything said: operators, parentheses,
and which conditions are about one event."""

import re
from typing import Final

from tidings_search.querying.nodes import (
    All,
    Either,
    Everything,
    Is,
    Node,
    Not,
    OneEvent,
    Words,
)

_SIGNS: Final = re.compile(r"""[\\:^~(){}[\]"“”„‟«»＂〝〞*?\s]|^[-+!/'<>&|]|^(?:AND|OR|NOT|TO)$""")
"""In a word, what would be read as something else."""
_QUOTES: Final = re.compile(r'[\\"“”„‟«»＂〝〞]')


def wording_of(node: Node) -> str:
    """`oil AND one event with (event:COERCE AND source_country:USA)`."""
    match node:
        case Everything():
            return "everything"
        case Words():
            return _words(node)
        case Is():
            return _property(node)
        case Not(part):
            return f"NOT {_inside(part)}"
        case OneEvent(part):
            return f"one event with {_inside(part)}"
        case Either(parts):
            return " OR ".join(map(_inside, parts))
        case All(parts):
            return " AND ".join(map(_inside, parts))


def _inside(node: Node) -> str:
    several = isinstance(node, All | Either) and len(node.parts) > 1
    return f"({wording_of(node)})" if several else wording_of(node)


def _words(words: Words) -> str:
    said = words.text
    if words.how != "pattern":
        said = quoted(said) if words.how == "exact" else _escaped(said)
    if words.how == "fuzzy":
        said += "~" if words.edits is None else f"~{words.edits}"
    if words.slop:
        said += f"~{words.slop}"
    place = "" if words.place == "anywhere" else f"{words.place}:"
    weight = "" if words.boost == 1 else f"^{words.boost:g}"
    return f"{place}{said}{weight}"


def _property(one: Is) -> str:
    said = one.said
    if isinstance(one.value, str):
        whole = quoted(one.value) if _SIGNS.search(one.value) else one.value
        said = {"whole": whole, "pattern": one.value, "fuzzy": f"{_escaped(one.value)}~"}[one.how]
    return f"{one.field.name}:{said}"


def _escaped(word: str) -> str:
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", word)


def quoted(words: str) -> str:
    """As an exact phrase."""
    return '"' + _QUOTES.sub(lambda quote: f"\\{quote[0]}", words) + '"'

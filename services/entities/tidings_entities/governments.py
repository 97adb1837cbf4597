"""Where a capital stands for its government: "Kyiv accused Moscow", "talks between Washington and
Tehran". What is said or done there, near it or by people of it is the town's."""

import re
from typing import Final

from tidings.language.countries import Country, country_by_capital
from tidings.language.spelling import fold
from tidings_entities.spans import Found
from tidings_entities.vocabulary import vocabulary

_WORD_BEFORE: Final = re.compile(r"([\w’'-]+)\s$")
_OTHER_BEFORE: Final = re.compile(r"(?:^|[.,;:]\s|\n)([A-Z]\w+)\sand\s$")
_ACTS: Final = re.compile(
    r"""(?x) ,?\s(?:and\s[A-Z]\w+\s)?
    (?:(?:also|again|repeatedly|since|then|long|formally|later|now|on\ [A-Z][a-z]+day)\s)*
    (?:(?P<helper>(?:are|is)\sto|has|have|had|will|would|is|are|was)\s(?:(?:also|again|not|now|long|repeatedly)\s)*)?
    (?P<verb>[a-z-]+)(?:\s(?P<particle>on|for|off|out|to))?\b"""
)
_BEING: Final = frozenset({"are", "is", "was"})
_DEALT_WITH: Final = re.compile(
    r"""(?x)\b(?:accord|alliance|deal|dispute|negotiations?|relations?|rift|row|standoff|talks
    |tensions?|ties|treaty|truce)\s(?:between|with)\s(?:[A-Z][\w.]+\sand\s)?$
    |\b(?:anger|pressure|sanctions)\s(?:against|at|on)\s$
    |\b(?:ask(?:ed|s)|call(?:ed|s)\ on|told|turn(?:ed|s)\ down)\s$
    |\b(?:accused?|accuses|accusing|condemn(?:ed|ing|s)?|criticis(?:ed|es|ing)|urg(?:ed|es|ing)
    |warn(?:ed|ing|s)?)\s$"""
)
_REACH: Final = 60
IN_ITS_NAME: Final = "the capital, for its government"


def government_meant(content: str, found: Found) -> Country | None:
    """The country whose government the name of its capital stands for here; None where the town is
    meant or nothing tells."""
    country = country_by_capital(found.words)
    if country is None:
        return None
    start = max(0, found.start - _REACH)
    if _DEALT_WITH.search(content, start, found.start):
        return None if content[found.end : found.end + 1] == "-" else country
    before = _WORD_BEFORE.search(content, start, found.start)
    other = _OTHER_BEFORE.search(content, start, found.start)
    stands_free = (
        before is None
        or before[1] in _CONJUNCTIONS
        or (other is not None and country_by_capital(other[1]) is not None)
    )
    return country if stands_free and _acts(content, found.end) else None


_CONJUNCTIONS: Final = frozenset(
    {"after", "although", "as", "because", "before", "but", "if", "said", "says", "since", "that",
     "though", "unless", "when", "while", "which", "whom"}
)  # fmt: skip
"""Between a name and the sentence before it; any other word may make it somebody's town."""


def _acts(content: str, place: int) -> bool:
    """Whether what follows is a verb of states, and not in the passive."""
    match = _ACTS.match(content, place, place + 2 * _REACH)
    if not match:
        return False
    verb, particle, known = fold(match["verb"]), match["particle"], vocabulary()
    if match["helper"] in _BEING:
        return verb.endswith("ing") and verb in known.state_verbs
    return verb in known.state_verbs or f"{verb} {particle}" in known.state_verbs

"""English word forms, made from the lemma once at the start instead of lemmatising every word.

Regular spelling allows two forms of some verbs (a doubled consonant or not); both are made, since a
form that nobody writes does no harm in a table.
"""

import re
from collections.abc import Mapping
from typing import Final

_SIBILANT: Final = re.compile(r"(?:s|x|z|ch|sh)$")
_CONSONANT_Y: Final = re.compile(r"[^aeiou]y$")
_SHORT_SYLLABLE: Final = re.compile(r"[^aeiou][aeiou][bdgklmnprt]$|[aeiou]{2}[pl]$")


def verb_forms(lemma: str, irregular: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """All forms of a verb. `irregular` gives the past forms that spelling does not."""
    pasts = irregular.get(lemma)
    return frozenset({lemma, third_person(lemma), *_ing_forms(lemma), *(pasts or _ed_forms(lemma))})


def third_person(lemma: str) -> str:
    if _CONSONANT_Y.search(lemma):
        return lemma[:-1] + "ies"
    return lemma + ("es" if _SIBILANT.search(lemma) or lemma.endswith("o") else "s")


def noun_forms(lemma: str, irregular: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Singular and plural."""
    return frozenset({lemma, *(irregular.get(lemma) or (_plural(lemma),))})


def _plural(lemma: str) -> str:
    if lemma.endswith("man") and lemma.lower() not in ("human", "german", "roman"):
        return lemma[:-2] + "en"
    if _CONSONANT_Y.search(lemma):
        return lemma[:-1] + "ies"
    return lemma + ("es" if _SIBILANT.search(lemma) else "s")


def _ing_forms(lemma: str) -> set[str]:
    if lemma.endswith("ie"):
        return {lemma[:-2] + "ying"}
    if lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")):
        return {lemma[:-1] + "ing"}
    return {lemma + "ing", *_doubled(lemma, "ing")}


def _ed_forms(lemma: str) -> set[str]:
    if lemma.endswith("e"):
        return {lemma + "d"}
    if _CONSONANT_Y.search(lemma):
        return {lemma[:-1] + "ied"}
    return {lemma + "ed", *_doubled(lemma, "ed")}


def _doubled(lemma: str, ending: str) -> set[str]:
    return {lemma + lemma[-1] + ending} if _SHORT_SYLLABLE.search(lemma) else set()

"""From what the model marks to clean names: trimmed to the words, with the label they deserve.

Offsets stay exact at every step: `content[start:end]` is what is marked.
"""

import re
from dataclasses import dataclass
from typing import Final

from tidings.language.countries import country_by_name
from tidings.language.spelling import fold
from tidings_entities.vocabulary import is_office, vocabulary

NAMES: Final = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "PRODUCT", "LAW"})
LABELS: Final = NAMES | {"DATE", "MONEY"}
PLACES: Final = frozenset({"GPE", "LOC", "FAC"})

MOST_WORDS: Final = 12
_MOST_CHARACTERS: Final = 200
"""Longer "names" are headlines, tables or noise that the model took for one."""

_LEAD: Final = re.compile(r"(?:[^\w]+|(?:[Tt]he|THE|[Aa]n|a)\s+(?=\S))+")
_TAIL: Final = re.compile(
    r"""(?x) (?:
        \s*['’]\s?[sS]?                                         # a possessive
        | \s(?i:and|at|by|for|from|in|no|of|the|to|with)         # a name that was cut short
        | \s[-–—]\s+[a-z]{4,}                                   # what follows a dash
        | [^\w.)\]]+                                           # punctuation
    )++$"""
)
_CLOSED_BEFORE: Final = re.compile(r"[^()]*\)\W*(?=\w)")
_OPEN_BRACKET: Final = re.compile(r"\s*(?:\([^()]*|\[[^\[\]]*|<.*)$")
_FULL_STOP: Final = re.compile(r"(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})\.$")
_CURRENCIES: Final = frozenset("$£€¥₹")
_ADDRESS: Final = re.compile(r"@|https?:|www\.")
_PARTS: Final = re.compile(r"[ -]")
_NUMBERED: Final = re.compile(
    r"(?:Article|Category|Chapter|Class|Day|Form|Grade|Group|Level|Part|Phase|Round|Section|Stage"
    r"|Tier|Type|Zone) (?:[A-Z]|\d+|[IVX]+)"
)
_SUM: Final = re.compile(r"(?:AED|EUR|GBP|INR|KSh|LE|NGN|PHP|QR|RM|Rs|SR|Sh|Tk|US|USD|USh)\.?\s?\d")
_THE: Final = re.compile(r"[a-z,;] The $")
_REACH: Final = 8
_FIRST_WORD: Final = re.compile(r"([\w-]+)\.?\s+")
_WORD_BEFORE: Final = re.compile(r"([\w-]+)\.?\s$")


@dataclass(frozen=True)
class Found:
    """`words` are the marked ones on one line, `why` the reasons for the label, for people."""

    label: str
    start: int
    end: int
    words: str
    why: tuple[str, ...] = ()


def find(content: str, label: str, start: int, end: int) -> Found | None:
    """The name in `content[start:end]`, None where there is none."""
    if label not in LABELS or end - start > _MOST_CHARACTERS:
        return None
    if label in NAMES and content[start - 1 : start].isdigit():
        return None  # 20GB
    if is_money(content, end):
        return None
    if label == "MONEY" and content[start - 1 : start] in _CURRENCIES:
        start -= 1
    found = at(content, label, start, end)
    if label in NAMES:
        found = _without_titles(content, _trimmed(content, found))
    return found if _is_name(found) else None


def stands_for_a_place(content: str, found: Found) -> bool:
    """'in Salem', 'near Salem': by the word before it."""
    before = _WORD_BEFORE.search(content, max(0, found.start - 40), found.start)
    return before is not None and fold(before[1]) in vocabulary().whereabouts


def is_money(content: str, end: int) -> bool:
    """Whether an amount follows: "US $2.4 million"."""
    return content[end : end + 2].strip()[:1] in _CURRENCIES


def is_behind_the(content: str, found: Found) -> bool:
    """Whether its article has a capital within a sentence, as in "told The Times"."""
    return _THE.search(content, max(0, found.start - _REACH), found.start) is not None


def is_abbreviation(words: str) -> bool:
    return words.isupper() and 2 <= len(words) <= 6 and not _PARTS.search(words)


def at(content: str, label: str, start: int, end: int) -> Found:
    marked = content[start:end]
    start += len(marked) - len(marked.lstrip())
    end = max(start, end - (len(marked) - len(marked.rstrip())))
    return Found(label, start, end, " ".join(content[start:end].split()))


def _trimmed(content: str, found: Found) -> Found:
    """Without an article before it, a possessive after it, and punctuation around it."""
    start, end = found.start, found.end
    for leading in (_LEAD, _CLOSED_BEFORE):
        lead = leading.match(content, start, end)
        if lead:
            start = lead.end()
    for trailing in (_TAIL, _OPEN_BRACKET, _FULL_STOP):
        tail = trailing.search(content[start:end])
        if tail:
            end = start + tail.start()
    marked = content[start:end]
    if marked.endswith((")", "]")) and not ("(" in marked or "[" in marked):
        end -= 1
    return at(content, found.label, start, end)


def _without_titles(content: str, found: Found) -> Found:
    """'Ms Hale' is the person Hale, whatever the model took it for; 'Mayor Orme' is Orme."""
    while first := _FIRST_WORD.match(content, found.start, found.end):
        word, known = fold(first[1]), vocabulary()
        if word in known.titles or (is_office(word) and found.label == "PERSON"):
            found = at(content, "PERSON", first.end(), found.end)
        else:
            break
    return found


def _is_name(found: Found) -> bool:
    words, known = found.words, vocabulary()
    if found.label not in NAMES:
        return bool(words)
    name = fold(words).rstrip(".")
    return (
        bool(name)
        and any(letter.isalpha() for letter in words)
        and (words != words.lower() or words == words.upper() or bool(country_by_name(words)))
        and words.count(" ") < MOST_WORDS
        and not _ADDRESS.search(words)
        and not _NUMBERED.fullmatch(words)
        and not _SUM.match(words)
        and not (name in known.titles or name in known.not_names or is_office(name))
        and name not in known.name_suffixes
        and (found.label == "PERSON" or name not in known.months)
    )

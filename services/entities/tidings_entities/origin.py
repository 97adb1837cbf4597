"""Which country the text says that somebody is of: "the Ukrainian president, Volodymyr Zelenskyy",
"Kivu Roasters, the Rwandan coffee chain", "Idriss Déby of Chad"."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from tidings.language.countries import country_by_adjective, country_by_name
from tidings.language.known import known_by_name
from tidings.language.spelling import fold
from tidings_entities.people import Name, person_key
from tidings_entities.spans import PLACES, Found
from tidings_entities.vocabulary import is_office, vocabulary

_BEFORE: Final = re.compile(
    r"(?:['’]s?)?,?((?: (?:and )?[\w’'-]+){1,6}),? (?:[A-Z][a-z]*\.? )?[“\"]?"
)
_APPOSITION: Final = re.compile(
    r", (?:an?|the)(?: (?!of|on|in|for|about|with|against|to|from|by|and)[\w’'-]+){0,3} "
)
_OF: Final = re.compile(r" of (?:the )?")
_OFFICE_OF: Final = re.compile(r", (?:an? |the )?([\w’'-]+(?: [\w’'-]+){0,2}) of (?:the )?")
_ADJOINS: Final = re.compile(r"(?:['’]s?)? ")
_FIELDS: Final = frozenset(
    {"and", "affairs", "defence", "defense", "economy", "education", "energy", "finance", "health",
     "homeland", "interior", "justice", "labour", "security", "sports", "state", "trade",
     "transport"}
)  # fmt: skip
"""What an office is about."""


def said_to_be_of(
    content: str, found: Sequence[Found], people: Mapping[Name, Name]
) -> dict[str, str]:
    """The country (alpha-3) by the full name of a person, as its parts are compared, and by the
    folded name of an organisation, where the text names one country for it. `people` gives the full
    name for each."""
    names = [one for one in found if one.label in ("PERSON", "ORG", "NORP", *PLACES)]
    said: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for place, one in enumerate(names):
        if one.label not in ("PERSON", "ORG"):
            continue
        key = " ".join(people[person_key(one.words)]) if one.label == "PERSON" else fold(one.words)
        before, after = names[max(0, place - 2) : place], names[place + 1 : place + 2]
        country = _told_before(content, before, one) or _told_after(content, one, after)
        if country:
            said[key][country] += 1
    return {key: counts.most_common(1)[0][0] for key, counts in said.items() if len(counts) == 1}


def _country(one: Found) -> str | None:
    country = country_by_adjective(one.words) or (
        country_by_name(one.words) if one.label in PLACES else None
    )
    return country.alpha3 if country else None


def _country_of_body(content: str, before: Sequence[Found]) -> str | None:
    """'US Homeland Security', 'FBI': that of the last name, by the name before it or by a table."""
    known = {one.country for one in known_by_name(before[-1].words) if one.table == "institutions"}
    if len(known) == 1:
        return known.pop()
    adjoins = len(before) > 1 and _ADJOINS.fullmatch(content, before[0].end, before[1].start)
    return _country(before[0]) if adjoins else None


def _told_before(content: str, before: Sequence[Found], one: Found) -> str | None:
    """'Ukrainian President …', "Russia's foreign minister, …", 'US Homeland Security Secretary …':
    offices and nouns between; "Peru's Congress", 'the Frenchman …': nothing between."""
    if not before:
        return None
    last = before[-1]
    country = _country_of_body(content, before) if last.label == "ORG" else _country(last)
    if last.label != "ORG" and _ADJOINS.fullmatch(content, last.end, one.start):
        owns = last.label == "NORP" or content[last.end] in "'’"
        return country if owns else None
    between = _BEFORE.fullmatch(content, last.end, one.start)
    return country if between and _is_office(between[1]) else None


def _told_after(content: str, one: Found, after: Sequence[Found]) -> str | None:
    """', the Rwandan coffee chain', ' of Chad', ", treasurer of Mozambique's union"."""
    if not after:
        return None
    between = content[one.end : after[0].start]
    if after[0].label == "NORP":
        return _country(after[0]) if _APPOSITION.fullmatch(between) else None
    office = _OFFICE_OF.fullmatch(between)
    if _OF.fullmatch(between) or (office and _is_office(office[1])):
        return _country(after[0])
    return None


def _is_office(words: str) -> bool:
    """Whether nothing but an office, a trade or a kin is named."""
    names = [fold(word) for word in words.split()]
    known = vocabulary()
    offices = (known.persons, known.kin, known.titles, known.dignities, known.ranks)
    nouns = (*offices, known.organisation_nouns, _FIELDS)
    return names[-1] not in _FIELDS and all(
        is_office(name) or any(name in some for some in nouns) for name in names
    )

"""Which country the text says that somebody is of: "the Ukrainian president, Volodymyr Zelenskyy",
"Kivu Roasters, the Rwandan coffee chain", "Idriss Déby of Chad"."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from tidings.language.countries import Country, country_by_adjective, country_by_name
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
    for before, one, after in zip([None, *names], names, [*names[1:], None], strict=False):
        if one.label not in ("PERSON", "ORG"):
            continue
        key = " ".join(people[person_key(one.words)]) if one.label == "PERSON" else fold(one.words)
        country = _told_before(content, before, one) or _told_after(content, one, after)
        if country:
            said[key][country.alpha3] += 1
    return {key: counts.most_common(1)[0][0] for key, counts in said.items() if len(counts) == 1}


def _country(one: Found | None) -> Country | None:
    if one is None:
        return None
    return country_by_adjective(one.words) or (
        country_by_name(one.words) if one.label in PLACES else None
    )


def _told_before(content: str, before: Found | None, one: Found) -> Country | None:
    """'Ukrainian President …', "Russia's foreign minister, …": offices and nouns between."""
    country = _country(before)
    if before is None or country is None:
        return None
    between = _BEFORE.fullmatch(content, before.end, one.start)
    if not between:
        return None
    words = [fold(word) for word in between[1].split()]
    known = vocabulary()
    office = (known.persons, known.kin, known.titles, known.dignities, known.ranks)
    nouns = (*office, known.organisation_nouns, _FIELDS)
    all_nouns = all(is_office(word) or any(word in some for some in nouns) for word in words)
    return country if all_nouns and words[-1] not in _FIELDS else None


def _told_after(content: str, one: Found, after: Found | None) -> Country | None:
    country = _country(after)
    if after is None or country is None:
        return None
    between = content[one.end : after.start]
    near = _APPOSITION.fullmatch(between) if after.label == "NORP" else _OF.fullmatch(between)
    return country if near else None

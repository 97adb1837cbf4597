"""What speaks for a name being a person's, an organisation's, a place's or a people's: what it is
called, how it is written, and the words beside it. Each clue has a weight; nothing decides alone.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from tidings.language.countries import (
    country_by_adjective,
    country_by_capital,
    country_by_code,
    country_by_name,
)
from tidings.language.known import known_by_name
from tidings.language.places import (
    city_by_name,
    division_by_name,
    may_be_a_place,
    region_by_name,
)
from tidings.language.spelling import CAPITAL, fold
from tidings.language.words import common_words, language_names, organisation_endings
from tidings_entities.spans import Found, is_abbreviation, is_behind_the
from tidings_entities.vocabulary import is_office, vocabulary

_WORDS_BEFORE: Final = re.compile(r"(?:([\w’'-]+)[\s“\"‘(]+)?([\w’'-]+)(\.?)[\s“\"‘(]+$")
_AGE: Final = re.compile(r", (?:aged )?[1-9]\d(?=[,.;)]| and\b)|\s?\([1-9]\d\)")
_APPOSITION: Final = re.compile(
    r", (?:an?|the|its|his|her|their|who|whose|which)\b ?((?:[\w’'-]+ ){0,4}[\w’'-]+)?"
)
_NEXT: Final = re.compile(r"(?:['’]s?)? ([\w’'-]+)")
_REGION_AFTER: Final = re.compile(r", ([A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+)?)")
_ALIAS_AFTER: Final = re.compile(r" \(([A-Z][\w-]{1,9})\)")
_SCORE: Final = re.compile(
    r" \d{1,3}(?:-\d{1,3})?(?:(?: [\d.]+){2}| ?[,;.](?!\d)(?! )| [A-Z]|$| and \d| for \w+\b)"
)
_POSSESSIVE: Final = re.compile(r"['’]s?\b")
_INITIALS: Final = re.compile(r"[A-Z]{2} ")
_NOUN_BEFORE: Final = re.compile(r"\b([a-z][\w’'-]+), $")
_JOINED: Final = re.compile(
    r"(?:[,&]|\b(?:across|and|around|at|between|by|for|from|in|near|of|on|or|outside|to|with))"
    r"(?: the)? ?$"
)
_IN_RESULTS: Final = re.compile(rf"{CAPITAL}[\w'’.-]+ {CAPITAL}[\w'’-]+ \($")
_STATIONS: Final = ("-tv", "-fm", "-am")
_CLOSES: Final = re.compile(r"[,.;:)]")
_OF: Final = ("of", "in")
MODEL: Final = "model"
"""The reason for what only the model says."""
_REACH: Final = 60


class Clue(NamedTuple):
    """`why` names the rule, table or model, for people; `here` says that it is about the place, and
    not about the name wherever it stands."""

    label: str
    weight: float
    why: str
    here: bool = False


def clues(text: str, found: Found) -> Iterator[Clue]:
    """Everything that is known of the name where it stands."""
    if found.label in _SURE_OF_MODEL:
        yield Clue(found.label, _SURE_OF_MODEL[found.label], found.why[0] if found.why else MODEL)
    yield from by_name(found.words, found.label)
    yield from by_neighbours(text, found)


@lru_cache(maxsize=16_384)
def by_name(words: str, label: str) -> tuple[Clue, ...]:
    """What the words themselves tell, wherever they stand; `label` is the model's."""
    told = list(by_tables(words))
    if not known_by_name(words):
        told += by_shape(words, marked=label)
    if not label and words.count(" ") and not common_words() & set(fold(words).split()):
        told.append(Clue("PERSON", 1.0, "no word of it is common"))
    return tuple(told)


_SURE_OF_MODEL: Final[Mapping[str, float]] = {
    "PERSON": 2.0, "ORG": 1.5, "GPE": 2.5, "LOC": 2.0, "FAC": 2.0, "NORP": 2.5,
    "EVENT": 3.0, "PRODUCT": 2.0, "LAW": 3.0,
}  # fmt: skip


def by_tables(words: str) -> Iterator[Clue]:
    name, known = fold(words), vocabulary()
    parts = name.split()
    if country_by_name(words):
        doubtful = name in known.ambiguous_countries
        yield Clue("GPE", 1.5 if doubtful else 8.0, "table of countries")
    if country_by_adjective(words):
        doubtful = name in known.names_like_peoples
        yield Clue("NORP", 1.0 if doubtful else 8.0, "table of nationalities")
    for one in known_by_name(words):
        doubtful = len(parts) == 1 and one.kind != "group" and _means_other_things(words)
        yield Clue(_LABEL_OF_KIND[one.kind], 2.5 if doubtful else 6.0, f"table {one.table}")
    if name in language_names() and not (
        name in known.names_like_places or name in known.names_like_peoples
    ):
        yield Clue("NORP", 1.0 if _may_be_a_person(name) else 4.0, "ISO 639")
    if name in known.bodies:
        yield Clue("ORG", 4.0, "names a body")
    if region_by_name(words):
        doubtful = name in known.names_like_places or is_abbreviation(words)
        yield Clue("GPE", 1.0 if doubtful else 4.0, "table of regions")
    elif city := city_by_name(words):
        yield Clue("GPE", _weight_of_town(words, city.population), "GeoNames")
    if not country_by_name(words) and division_by_name(words):
        yield Clue("GPE", 2.0 if _may_be_a_person(name) else 3.0, "ISO 3166-2")
    if parts[0] in known.given_names:
        yield Clue("PERSON", 2.5 if len(parts) > 1 else 1.2, "table of given names")
    if parts[-1] in known.family_names:
        yield Clue("PERSON", 2.0 if len(parts) > 1 else 0.8, "table of family names")


def _means_other_things(word: str) -> bool:
    name = fold(word)
    return not word.isupper() and (
        _may_be_a_person(name) or name in common_words() or may_be_a_place(word)
    )


def _may_be_a_person(name: str) -> bool:
    parts, known = name.split(), vocabulary()
    return parts[0] in known.given_names or parts[-1] in known.family_names


def _weight_of_town(words: str, population: int) -> float:
    name = fold(words)
    if (
        population >= _LARGE_TOWN
        and " " in name
        and name.split()[0] not in vocabulary().given_names
    ):
        return 4.0
    if population >= _LARGEST_TOWN and not _may_be_a_person(name):
        return 3.0
    if country_by_capital(words):
        return 2.5
    if not _may_be_a_person(name) and name not in common_words():
        return 2.2
    return 1.8 if population >= _LARGE_TOWN else 1.2


_LABEL_OF_KIND: Final = {"person": "PERSON", "organisation": "ORG", "group": "NORP"}
_LARGE_TOWN: Final = 100_000
_LARGEST_TOWN: Final = 500_000


def by_shape(words: str, *, marked: str = "") -> Iterator[Clue]:
    known, parts = vocabulary(), fold(words).split()
    last, first = parts[-1].rstrip("."), parts[0]
    if is_abbreviation(words):
        yield Clue("ORG", 2.0, "an abbreviation")
        yield Clue("PERSON", -3.0, "an abbreviation")
    if last.endswith(_STATIONS):
        yield Clue("ORG", 6.0, f"ends with “{last}”")
    if len(parts) < 2:
        return
    if last in known.event_endings or first in known.event_beginnings:
        yield Clue("EVENT", 3.5, f"“{words}” is an event")
    if last in known.law_endings:
        yield Clue("LAW", 3.5, f"ends with “{last}”")
    letters = words.replace(" ", "")
    if marked in ("", "PERSON") and len(parts) < 4 and letters.isalpha() and not letters.isupper():
        yield Clue("PERSON", 1.0, "is written like a person's name")
    if last in organisation_endings():
        yield Clue("ORG", 4.0, f"ends with “{last}”")
    elif last in common_words() and last not in known.family_names:
        yield Clue("PERSON", -1.5, f"ends with the word “{last}”")
        yield Clue("ORG", 3.0 if last[-1] == "s" else 1.0, f"ends with the word “{last}”")
    if first in known.organisation_first_words:
        yield Clue("ORG", 4.5, f"begins with “{first}”")
        yield Clue("PERSON", -3.0, f"begins with “{first}”")
    elif last not in organisation_endings() and known.company_words & set(parts[1:-1]):
        yield Clue("ORG", 3.5, "has a word of companies")
    if any(part in known.law_endings for part in parts[:-2]) and {"on", "for", "against"} & {
        *parts
    }:
        yield Clue("LAW", 5.0, f"“{words}” is a law")
    if first in known.organisation_beginnings and parts[1] in ("of", "for"):
        yield Clue("ORG", 5.0, f"begins with “{first} {parts[1]}”")
    if last in known.region_endings or (
        first in known.region_beginnings and last not in organisation_endings()
    ):
        yield Clue("LOC", 4.0, f"“{words}” names a feature")
    if last in known.facility_endings:
        yield Clue("FAC", 4.0, f"ends with “{last}”")
    if len(parts) > 2 and any(part in known.personal_particles for part in parts[1:-1]):
        arabic = {"al", "el"} & set(parts[1:-1])  # of towns too
        yield Clue("PERSON", 1.0 if arabic else 2.0, "has a particle of personal names")
    if any(part in ("of", "and", "for", "&") for part in parts[1:-1]):
        yield Clue("PERSON", -3.0, "has “of” or “and”")
    if len(parts) > 4:
        yield Clue("PERSON", -1.0, "is long")
    if len(parts[0].rstrip(".")) == 1:
        yield Clue("PERSON", 3.0, "begins with an initial")
    elif _INITIALS.match(words) and last in known.family_names:
        yield Clue("PERSON", 2.5, "begins with initials")


def by_neighbours(text: str, found: Found) -> Iterator[Clue]:
    for clue in chain(_before(text, found), _after(text, found)):
        yield clue._replace(here=True)


def _before(text: str, found: Found) -> Iterator[Clue]:
    apposition = _NOUN_BEFORE.search(text, max(0, found.start - _REACH), found.start)
    if apposition and _CLOSES.match(text, found.end):
        yield from _by_noun(fold(apposition[1]))
    if _is_code_in_results(text, found):
        yield Clue("GPE", 3.0, "code of a country")
    match = _WORDS_BEFORE.search(text, max(0, found.start - _REACH), found.start)
    if not match:
        return
    words = [fold(word) for word in match.groups()[:2] if word]
    before = words[-1]
    if match[3] and len(before) > 1 and before not in vocabulary().titles:
        return  # a full stop
    noun = words[0] if len(words) == 2 and before in (*_OF, "called", "named") else ""
    known = vocabulary()
    if before in ("of", "to") and len(words) == 2 and words[0] in known.kin:
        yield Clue("PERSON", 3.0, f"behind “{' '.join(words)}”")
        return
    if before == "at" and len(words) == 2 and words[0] in known.employed:
        yield Clue("ORG", 3.0, f"behind “{' '.join(words)}”")
        return
    if is_behind_the(text, found) and known_by_name(f"The {found.words}"):
        yield Clue("ORG", 6.0, "behind “The”")
    if before in known.titles:
        yield Clue("PERSON", 6.0, f"behind “{before}”")
    elif is_office(before) or before in known.dignities:
        yield Clue("PERSON", 3.5, f"behind “{before}”")
    elif before in known.kin:
        yield Clue("PERSON", 3.0, f"behind “{before}”")
    if before in known.work_nouns or noun in known.work_nouns:
        yield Clue("PRODUCT", 3.5, f"behind “{' '.join(words)}”")
    if noun in known.place_nouns or before in known.place_nouns:
        yield Clue("GPE", 3.5, f"behind “{' '.join(words)}”")
    elif before in ("of", "for") and len(words) == 2 and words[0] in known.officers:
        yield Clue("ORG", 2.0, f"behind “{' '.join(words)}”")
    elif before in ("of", "for") and len(words) == 2 and words[0] in known.rulers:
        yield Clue("GPE", 2.5, f"behind “{' '.join(words)}”")
    elif before in known.organisation_nouns or (
        noun in known.organisation_nouns and before != "in"
    ):
        yield Clue("ORG", 3.0, f"behind “{' '.join(words)}”")
    elif _POSSESSIVE.match(text, found.end):
        return  # "in Orvell's house"
    elif before == "in" and fold(found.words) in language_names():
        yield Clue("NORP", 2.5, f"behind “{before}”")
    elif before in known.whereabouts:
        yield Clue("GPE", 2.5, f"behind “{before}”")
        yield Clue("PERSON", -1.5, f"behind “{before}”")
    elif before in known.directions:
        moves = len(words) == 2 and words[0] in known.motion
        yield Clue("GPE", 3.0 if moves else 1.5, f"behind “{' '.join(words)}”")
        if before == "at":
            yield Clue("PERSON", -1.5, f"behind “{before}”")


def _is_code_in_results(text: str, found: Found) -> bool:
    """'Tirunesh Dibaba (ETH)'."""
    return (
        found.words.isupper()
        and text[found.end : found.end + 1] == ")"
        and country_by_code(found.words) is not None
        and _IN_RESULTS.search(text, max(0, found.start - _REACH), found.start) is not None
    )


def _after(text: str, found: Found) -> Iterator[Clue]:
    known = vocabulary()
    if _AGE.match(text, found.end):
        yield Clue("PERSON", 3.5, "before an age")
    if apposition := _APPOSITION.match(text, found.end):
        yield from _by_apposition(apposition)
    region = _REGION_AFTER.match(text, found.end)
    if region and (country_by_name(region[1]) or region_by_name(region[1])):
        yield Clue("GPE", 4.0, f"before “{region[1]}”")
    alias = _ALIAS_AFTER.match(text, found.end)
    if alias and are_initials(alias[1], found.words):
        yield Clue("ORG", 5.0, f"before “({alias[1]})”")
    if _SCORE.match(text, found.end):
        yield Clue("ORG", 3.5, "before a score")
    if following := _NEXT.match(text, found.end):
        word = fold(following[1])
        if word in known.speech:
            unknown = not found.label and fold(found.words) not in common_words()
            if country_by_capital(found.words):
                yield Clue("GPE", 1.8, f"before “{word}”")
            else:
                yield Clue("PERSON", 3.0 if unknown else 1.8, f"before “{word}”")
        elif word in known.led and not country_by_name(found.words):
            yield Clue("PERSON", 2.0, f"before “{word}”")
        elif word in known.organisation_nouns or (
            word in ("are", "were", "have") and _is_alone(text, found)
        ):
            yield Clue("ORG", 3.0, f"before “{word}”")
        elif word in known.sport_nouns and city_by_name(found.words):
            yield Clue("ORG", 3.5, f"before “{word}”")
        elif word in known.place_nouns:
            yield Clue("GPE", 3.0, f"before “{word}”")
        elif word in known.public_nouns and country_by_adjective(found.words):
            yield Clue("NORP", 4.0, f"before “{word}”")
        elif word in known.people_nouns:
            yield Clue("NORP", 2.0, f"before “{word}”")


def _is_alone(text: str, found: Found) -> bool:
    """Whether one does what several do, as only a team or a company would."""
    joined = _JOINED.search(text, max(0, found.start - _REACH), found.start)
    return joined is None and not found.words.endswith("s")


def _by_apposition(match: re.Match[str]) -> Iterator[Clue]:
    article = match[0].split()[1]
    nouns = [word for word in (match[1] or "").split() if word.islower()]
    if article in ("who", "whose"):
        yield Clue("PERSON", 3.0, f"before “, {article}”")
    elif article == "which":
        yield Clue("PERSON", -3.0, "before “, which”")
    for noun in nouns:
        if clues := list(_by_noun(noun)):
            yield from clues
            return


def _by_noun(noun: str) -> Iterator[Clue]:
    """What is called so beside its name, in an apposition."""
    known = vocabulary()
    if is_office(noun) or noun in known.kin or noun in known.persons:
        yield Clue("PERSON", 3.0, f"is called a “{noun}”")
    elif noun in known.organisation_nouns:
        yield Clue("ORG", 3.0, f"is called a “{noun}”")
    elif noun in known.place_nouns:
        yield Clue("GPE", 3.0, f"is called a “{noun}”")


def are_initials(letters: str, words: str) -> bool:
    """'WTO' of 'World Trade Organization'."""
    return letters.upper().replace(".", "") in initials_of(words)


def initials_of(words: str) -> set[str]:
    """With and without those of small words; none of a single word."""
    parts = [part for part in re.split(r"[\s-]+", words) if part]
    every = "".join(part[0] for part in parts).upper()
    large = "".join(part[0] for part in parts if part[0].isupper())
    return {letters for letters in (every, large) if len(parts) > 1 and len(letters) > 1}

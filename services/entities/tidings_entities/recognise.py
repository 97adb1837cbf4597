"""The names of one article: what the model marks, with better boundaries and labels, and what it
has missed. See docs/extraction.md.

A line is a title or a paragraph as the model reads it; offsets are within the line.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Final

from tidings.heartbeat import beat
from tidings.language.countries import country_by_adjective, country_by_capital, country_by_name
from tidings.language.known import known_by_name
from tidings.language.places import may_be_a_place
from tidings.language.spelling import fold
from tidings.language.words import common_words
from tidings_entities.bounds import repair, without_overlaps
from tidings_entities.candidates import UNSEEN, candidates, nouns_abbreviated
from tidings_entities.evidence import MODEL, Clue, clues
from tidings_entities.people import Name, person_key
from tidings_entities.runs import Word, pieces_of, words_of
from tidings_entities.spans import NAMES, PLACES, Found, is_abbreviation, stands_for_a_place
from tidings_entities.vocabulary import vocabulary

_ENOUGH: Final = 3.0
"""What must speak for a name that the model has not seen."""
_SURNAME: Final = 4.0
_BEGINNING: Final = 2.0
_ITS_PEOPLE: Final = 5.0
_LISTED: Final = 3.0
_FEWEST_SURE: Final = 2
_CLEARLY_LISTED: Final = 4.0
_FEWEST_LISTED: Final = 3
_MOST_OF_ONE: Final = 4.0
_BETWEEN: Final = re.compile(
    r"(?:\s?\(\d{1,2}\)|\s\d{1,2}'?)?\)?(?:\s?(?:,|;|/|,? and|,? or)\s\(?|\s\()"
)
_MOST_TIMES: Final = 3
_MOST_REASONS: Final = 10
_NUMBER: Final = re.compile(r"[IVX]+|[JS]r\.?")
_ELSEWHERE: Final = "found elsewhere in the text"


@dataclass(frozen=True)
class Line:
    text: str
    found: Sequence[Found]


@dataclass(frozen=True)
class _Weighed:
    found: Found
    clues: Sequence[Clue]

    @property
    def key(self) -> str:
        return fold(self.found.words)

    @property
    def best(self) -> float:
        """How much speaks for the kind that most speaks for."""
        return max(self.sums.values(), default=0.0)

    @cached_property
    def sums(self) -> Mapping[str, float]:
        """What speaks for each group."""
        return _sums(self.clues)

    @cached_property
    def here(self) -> Mapping[str, float]:
        """What the words beside it say for each group."""
        return _sums(clue for clue in self.clues if clue.here)

    def of(self, group: str) -> float:
        return self.sums.get(group, 0.0)


def _sums(clues: Iterable[Clue]) -> Mapping[str, float]:
    sums: dict[str, float] = {}
    for clue in clues:
        group = _group(clue.label)
        sums[group] = sums.get(group, 0.0) + clue.weight
    return sums


_More = Callable[[str, _Weighed], _Weighed]


def recognise(lines: Sequence[Line]) -> list[list[Found]]:
    """The names of each line, in order, none over another, each with the reasons for its label."""
    texts = [line.text for line in lines]
    words = [words_of(text) for text in texts]
    nouns = set(chain(*map(nouns_abbreviated, texts, words)))
    named = _labelled(texts, list(map(_seen, lines, words)), nouns)
    plain = [[one for one in line.found if one.label not in NAMES] for line in lines]
    named = [without_overlaps([*found, *rest]) for found, rest in zip(named, plain, strict=True)]
    known = _known_words(named)
    longest = max((name.count(" ") for name in known), default=0) + 1
    named = [
        without_overlaps([*found, *_again(text, its_words, found, known, longest)])
        for text, its_words, found in zip(texts, words, named, strict=True)
    ]
    people = {person_key(one.words) for one in chain(*named) if one.label == "PERSON"}
    return [_turned(text, found, people) for text, found in zip(texts, named, strict=True)]


def _seen(line: Line, words: Sequence[Word]) -> list[_Weighed]:
    """What the model marks, mended, and what it has missed and much or a list speaks for."""
    beat()
    text = line.text
    pieces = list(pieces_of(words))
    openers = {word.start for word in words if word.opens}
    names = [
        one
        for one in repair(text, pieces, [one for one in line.found if one.label in NAMES])
        if not (one.start in openers and fold(one.words) in common_words() and _may_open(one))
    ]
    marked = {(one.start, one.end) for one in names}
    seen = [_Weighed(one, tuple(clues(text, one))) for one in names]
    doubtful: list[_Weighed] = []
    for one in candidates(text, words, pieces):
        if (one.start, one.end) not in marked and not _holds_two_people(one, names):
            marked.add((one.start, one.end))
            weighed = _Weighed(one, tuple(clues(text, one)))
            if one.label or weighed.best >= _ENOUGH:
                seen.append(weighed)
            else:
                doubtful.append(weighed)
    listed = _listed(text, [one.found for one in seen], [one.found for one in doubtful])
    seen += [one for one in doubtful if one.found in listed]
    kept = set(without_overlaps(one.found for one in seen))
    return sorted((one for one in seen if one.found in kept), key=lambda one: one.found.start)


def _may_open(one: Found) -> bool:
    """Whether a common word is a name where it begins a sentence."""
    bodies = vocabulary().bodies
    return is_abbreviation(one.words) or bool(known_by_name(one.words)) or fold(one.words) in bodies


def _holds_two_people(one: Found, names: Sequence[Found]) -> bool:
    inside = [name for name in names if one.start <= name.start and name.end <= one.end]
    return sum(name.label == "PERSON" and " " in name.words for name in inside) > 1


def _listed(text: str, names: Sequence[Found], doubtful: Sequence[Found]) -> set[Found]:
    """Those doubtful ones that stand in a list, of which a third at least are names."""
    listed: list[list[Found]] = [[]]
    for one in sorted(dict.fromkeys((*names, *doubtful)), key=lambda one: one.start):
        if listed[-1] and not _BETWEEN.fullmatch(text, listed[-1][-1].end, one.start):
            listed.append([])
        listed[-1].append(one)
    return {
        one
        for group in listed
        if len(group) >= _FEWEST_LISTED and 3 * len({*group} & {*names}) >= len(group)
        for one in group
    }


def _labelled(
    texts: Sequence[str], weighed: list[list[_Weighed]], nouns: Collection[str]
) -> list[list[Found]]:
    everywhere = [one for line in weighed for one in line]
    for look in (_by_full_names, _by_nationalities):
        more = look(everywhere)
        weighed = [
            [more(text, one) for one in line] for text, line in zip(texts, weighed, strict=True)
        ]
        everywhere = [one for line in weighed for one in line]
    weighed = [_by_lists(text, line) for text, line in zip(texts, weighed, strict=True)]
    everywhere = [one for line in weighed for one in line]
    told: dict[str, _Told] = {}
    for one in everywhere:
        told.setdefault(one.key, _Told(one.found.words)).add(one)
    return [
        [
            found
            for one in line
            if not _is_noun(one, nouns) and (found := _decided(one, told[one.key])) is not None
        ]
        for line in weighed
    ]


def _is_noun(one: _Weighed, nouns: Collection[str]) -> bool:
    """Whether letters stand for common words in the text, and in no table."""
    words = one.found.words
    return one.key in nouns and not (known_by_name(words) or country_by_name(words))


@dataclass
class _Told:
    """What speaks for each kind of thing wherever a name stands: sums of weights by label."""

    words: str
    times: int = 0
    weights: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    here: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    reasons: defaultdict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, one: _Weighed) -> None:
        self.times += 1
        for clue in one.clues:
            self.weights[clue.label] += clue.weight
            self.here[clue.label] += clue.weight if clue.here else 0.0
            if clue.weight > 0 and len(self.reasons[clue.label]) < _MOST_REASONS:
                self.reasons[clue.label][clue.why] = None

    @cached_property
    def may_be_two_things(self) -> bool:
        """A town here and a person there."""
        return may_be_a_place(self.words) or country_by_name(self.words) is not None

    @cached_property
    def scores(self) -> Mapping[str, float]:
        """By group. What is said beside a name counts twice, of one that may be two things only
        where it is said."""
        share = min(self.times, _MOST_TIMES) / self.times
        sums: dict[str, float] = {}
        for label, weight in self.weights.items():
            if not self.may_be_two_things:
                weight += self.here[label]
            group = _group(label)
            sums[group] = sums.get(group, 0.0) + share * weight
        return sums

    @cached_property
    def is_said_by_the_model_alone(self) -> bool:
        return set(chain(*self.reasons.values())) <= {MODEL}

    def why(self, group: str) -> tuple[str, ...]:
        labels = [label for label in self.weights if _group(label) == group]
        return tuple(dict.fromkeys(chain(*(self.reasons[label] for label in labels))))


def _decided(one: _Weighed, told: _Told) -> Found | None:
    """With the label that most speaks for where the name stands."""
    scores = told.scores
    if told.may_be_two_things:
        scores = {group: weight + one.here.get(group, 0.0) for group, weight in scores.items()}
    if not scores:
        return None
    best = max(scores, key=lambda group: (scores[group], group == _group(one.found.label)))
    if one.found.label == UNSEEN and scores[best] < _ENOUGH:
        return None
    is_plain = one.key in common_words() and one.key not in vocabulary().bodies
    if is_plain and told.is_said_by_the_model_alone:
        return None  # "the Party", "the Court"
    # Of the three kinds of place the one that most speaks for.
    label = max(
        (label for label in told.weights if _group(label) == best),
        key=lambda label: (told.weights[label], label == one.found.label),
    )
    return replace(one.found, label=label, why=told.why(best))


def _group(label: str) -> str:
    return "place" if label in PLACES else label


def _by_full_names(everywhere: Iterable[_Weighed]) -> _More:
    """A last name alone is the person's whose full name the article has; the first word of an
    organisation's name alone is the organisation's."""
    surnames: set[str] = set()
    beginnings: set[str] = set()
    for one in everywhere:
        parts = person_key(one.found.words)
        if len(parts) < 2 or not one.clues:
            continue
        if one.of("PERSON") >= max(one.of("ORG"), one.of("place"), 2.0):
            surnames |= {*parts} - vocabulary().personal_particles - vocabulary().name_suffixes
        elif one.of("ORG") > one.of("place"):
            beginnings.add(parts[0])

    def more(text: str, one: _Weighed) -> _Weighed:
        words = one.key
        if " " in words or (
            country_by_name(words) and words not in vocabulary().ambiguous_countries
        ):
            return one
        if words in surnames and not stands_for_a_place(text, one.found):
            return replace(
                one, clues=(*one.clues, Clue("PERSON", _SURNAME, "a full name in the text"))
            )
        if words in beginnings and words not in common_words():
            return replace(
                one, clues=(*one.clues, Clue("ORG", _BEGINNING, "a longer name in the text"))
            )
        return one

    return more


def _by_nationalities(everywhere: Iterable[_Weighed]) -> _More:
    """Chad is the country where Chadians or N'Djamena are spoken of too."""
    spoken_of = set()
    for one in everywhere:
        country = country_by_adjective(one.found.words) or country_by_capital(one.found.words)
        if country:
            spoken_of.add(country.alpha3)

    def more(text: str, one: _Weighed) -> _Weighed:
        country = country_by_name(one.found.words)
        if country and country.alpha3 in spoken_of and one.key in vocabulary().ambiguous_countries:
            clue = Clue("GPE", _ITS_PEOPLE, "its people or capital in the text")
            return replace(one, clues=(*one.clues, clue))
        return one

    return more


def _by_lists(text: str, line: Sequence[_Weighed]) -> list[_Weighed]:
    """'Carmen, Yexemary and Lina': what is listed is of one kind."""
    listed: list[list[_Weighed]] = [[]]
    for one in line:
        last = listed[-1][-1] if listed[-1] else None
        if last and not _BETWEEN.fullmatch(text, last.found.end, one.found.start):
            listed.append([])
        listed[-1].append(one)
    return [one for group in listed for one in _of_one_kind(group)]


def _of_one_kind(group: Sequence[_Weighed]) -> Sequence[_Weighed]:
    if len(group) < _FEWEST_LISTED:
        return group
    kinds = {_group(clue.label) for one in group for clue in one.clues}
    sums = {kind: sum(min(one.of(kind), _MOST_OF_ONE) for one in group) for kind in kinds}
    best = max(sorted(sums), key=lambda kind: sums[kind], default=None)
    sure = sum(max(one.sums, key=one.of, default=None) == best for one in group)
    if best is None or best == "NORP" or sure < _FEWEST_SURE or sums[best] < len(group):
        return group
    label = "GPE" if best == "place" else best
    is_clear = sums[best] >= 2 * len(group)
    clue = Clue(label, _CLEARLY_LISTED if is_clear else _LISTED, "others in the list")
    return [replace(one, clues=(*one.clues, clue)) for one in group]


def _known_words(named: Sequence[Sequence[Found]]) -> Mapping[str, Found]:
    """What to look for in the rest of the article: each name, and each person's last name."""
    known: dict[str, Found] = {}
    for one in (one for line in named for one in line if one.label in NAMES):
        known.setdefault(fold(one.words), one)
        if one.label == "PERSON" and " " in one.words:
            last = one.words.split()[-1]
            if not _NUMBER.fullmatch(last):
                known.setdefault(fold(last), replace(one, words=last))
    return {name: one for name, one in known.items() if len(name) > 1}


def _again(
    text: str,
    words: Sequence[Word],
    found: Sequence[Found],
    known: Mapping[str, Found],
    longest: int,
) -> Iterator[Found]:
    """Known names, of `longest` words at most, where nothing is marked yet."""
    taken = {place for one in found for place in range(one.start, one.end)}
    free = [word for word in words if word.start not in taken]
    place = 0
    while place < len(free):
        span = _longest_match(text, free[place : place + longest], known)
        if span:
            start, end = free[place].start, free[place + span - 1].end
            written = " ".join(text[start:end].split())
            yield Found(known[fold(written)].label, start, end, written, (_ELSEWHERE,))
        place += span or 1


def _turned(text: str, found: Sequence[Found], people: Collection[Name]) -> list[Found]:
    """'Hale', 'Miriam' with only a comma between them are one, where Miriam Hale is a person."""
    joined: list[Found] = []
    for one in found:
        last = joined[-1] if joined else None
        if last and text[last.end : one.start].strip() == ",":
            words = f"{last.words}, {one.words}"
            if " " not in last.words and person_key(words) in people:
                joined[-1] = Found("PERSON", last.start, one.end, words, ("a name turned round",))
                continue
        joined.append(one)
    return joined


def _longest_match(text: str, words: Sequence[Word], known: Mapping[str, Found]) -> int:
    if not words or not words[0].is_capital:
        return 0
    for count in range(len(words), 0, -1):
        start, end = words[0].start, words[count - 1].end
        name = fold(text[start:end])
        if name in known:
            alone = count == 1 and words[0].opens and name in common_words()
            short = is_abbreviation(known[name].words) and not is_abbreviation(text[start:end])
            return 0 if alone or short else count
    return 0

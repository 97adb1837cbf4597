"""Which names of people in one article are the same person's? By their spelling alone.

"Putin" is Vladimir Putin where one person of the article is called so, and nobody where two are:
a wrong join costs more than a missed one.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from tidings.language.spelling import fold
from tidings_entities.vocabulary import vocabulary

_SURNAME_FIRST: Final = re.compile(r"([^,]+),\s*([^,]+)")

_LONG: Final = 7
_ALIKE: Final = "~"
"""Before the sound of a part, in one mapping with the parts themselves."""
_MOST_COMPARED: Final = 100
"""Of so many one name is nobody's alone."""

Name = tuple[str, ...]
WRITTEN_OTHERWISE: Final = "written otherwise"
"""The reason why two names are one that differ in letter case, accents, order, titles at most."""


def person_key(words: str) -> Name:
    """The parts of a name, as they are compared: 'Hale, Miriam' -> ('miriam', 'hale'), and 'Piet
    Orme Jr.' -> ('piet', 'orme', 'jr')."""
    match = _SURNAME_FIRST.fullmatch(words)
    if match and fold(match[2]).rstrip(".") not in vocabulary().name_suffixes:
        words = f"{match[2]} {match[1]}"
    parts = re.sub(r"(?<=\b\w)\.(?=\w)", ". ", fold(words)).replace(",", " ").split()
    return tuple(part.rstrip(".") for part in parts if part != ".")


def is_full(name: Name) -> bool:
    """Whether it has more than a last name, an initial and a suffix."""
    return _fullness(_core(name)) > 1


def _core(name: Name) -> Name:
    """Without what only tells father and son apart."""
    end = len(name)
    while end > 1 and name[end - 1] in vocabulary().name_suffixes:
        end -= 1
    return name[:end]


def same_people(names: Iterable[Name]) -> dict[Name, Name]:
    """For each name the fullest one that it stands for; itself where that is not certain."""
    fullest_first = sorted(set(names), key=lambda name: (-_fullness(name), -len(name), name))
    full_names: defaultdict[str, list[Name]] = defaultdict(list)
    meant: dict[Name, Name] = {}
    for name in fullest_first:
        parts = [part for part in name if len(part) > 1]
        sharing = min((full_names[part] for part in parts), key=len, default=[])
        if not sharing and len(name) == 1:
            sharing = _spelled_alike(name[0], full_names)
        meant[name] = _only_match(name, sharing[:_MOST_COMPARED]) or name
        if meant[name] == name:
            for part in name:
                if len(part) > 1:
                    full_names[part].append(name)
                if len(part) >= _LONG:
                    full_names[_ALIKE + _sound(part)].append(name)
    return meant


def why_same(name: Name, full: Name) -> str:
    """Why `same_people` gives the one for the other, for people."""
    if name == full:
        return WRITTEN_OTHERWISE
    if len(name) == 1 and name[0] not in full:
        return "spelt like the last name in the text"
    return next(f"{way} in the text" for fits, way in _WAYS if fits(name, _core(full)))


def _fullness(name: Name) -> int:
    return sum(len(part) > 1 for part in name)


def _only_match(name: Name, full_names: Sequence[Name]) -> Name | None:
    """The first way of shortening that fits any full name decides, if it fits just one."""
    for fits, _ in _WAYS:
        matches = [full for full in full_names if len(full) > 1 and fits(name, _core(full))]
        if fits is _is_surname:
            matches += [full for full in full_names if _may_begin_with_surname(name, full)]
        if matches:
            return matches[0] if len(matches) == 1 else None
    return None


def _may_begin_with_surname(name: Name, full: Name) -> bool:
    """'Li' of 'Li Ka-shing', where another is Wong Man Li."""
    return len(full) > 1 and name == full[:1] and name[0] not in vocabulary().given_names


def _is_surname(name: Name, full: Name) -> bool:
    """'Hale' of 'Miriam Hale', 'von Arnhem' of 'Ute von Arnhem'; Idriss Déby is not Mahamat Idriss
    Déby. A long name may be spelt otherwise: 'Zelensky' of 'Volodymyr Zelenskyy'."""
    if len(name) >= len(full):
        return False
    if len(name) > 1:
        return full[-len(name) :] == name and name[0] in vocabulary().particles
    own = _own(full)
    if own != full and len(own) == 1:
        return False  # Mohammed bin Salman
    return name[0] == own[-1] or _is_spelled_alike(name[0], own[-1])


def _is_spelled_alike(part: str, other: str) -> bool:
    """Transliterations differ in these letters; one more "a" is a woman's name."""
    return len(part) >= _LONG and _sound(part) == _sound(other)


def _sound(part: str) -> str:
    """'zelenskyy', 'zelenskiy', 'zelensky' -> 'zelenski'."""
    one_of_each = re.sub(r"(.)\1", r"\1", part.replace("y", "i"))
    return re.sub(r"ii?$", "i", one_of_each)


def _spelled_alike(part: str, full_names: Mapping[str, list[Name]]) -> list[Name]:
    """Those of whom a name is spelt nearly so."""
    return full_names[_ALIKE + _sound(part)] if len(part) >= _LONG else []


def _is_shortened(name: Name, full: Name) -> bool:
    """'M. Hale' of 'Miriam Hale', 'Ana Ruiz' of 'Ana Ruiz Orrego': from the first, in order."""
    if len(name) < 2 or name == full or not _agree(name[0], full[0]):
        return False
    rest = iter(full[1:])
    return all(any(_agree(part, other) for other in rest) for part in name[1:])


def _agree(part: str, other: str) -> bool:
    return part == other or (len(part) == 1 and other.startswith(part))


def _is_inner_part(name: Name, full: Name) -> bool:
    """'Ruiz' of 'Ana Ruiz Orrego'."""
    return len(name) == 1 and name[0] in _own(full)[1:]


def _own(full: Name) -> Name:
    """Without the father's name: 'ahmad fikri' of 'ahmad fikri bin othman'."""
    patronymics = vocabulary().patronymics
    end = next((place for place, part in enumerate(full) if part in patronymics and place), None)
    return full[:end]


def _is_first_name(name: Name, full: Name) -> bool:
    return len(name) == 1 and name[0] == full[0]


_WAYS: Final[Sequence[tuple[Callable[[Name, Name], bool], str]]] = (
    (_is_surname, "last name of a full name"),
    (_is_shortened, "shortened from a full name"),
    (_is_inner_part, "a middle name of a full name"),
    (_is_first_name, "first name of a full name"),
)
"""How a name may stand for a fuller one, the surest first."""

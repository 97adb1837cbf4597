"""Lists of English words, one a line in files of their own."""

from functools import lru_cache
from importlib.resources import files
from typing import Final

import pycountry


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """English words that are nearly always written small."""
    return _read("common-words.txt")


@lru_cache(maxsize=1)
def organisation_endings() -> frozenset[str]:
    """The last words of organisations' names: 'bank', 'union', 'energy'."""
    return _read("organisation-endings.txt")


@lru_cache(maxsize=1)
def language_names() -> frozenset[str]:
    """'arabic', 'swahili': the languages of ISO 639-1 by one word, in small letters."""
    names = (one.name.partition(" (")[0] for one in pycountry.languages if hasattr(one, "alpha_2"))
    return frozenset(name.lower() for name in names if " " not in name) | _ALSO_LANGUAGES


_ALSO_LANGUAGES: Final = frozenset({"cantonese", "dari", "farsi", "mandarin", "pashto", "punjabi"})


def _read(name: str) -> frozenset[str]:
    return frozenset(files("tidings.language").joinpath(name).read_text("utf-8").split())

"""Lists of English words, one a line in files of their own."""

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """English words that are nearly always written small."""
    return _read("common-words.txt")


@lru_cache(maxsize=1)
def organisation_endings() -> frozenset[str]:
    """The last words of organisations' names: 'bank', 'union', 'energy'."""
    return _read("organisation-endings.txt")


def _read(name: str) -> frozenset[str]:
    return frozenset(files("tidings.language").joinpath(name).read_text("utf-8").split())

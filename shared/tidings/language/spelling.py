"""When are two spellings one name? Letters compared without case, accents and typographic dress."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_DRESS: Final = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "–": "-"})
_LETTERS_OF_THEIR_OWN: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)

CAPITAL: Final = "[" + "".join(filter(str.isupper, map(chr, range(0x250)))) + "]"
"""A large Latin letter, for regular expressions: Ł and Š are some too."""


@lru_cache(maxsize=65_536)
def fold(words: str) -> str:
    """'Nicolás  MADURO' and 'Nicolas Maduro' give 'nicolas maduro'. Only for comparing."""
    if words.isascii():  # nearly all are, and have nothing to lose
        return " ".join(words.casefold().split())
    bare = unicodedata.normalize("NFKD", words.translate(_DRESS))
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(letters.casefold().translate(_LETTERS_OF_THEIR_OWN).split())


def slug(words: str) -> str:
    """'European Commission' -> 'european-commission': letters and digits of any script, hyphens."""
    return re.sub(r"[\W_]+", "-", fold(words).replace("'", "").replace(".", "")).strip("-")

"""What a model gets to read of a segment, and the way back to where it stands in the article.

White space comes in runs (the ends of Windows' lines, two spaces after a sentence), which a model
takes for tokens that tear names apart; rows of punctuation make spaCy's tokenizer take minutes.
Both are read as one space. Texts that some other program has cut into tokens ("Orme ’ s deputy ,
Piet Hale - Ruiz") are read without the spaces that no writer puts there.
"""

import re
from dataclasses import dataclass
from typing import Final

from tidings.language.segments import Segment

_GAP: Final = re.compile(r"\s*[^\w\s]{40,}\s*|\s\s+")
_HAS_GAP: Final = re.compile(r"\s\s|[^\w\s]{40}")
_NO_SPACE: Final = re.compile(
    r"""(?x)
    \ (?:                                 # a space, since only these are looked at
      (?=[,.;:!?)\]](?:\s|$))            # before a mark that ends something
      | (?<=[(\[]\ )                     # behind an opening bracket
      | (?=['’]\ ?s\b) | (?<=\w\ ['’]\ )(?=s\b)
      | (?<=\b[A-Z]\.\ )(?=[A-Z]\.)      # U. S.
    )
    """
)
_IS_CUT: Final = re.compile(r" (?:(?<=\w )(?:['’] s\b|[”,])|(?<=[“‘(] )\w|\.$)")
_HYPHEN: Final = re.compile(r"(?<=\w) (?=- \w)|(?<=\w -) (?=\w)")


@dataclass(frozen=True)
class Reading:
    """`positions[i]` is the offset in the article's content of `text[i]`."""

    text: str
    positions: range | list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the article's content of `text[start:end]`, which is not empty."""
        return self.positions[start], self.positions[end - 1] + 1


def read(segment: Segment) -> Reading:
    """The segment as a writer would have set it, with each run of white space or punctuation as one
    space."""
    reading = Reading(segment.text, range(segment.start, segment.start + len(segment.text)))
    if _HAS_GAP.search(segment.text):
        reading = _replaced(reading, _GAP, " ")
    is_cut = _IS_CUT.search(reading.text) is not None
    reading = _replaced(reading, _NO_SPACE, "")
    return _replaced(reading, _HYPHEN, "") if is_cut else reading


def _replaced(reading: Reading, pattern: re.Pattern[str], new: str) -> Reading:
    """With `new`, none or one letter, for each match."""
    if not pattern.search(reading.text):
        return reading
    kept: list[str] = []
    positions: list[int] = []
    after = 0
    for gap in pattern.finditer(reading.text):
        kept += (reading.text[after : gap.start()], new)
        positions += reading.positions[after : gap.start() + len(new)]
        after = gap.end()
    kept.append(reading.text[after:])
    positions += reading.positions[after:]
    return Reading("".join(kept), positions)

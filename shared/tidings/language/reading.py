"""What a model gets to read of a segment, and the way back to where it stands in the article.

White space comes in runs (the ends of Windows' lines, two spaces after a sentence), which a model
takes for tokens that tear names apart; rows of punctuation make spaCy's tokenizer take minutes.
Both are read as one space.
"""

import re
from dataclasses import dataclass
from typing import Final

from tidings.language.segments import Segment

_GAP: Final = re.compile(r"\s*[^\w\s]{40,}\s*|\s\s+")


@dataclass(frozen=True)
class Reading:
    """`positions[i]` is the offset in the article's content of `text[i]`."""

    text: str
    positions: range | list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the article's content of `text[start:end]`, which is not empty."""
        return self.positions[start], self.positions[end - 1] + 1


def read(segment: Segment) -> Reading:
    """The segment with each run of white space or punctuation as one space."""
    whole = range(segment.start, segment.start + len(segment.text))
    if not _GAP.search(segment.text):
        return Reading(segment.text, whole)
    kept: list[str] = []
    positions: list[int] = []
    after = 0
    for gap in _GAP.finditer(segment.text):
        kept += (segment.text[after : gap.start()], " ")
        positions += whole[after : gap.start() + 1]
        after = gap.end()
    kept.append(segment.text[after:])
    positions += whole[after:]
    return Reading("".join(kept), positions)

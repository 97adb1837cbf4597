"""Precision, recall and the list of what went wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple


class Score(NamedTuple):
    """Shares between 0 and 1 of what was `wanted` and `found`; 0 where there is nothing of it."""

    precision: float
    recall: float
    f1: float
    wanted: int
    found: int


class Mistake(NamedTuple):
    """`kind` is the class of mistakes that it belongs to."""

    kind: str
    label: str
    detail: str


@dataclass
class Tally:
    """Counts by the name of a measure. A measure of which everything wanted is looked at, as the
    country of the names that were found, has as many found as wanted."""

    wanted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    mistakes: list[Mistake] = field(default_factory=list)

    def compare(self, measure: str, wanted: Iterable[object], found: Iterable[object]) -> None:
        """Counts what is in both: things are equal or not."""
        one, other = set(wanted), set(found)
        self.wanted[measure] += len(one)
        self.found[measure] += len(other)
        self.right[measure] += len(one & other)

    def judge(self, measure: str, right: bool) -> None:
        """Counts one slot that was looked at."""
        self.wanted[measure] += 1
        self.found[measure] += 1
        self.right[measure] += right

    def miss(self, kind: str, label: str, detail: str) -> None:
        self.mistakes.append(Mistake(kind, label, detail))

    def scores(self) -> dict[str, Score]:
        measures = dict.fromkeys((*self.wanted, *self.found))
        return {measure: self._score(measure) for measure in measures}

    def by_kind(self) -> dict[str, list[Mistake]]:
        """The most frequent kind first."""
        kinds: defaultdict[str, list[Mistake]] = defaultdict(list)
        for mistake in self.mistakes:
            kinds[mistake.kind].append(mistake)
        return dict(sorted(kinds.items(), key=lambda one: -len(one[1])))

    def _score(self, measure: str) -> Score:
        wanted, found, right = self.wanted[measure], self.found[measure], self.right[measure]
        precision, recall = right / max(1, found), right / max(1, wanted)
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        return Score(precision, recall, f1, wanted, found)

"""When most records are bad it is not the records: a release, a mapping or a producer is."""

from collections import deque
from typing import Final


class DeadLetterLimit:
    """Judges whether records may still be set aside, by the last `window` of them; with a window
    of 0 they always may. One bad record is data, and a stage that set aside a whole stream would
    only hide what is wrong."""

    def __init__(self, window: int) -> None:
        self.window: Final = window
        self._batches: deque[tuple[int, int]] = deque()

    def admits(self, bad: int, of: int) -> bool:
        """Takes a batch of `of` records into account; False where, with it, more than half of the
        last records are bad, and there are at least `window` of them. A batch without a bad one is
        always admitted."""
        if not of:
            return True
        self._batches.append((bad, of))
        while len(self._batches) > 1 and self._records - self._batches[0][1] >= self.window:
            self._batches.popleft()
        all_bad = sum(bad for bad, _ in self._batches)
        too_few = self.window == 0 or self._records < self.window
        return not bad or too_few or all_bad * 2 <= self._records

    @property
    def _records(self) -> int:
        return sum(of for _, of in self._batches)

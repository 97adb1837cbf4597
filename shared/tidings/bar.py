"""How far a long command is: a bar on a terminal, a line now and then elsewhere."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

_SAY_EVERY_SECONDS: Final = 10.0


class Bar(AbstractContextManager["Bar"]):
    """`what` is being done, `total` times so far as is known; on standard error."""

    def __init__(
        self,
        what: str,
        total: int = 0,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.done = 0
        self._what, self._total, self._clock = what, total, clock
        self._console = console or Console(stderr=True)
        self._said, self._said_at = 0, clock()
        self._began = clock()
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TaskProgressColumn(show_speed=True), TimeRemainingColumn(), console=self._console,
            disable=not self._console.is_terminal,
        )  # fmt: skip
        self._task = self._progress.add_task(what, total=total or None)

    def __enter__(self) -> "Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def more(self, number: int) -> None:
        """So many more are there to be done."""
        self._total += number
        self._progress.update(self._task, total=self._total)

    def advance(self, number: int = 1) -> None:
        self.reach(self.done + number)

    def reach(self, done: int) -> None:
        self.done = done
        self._progress.update(self._task, completed=done)
        late = self._clock() - self._said_at >= _SAY_EVERY_SECONDS
        if late and done != self._said and not self._console.is_terminal:
            self._said, self._said_at = done, self._clock()
            rate = done / (self._clock() - self._began)
            self.say(f"{self._what}: {done:,} of {self._total:,}, {rate:,.0f}/s")

    def say(self, sentence: str) -> None:
        self._console.print(sentence, highlight=False, markup=False, soft_wrap=True)

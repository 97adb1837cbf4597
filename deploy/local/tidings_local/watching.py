"""When is a process started again? Decisions alone; the supervisor acts on them."""

from dataclasses import dataclass
from typing import Final

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
SETTLED_SECONDS: Final = 60.0
SILENT_LIMIT: Final = 24
"""Two minutes at one probe in five seconds: a model takes half a minute to load on a slow machine,
and one huge article may keep a process from answering for as long."""


@dataclass
class Backoff:
    """Pauses between restarts: 1 s, doubled up to 30 s, from the beginning again once the process
    has lived for a minute."""

    pause: float = 0.0

    def after(self, lived_seconds: float) -> float:
        """Seconds to wait before the next start of a process that lived so long."""
        if lived_seconds >= SETTLED_SECONDS or self.pause == 0.0:
            self.pause = FIRST_PAUSE
        else:
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return self.pause


@dataclass
class Watch:
    """Counts the probes in a row that got no answer: a process that is frozen. One that knows that
    it does not get on ends by itself."""

    silent: int = 0

    def verdict(self, answers: bool) -> str | None:
        """Says why the process is to be restarted, or None where it is not."""
        self.silent = 0 if answers else self.silent + 1
        return f"has not answered {SILENT_LIMIT} times" if self.silent >= SILENT_LIMIT else None

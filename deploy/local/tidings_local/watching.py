"""When is a process started again? Decisions alone; the supervisor acts on them."""

from dataclasses import dataclass
from typing import Final

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
SETTLED_SECONDS: Final = 60.0
FAILING_LIMIT: Final = 3
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
    """Counts the answers to health probes in a row."""

    failing: int = 0
    silent: int = 0

    def verdict(self, status: int | None) -> str | None:
        """Takes an answer's status, None for no answer; says why the process is to be restarted,
        or None where it is not."""
        self.failing = self.failing + 1 if status == 503 else 0
        self.silent = self.silent + 1 if status is None else 0
        if self.failing >= FAILING_LIMIT:
            return f"said {FAILING_LIMIT} times that it does not get on"
        if self.silent >= SILENT_LIMIT:
            return f"has not answered {SILENT_LIMIT} times"
        return None

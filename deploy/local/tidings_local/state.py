"""Who runs in a data folder: a lock that one supervisor holds, and a file that says what it
started."""

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import psutil

from tidings.errors import TidingsError
from tidings.settings import Settings

CLEANING_SECONDS: Final = 25
"""After a supervisor was killed its reaper still holds the lock, until all it started is gone."""


@dataclass(frozen=True)
class State:
    """A running supervisor: its process, when that started (seconds since 1970), the page's
    address, the pid of each engine and service it has started, and a sentence on what keeps
    exiting."""

    pid: int
    started: float
    page: str
    pids: dict[str, int]
    trouble: str | None = None


class NotRunning(TidingsError):
    """No supervisor runs in the data folder."""


class AlreadyRunning(TidingsError):
    """Another supervisor runs in the data folder; `state` is its."""

    def __init__(self, state: State) -> None:
        super().__init__(
            f"Tidings runs already (pid {state.pid}): its page is {state.page}; "
            "`tidings down` stops it."
        )
        self.state: Final = state


def take_lock(settings: Settings) -> int:
    """The descriptor of the lock file, locked; the lock lasts until every copy of it is closed.

    Raises AlreadyRunning, or TidingsError where what a killed one left takes too long to go.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(settings.data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    deadline = time.monotonic() + CLEANING_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            running = find_state(settings)
            if running or time.monotonic() > deadline:
                os.close(descriptor)
                raise (AlreadyRunning(running) if running else _stuck(settings)) from None
        time.sleep(0.2)


def write_state(settings: Settings, pids: dict[str, int], trouble: str | None = None) -> None:
    """Says what this process has started; readers see the old or the new file, never a half."""
    here = psutil.Process()
    state = State(here.pid, here.create_time(), settings.search_address, pids, trouble)
    file = _file(settings)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(state), indent=1) + "\n", "utf-8")
    fresh.replace(file)


def remove_state(settings: Settings) -> None:
    _file(settings).unlink(missing_ok=True)


def find_state(settings: Settings) -> State | None:
    """The state of the supervisor that runs, or None; a file that a killed one left is no state."""
    try:
        state = State(**json.loads(_file(settings).read_text("utf-8")))
        same = psutil.Process(state.pid).create_time() == state.started
    except (OSError, ValueError, TypeError, psutil.Error):
        return None
    return state if same else None


def read_state(settings: Settings) -> State:
    """The state of the supervisor that runs. Raises NotRunning."""
    state = find_state(settings)
    if state is None:
        raise NotRunning(f"Nothing runs in {settings.data_dir}: start it by `tidings up`.")
    return state


def log_file(settings: Settings, name: str) -> Path:
    return settings.data_dir / "logs" / f"{name}.log"


def last_line(settings: Settings, name: str) -> str:
    """The last thing that it said; '' where it said nothing."""
    try:
        lines = log_file(settings, name).read_bytes()[-4000:].decode(errors="replace").split("\n")
    except OSError:
        return ""
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")


def _file(settings: Settings) -> Path:
    return settings.data_dir / "state.json"


def _stuck(settings: Settings) -> TidingsError:
    return TidingsError(
        f"{settings.data_dir}/lock is held, but by no supervisor that can be seen: see by "
        f"`fuser {settings.data_dir}/lock` who holds it, or set TIDINGS_DATA_DIR to another folder."
    )

"""A process that sees itself stand still ends, to be started again by whoever started it. Of
those, Docker and systemd would not look at /health."""

import os
import threading
import time
from collections.abc import Callable
from typing import Final

import structlog

from tidings.operations import Health

MUST_RESTART: Final = 70
"""Exit status (EX_SOFTWARE) of a process that cannot go on, and started again can. What it has
taken and not acknowledged will be read again."""

CHECK_SECONDS: Final = 5.0
FAILING_LIMIT: Final = 3

log = structlog.get_logger(__name__)


def end_when_stuck(
    health: Callable[[], Health],
    *,
    check_seconds: float = CHECK_SECONDS,
    end: Callable[[int], object] = os._exit,
) -> threading.Thread:
    """Starts a thread that asks `health` every `check_seconds` and calls `end` with MUST_RESTART
    once it has failed `FAILING_LIMIT` times in a row."""

    def watch() -> None:
        failing = 0
        while failing < FAILING_LIMIT:
            time.sleep(check_seconds)
            try:
                state = health()
            except Exception as error:
                log.exception("health cannot be told")
                state = Health(False, repr(error))
            failing = 0 if state.ok else failing + 1
        log.error("ends itself, to be started again", reason=state.detail)
        end(MUST_RESTART)

    thread = threading.Thread(target=watch, name="watchdog", daemon=True)
    thread.start()
    return thread

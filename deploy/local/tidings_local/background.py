"""The supervisor as a background process: started and waited for, stopped and waited for."""

import os
import signal
import subprocess
import sys
import time
from typing import Final

from tidings.errors import TidingsError
from tidings.settings import Settings
from tidings_local import preflight
from tidings_local.state import AlreadyRunning, find_state, last_line, log_file
from tidings_local.waiting import wait_ready

DOWN_SECONDS: Final = 60


def start(settings: Settings) -> bool:
    """True once every service is ready, False where something holds one up. Raises AlreadyRunning,
    the sentence of a preflight check, or of what keeps a service from starting; then nothing of it
    is left running."""
    if state := find_state(settings):
        raise AlreadyRunning(state)
    # Here rather than there, so that its sentence and its progress bars are seen.
    preflight.prepare(settings)
    log = log_file(settings, "supervisor")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "tidings_local.supervisor"],
            env=_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def tick() -> None:
        if daemon.poll() is not None:
            said = last_line(settings, "supervisor").removeprefix("tidings: ")
            raise TidingsError(f"The supervisor has ended: {said}")
        state = find_state(settings)
        if state and state.trouble:
            raise TidingsError(state.trouble)
        time.sleep(0.3)

    try:
        return wait_ready(settings, tick)
    except BaseException:
        daemon.terminate()
        daemon.wait()
        raise


def stop(settings: Settings) -> bool:
    """Stops what runs and returns when it is gone; False where nothing ran. Raises TidingsError
    where it takes longer than a minute."""
    state = find_state(settings)
    if state is None:
        return False
    os.kill(state.pid, signal.SIGTERM)
    deadline = time.monotonic() + DOWN_SECONDS
    while find_state(settings) is not None:
        if time.monotonic() > deadline:
            raise TidingsError(
                f"Process {state.pid} has not stopped within {DOWN_SECONDS} seconds: see "
                f"`tidings logs supervisor`, or end it by `kill -9 {state.pid}`."
            )
        time.sleep(0.2)
    return True


def _environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, **settings.environment()}

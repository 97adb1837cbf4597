"""Process groups: every process that we start leads one, so that what it starts in turn can be
found and ended too, even after its leader has gone."""

import os
import signal
import time
from collections.abc import Iterable
from typing import Final

import psutil

POLL_SECONDS: Final = 0.05


def members(group: int) -> list[int]:
    """The processes of the group that still run; zombies do not."""
    return [process.pid for process in psutil.process_iter() if _belongs(process, group)]


def send(group: int, number: signal.Signals) -> None:
    """Signals the whole group, which may be gone already."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return
    except PermissionError:
        # macOS says so where the only member left is a zombie.
        return


def end(groups: Iterable[int], patience_seconds: float) -> None:
    """TERM to all groups, KILL to those that are still there after `patience_seconds`.

    Returns once every process is gone, or a few seconds after the KILL.
    """
    left = set(groups)
    for group in left:
        send(group, signal.SIGTERM)
    left = _wait(left, patience_seconds)
    for group in left:
        send(group, signal.SIGKILL)
    _wait(left, patience_seconds=5)


def _wait(groups: set[int], patience_seconds: float) -> set[int]:
    """Those that still have members in the end."""
    deadline = time.monotonic() + patience_seconds
    left = {group for group in groups if members(group)}
    while left and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        left = {group for group in left if members(group)}
    return left


def _belongs(process: psutil.Process, group: int) -> bool:
    try:
        return os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error):
        return False

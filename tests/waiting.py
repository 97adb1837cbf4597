"""How tests wait: a test says what must come about and never how fast, whatever machine runs it."""

import time
from collections.abc import Callable
from typing import Final

PATIENCE_SECONDS: Final = 400
"""Anything that has not come about by then counts as never."""


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Raises AssertionError naming `what` where it never becomes true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, f"after {PATIENCE_SECONDS} s still not: {what}"
        time.sleep(0.1)

"""How the launcher takes signals: all that mean "stop" interrupt, and a stop is not disturbed."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Handler = Callable[..., Any] | int


@contextmanager
def interrupting() -> Iterator[None]:
    """TERM and HUP raise KeyboardInterrupt, as Ctrl-C does; even where the shell that started us
    in the background had Ctrl-C ignored."""
    with _all_to(signal.default_int_handler):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """A second Ctrl-C does not break off what cleans up after the first."""
    with _all_to(signal.SIG_IGN):
        yield


@contextmanager
def _all_to(handler: Handler) -> Iterator[None]:
    former = {number: signal.signal(number, handler) for number in STOPPING}
    try:
        yield
    finally:
        for number, old in former.items():
            signal.signal(number, old if old is not None else signal.SIG_DFL)

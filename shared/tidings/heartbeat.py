"""Signs of life of long work: deep within it something says that it gets on, and who waits hears
it. So an extractor that reads a huge article need not know in what worker it runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_LISTENER: Final[ContextVar[Callable[[], None]]] = ContextVar("listener", default=lambda: None)


def beat() -> None:
    """Says that another piece of the work is done; nothing happens where nobody listens."""
    _LISTENER.get()()


@contextmanager
def heard_by(listener: Callable[[], None]) -> Iterator[None]:
    """Within, in this thread or task alone, each beat calls `listener`."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)

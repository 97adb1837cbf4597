"""Looking again and again, each kind of look in a thread of its own."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog
from elasticsearch import ApiError, TransportError
from kafka.errors import KafkaError

from tidings import metrics
from tidings.elastic import in_plain_words, reason_of
from tidings.errors import TidingsError
from tidings.operations import Health

_SAY_EVERY_SECONDS: Final = 300.0
_REST: Final = 4
"""A look that takes long is repeated the more seldom: it takes a fifth of the time at most."""
_AGAIN_SECONDS: Final = 5.0
"""An engine that was away is seen to be back so soon, and everything that waits for that."""
_HANGS_AFTER_SECONDS: Final = 120.0

log = structlog.get_logger(__name__)


@dataclass
class Look:
    """`once` puts what it finds into the metrics; `forget` takes out what is not known any more.
    `clock` gives seconds and is replaced in tests."""

    name: str
    every_seconds: float
    once: Callable[[], None]
    forget: Callable[[], None]
    clock: Callable[[], float] = time.monotonic
    trouble: str | None = "is starting"
    failing: bool = False
    began: float | None = None
    said_at: float = field(default=float("-inf"))

    def look(self) -> float:
        """Looks once and gives the seconds until the next time. What an engine does to it, it
        says and survives; any other error ends the process, to be seen and mended."""
        self.began = self.clock()
        try:
            self.once()
        except (TidingsError, KafkaError, ApiError, TransportError) as error:
            self.forget()
            self._say(_sentence(error))
        else:
            self.trouble, self.failing = None, False
        took = self.clock() - self.began
        self.began = None
        metrics.LOOK_SECONDS.renew(self.name, {(self.name,): took})
        if self.failing:
            return min(self.every_seconds, _AGAIN_SECONDS)
        return max(self.every_seconds - took, _REST * took)

    def health(self) -> Health:
        began, now = self.began, self.clock()
        if began is not None and now - began > _HANGS_AFTER_SECONDS:
            return Health(False, f"has looked at {self.name} for {now - began:.0f} s")
        return Health(True, f"looks at {self.name}")

    def _say(self, trouble: str) -> None:
        now = self.clock()
        if not self.failing or now - self.said_at >= _SAY_EVERY_SECONDS:
            self.said_at = now
            log.warning("cannot look", at=self.name, reason=trouble)
        self.trouble, self.failing = trouble, True


def keep_looking(looks: Sequence[Look], stop: threading.Event) -> None:
    """Returns when `stop` is set, or one of the looks has met an error that is no engine's: then
    it raises that."""
    failed: list[BaseException] = []

    def repeat(look: Look) -> None:
        try:
            while not stop.wait(look.look()):
                continue
        except BaseException as error:
            failed.append(error)
            stop.set()

    for look in looks:
        threading.Thread(target=repeat, args=(look,), name=look.name, daemon=True).start()
    stop.wait()
    if failed:
        raise failed[0]


def health_of(looks: Sequence[Look]) -> Health:
    states = [look.health() for look in looks]
    return next((state for state in states if not state.ok), Health(True, "looks at everything"))


def ready_of(looks: Sequence[Look]) -> Health:
    trouble = next((look.trouble for look in looks if look.trouble), None)
    return Health(trouble is None, trouble or "sees everything")


def _sentence(error: Exception) -> str:
    if isinstance(error, (ApiError, TransportError)):
        return f"waits for Elasticsearch: {in_plain_words(reason_of(error))}"
    return str(error) if isinstance(error, TidingsError) else f"waits for Kafka: {error!r}"

"""The service's one way to Kafka: opened in the background, watched, open again after an outage."""

import threading
from typing import Any, Final

import structlog

from tidings.errors import EngineUnavailable, TidingsError
from tidings.kafka import (
    discard_producer,
    ensure_topics,
    new_producer,
    open_admin,
    unavailable,
    wait_for_kafka,
)
from tidings.operations import Health
from tidings.settings import Settings

_WATCH_SECONDS: Final = 2.0
_AFTER_REFUSAL_SECONDS: Final = 10.0

log = structlog.get_logger(__name__)


class SharedProducer:
    """One KafkaProducer for many threads; another one in its place where it has broken."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: Any = None
        self._ended = False
        self._lock = threading.Lock()

    def producer(self) -> Any:
        """Raises EngineUnavailable, and after `discard` always."""
        with self._lock:
            if self._ended:
                raise EngineUnavailable("this service is stopping.")
            if self._producer is None:
                self._producer = new_producer(self._settings)
            return self._producer

    def replace(self, broken: Any) -> Any:
        """A producer other than `broken`: whoever comes first makes it."""
        with self._lock:
            if self._producer is broken:
                discard_producer(broken)
                self._producer = None
        return self.producer()

    def discard(self) -> None:
        """What is not confirmed by now may or may not arrive."""
        with self._lock:
            if self._producer is not None:
                discard_producer(self._producer)
            self._producer, self._ended = None, True


class KafkaLink:
    """Holds the producer that all requests share; makes the topics once Kafka answers.

    The producer outlives an outage: what it had accepted is sent when Kafka is back.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_open, name="kafka-link", daemon=True)
        self._producers = SharedProducer(settings)
        self._fault: str | None = "Kafka has not answered yet"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Gives the thread a moment to end; what is not confirmed by now may or may not arrive."""
        self._stop.set()
        self._thread.join(timeout=1)
        self._producers.discard()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def state(self) -> Health:
        return Health(self._fault is None, self._fault or "Kafka answers")

    def producer(self) -> Any:
        """Raises EngineUnavailable at once while Kafka is away, so that nobody waits for it."""
        if self._fault is not None:
            raise EngineUnavailable(self._fault)
        return self._producers.producer()

    def replace(self, broken: Any) -> Any:
        """Another producer than `broken`. Raises EngineUnavailable."""
        return self._producers.replace(broken)

    def suspect(self, reason: str) -> None:
        """Something was not confirmed: the link counts as closed until Kafka answers again."""
        self._fault = reason

    def _keep_open(self) -> None:
        while not self._stop.is_set():
            pause = 0.0
            try:
                if wait_for_kafka(self._settings, self._stop):
                    self._open_and_watch()
            except EngineUnavailable as error:
                self.suspect(str(error))
                log.warning("Kafka is away", reason=str(error))
            except TidingsError as error:
                self.suspect(str(error))
                log.error("Kafka cannot be used", reason=str(error))
                pause = _AFTER_REFUSAL_SECONDS
            self._stop.wait(pause)

    def _open_and_watch(self) -> None:
        ensure_topics(self._settings)
        self._producers.producer()
        with open_admin(self._settings) as admin:
            while True:
                if not admin.list_topics():
                    raise unavailable(self._settings, "it has no topics")
                if self._fault is not None:
                    log.info("Kafka answers")
                    self._fault = None
                if self._stop.wait(_WATCH_SECONDS):
                    return

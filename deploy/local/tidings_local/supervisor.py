"""Starts the engines and the services, keeps them running, and stops them in order."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tidings.errors import exit_with_a_sentence
from tidings.settings import Settings
from tidings_local import jmx, preflight, probe, prometheus
from tidings_local.engines import Engine, start_elasticsearch, start_kafka
from tidings_local.owner import Child, Owner
from tidings_local.services import Service, environment, services_of
from tidings_local.signals import interrupting, undisturbed
from tidings_local.state import last_line, log_file, remove_state, take_lock, write_state
from tidings_local.watching import Backoff, Watch

TICK_SECONDS: Final = 0.5
PROBE_SECONDS: Final = 5.0
LOG_LIMIT: Final = 50_000_000

StartEngine = Callable[[Settings, Path, int, Owner, Path], Engine]


@dataclass
class Supervised:
    """An engine or a service: how it is started, and how it fares."""

    name: str
    start: Callable[[], Child]
    health: str | None = None
    child: Child | None = None
    exits: int = 0
    due: float = 0.0
    backoff: Backoff = field(default_factory=Backoff)
    watch: Watch = field(default_factory=Watch)


class Supervisor:
    """A context manager: on entering everything is started, on leaving everything is stopped.

    Between the two `tick` must be called about twice a second. Entering raises AlreadyRunning, or
    the sentence of a preflight check. However this process ends, nothing that it started stays.
    """

    def __init__(self, settings: Settings, services: Sequence[Service] | None = None) -> None:
        self.settings: Final = settings
        self._kinds = {one.name: one for one in services or services_of(settings)}
        self._services = [self._of_service(service) for service in self._kinds.values()]
        self._engines = self._own_engines()
        self._all = (*self._engines, *self._services)
        self._next_probe = 0.0

    def __enter__(self) -> Self:
        self._lock = take_lock(self.settings)
        try:
            preflight.prepare(self.settings)
            log_file(self.settings, "any").parent.mkdir(exist_ok=True)
            self._owner = Owner(held=(self._lock,))
        except BaseException:
            os.close(self._lock)
            raise
        try:
            for one in self._all:
                self._start(one)
            self._write_state()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def tick(self) -> None:
        """Starts again what has exited, and what no longer answers."""
        self._owner.check()
        probing = time.monotonic() >= self._next_probe
        for one in self._all:
            if one.child is None:
                if time.monotonic() >= one.due:
                    self._start(one)
                    self._write_state()
            elif not one.child.alive:
                self._bury(one, f"exited with {one.child.exit_code}")
            elif probing and one.health:
                answer = probe.get_json(f"{one.health}/health", timeout_seconds=2)
                if reason := one.watch.verdict(answers=answer is not None):
                    self._bury(one, reason)
        if probing:
            self._next_probe = time.monotonic() + PROBE_SECONDS
            self._shorten_logs()

    def trouble(self) -> str | None:
        """A sentence on whatever keeps exiting, None where nothing does."""
        for one in self._all:
            if one.exits >= 3:
                return (
                    f"{one.name} has exited {one.exits} times: see `tidings logs {one.name}` "
                    f"({last_line(self.settings, one.name)})"
                )
        return None

    def _start(self, one: Supervised) -> None:
        one.watch = Watch()
        one.child = one.start()

    def _bury(self, one: Supervised, reason: str) -> None:
        child = one.child
        if child is None:
            return
        child.stop()
        one.child, one.exits = None, one.exits + 1
        pause = one.backoff.after(time.monotonic() - child.started)
        one.due = time.monotonic() + pause
        self._write_state()
        _log(f"{one.name} {reason}; it is started again in {pause:.0f} s.")

    def _stop(self) -> None:
        """Services first, so that they can finish their work with the engines."""
        with undisturbed():
            for some in (self._services, self._engines):
                self._owner.stop([one.child for one in some if one.child])
            self._owner.close()
            remove_state(self.settings)
            prometheus.remove_targets(self.settings)
            os.close(self._lock)

    def _of_service(self, service: Service) -> Supervised:
        def start() -> Child:
            return self._owner.start(
                service.name,
                service.start_command(),
                environment=environment(os.environ, service.own(self.settings)),
                log=log_file(self.settings, service.name),
            )

        return Supervised(service.name, start, health=service.address(self.settings))

    def _own_engines(self) -> list[Supervised]:
        """Those that the settings do not name; the slower one to start comes first."""
        settings = self.settings
        starts: dict[str, tuple[StartEngine, int]] = {
            "elasticsearch": (start_elasticsearch, settings.elasticsearch_port),
            "kafka": (start_watched_kafka, settings.kafka_port),
        }
        if settings.elasticsearch_url:
            del starts["elasticsearch"]
        if settings.kafka_servers:
            del starts["kafka"]
        engines = [self._of_engine(name, *start) for name, start in starts.items()]
        return [*engines, *self._own_prometheus()]

    def _own_prometheus(self) -> Iterator[Supervised]:
        """Where its program is found."""
        settings = self.settings
        if program := prometheus.find_program(settings):
            folder = settings.data_dir / "prometheus"

            def start() -> Child:
                command = prometheus.prepare(program, settings, folder)
                log = log_file(settings, "prometheus")
                return self._owner.start("prometheus", command, environment=os.environ, log=log)

            yield Supervised("prometheus", start)

    def _of_engine(self, name: str, start_engine: StartEngine, port: int) -> Supervised:
        def start() -> Child:
            folder, log = self.settings.data_dir / name, log_file(self.settings, name)
            return start_engine(self.settings, folder, port, self._owner, log).child

        return Supervised(name, start)

    def _write_state(self) -> None:
        pids = {one.name: one.child.pid for one in self._all if one.child}
        write_state(self.settings, pids, self.trouble())
        running = [self._kinds[one.name] for one in self._services if one.child]
        is_shown = "kafka" in pids and jmx.is_wanted(self.settings)
        others = {"kafka": jmx.place(self.settings)} if is_shown else {}
        prometheus.write_targets(self.settings, running, others)

    def _shorten_logs(self) -> None:
        """A log that has grown large becomes NAME.log.1; its writer, who appends, goes on at the
        beginning."""
        for one in self._all:
            log = log_file(self.settings, one.name)
            if log.exists() and log.stat().st_size > LOG_LIMIT:
                shutil.copyfile(log, log.with_suffix(".log.1"))
                os.truncate(log, 0)


def start_watched_kafka(
    settings: Settings, folder: Path, port: int, owner: Owner, log: Path
) -> Engine:
    """One that Prometheus can ask, where there is a Prometheus."""
    return start_kafka(settings, folder, port, owner, log, java_options=jmx.flags(settings))


@exit_with_a_sentence
def main() -> None:
    """Supervises until it is told to stop; what `tidings up` leaves in the background."""
    settings = Settings.load()
    try:
        with interrupting(), Supervisor(settings) as supervisor:
            while True:
                supervisor.tick()
                time.sleep(TICK_SECONDS)
    except KeyboardInterrupt:
        _log("stopped")


def _log(sentence: str) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

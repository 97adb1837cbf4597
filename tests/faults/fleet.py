"""The services under test as processes, started again when they end, and what they counted."""

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.pipeline.processes import get, metric
from tidings.settings import Settings
from tidings_local import probe
from tidings_local.engines import free_port
from tidings_local.owner import Child, Owner
from tidings_local.services import Service, environment
from tidings_local.watching import Watch

WORKERS: Final = ("entities", "events", "index")
RESTART_SECONDS: Final = 1.0
PROBE_SECONDS: Final = 5.0
_REPEATED: Final = ("unchanged", "conflict", "retried")
_LONGEST_ANSWER_SECONDS: Final = 2.0


@dataclass
class Process:
    """One service; `repeats` is what those of its lives counted that are over."""

    name: str
    service: Service
    settings: Settings
    log: Path
    child: Child | None = None
    due: float = 0.0
    frozen: bool = False
    repeats: int = 0
    latest: int = 0
    watch: Watch = field(default_factory=Watch)

    @property
    def address(self) -> str:
        return self.service.address(self.settings)

    def says(self, page: str) -> str:
        """The sentence of /ready or /health; '' where nobody answers."""
        answer = probe.get_json(f"{self.address}/{page}", _LONGEST_ANSWER_SECONDS)
        return str(answer.body.get("detail", "")) if answer else ""

    @property
    def reads(self) -> int:
        """How many partitions it says it reads."""
        words = self.says("ready").split()
        return int(words[1]) if words[:1] == ["reads"] else 0

    @property
    def taken(self) -> int:
        """How many records it holds that it has not acknowledged."""
        series = f'tidings_in_flight_records{{stage="{self.service.name}"}}'
        return round(metric(self.service.port(self.settings), series))

    def measure(self) -> None:
        if self.child and not self.frozen:
            self.latest = max(self.latest, repeats_on(get(f"{self.address}/metrics")))


class Fleet:
    """Call `tick` a few times a second: whoever ended is started again a second later, and who does
    not answer is killed first. `incidents` are sentences on what nobody wanted."""

    def __init__(
        self, owner: Owner, folder: Path, *, fake: bool, extra: Mapping[str, str] | None = None
    ) -> None:
        self.incidents: list[str] = []
        self._owner = owner
        self._folder = folder
        self._fake = fake
        self._extra = dict(extra or {})
        self._processes: dict[str, Process] = {}
        self._gone: list[Process] = []
        self._next_probe = 0.0

    def start(self, service: str, settings: Settings, name: str | None = None) -> Process:
        """Starts a service, or a second one of a kind under a name and on a port of its own."""
        port = {f"{service}_port": free_port()}
        kind = Service(service, self._command(service))
        name = name or service
        log = self._folder / f"{name}.log"
        process = Process(name, kind, settings.model_copy(update=port), log)
        self._processes[name] = process
        self._launch(process)
        return process

    def __getitem__(self, name: str) -> Process:
        return self._processes[name]

    def __iter__(self) -> Iterator[Process]:
        return iter(list(self._processes.values()))

    @property
    def repeats(self) -> int:
        """What was done again, by the services' own counters."""
        return sum(one.repeats + one.latest for one in (*self._processes.values(), *self._gone))

    def tick(self) -> None:
        self._owner.check()
        now = time.monotonic()
        probing = now >= self._next_probe
        for one in self:
            if one.child is None:
                if now >= one.due:
                    self._launch(one)
            elif not one.child.alive:
                self.incidents.append(f"{one.name} exited with {one.child.exit_code}")
                self._bury(one)
            elif probing and not one.frozen:
                answer = probe.get_json(f"{one.address}/health", _LONGEST_ANSWER_SECONDS)
                if why := one.watch.verdict(answers=answer is not None):
                    self.incidents.append(f"{one.name} {why} and was started again")
                    self.kill(one.name)
        if probing:
            self._next_probe = now + PROBE_SECONDS

    def measure(self) -> None:
        for one in self:
            one.measure()

    def kill(self, name: str) -> None:
        """SIGKILL; it is started again a second later. What it held will be read again."""
        one = self[name]
        one.measure()
        one.repeats += one.taken if one.child and not one.frozen else 0
        if one.child:
            one.child.kill()
            self._bury(one)

    def remove(self, *names: str, how: signal.Signals = signal.SIGTERM) -> None:
        """Ends these for good, all at once."""
        some = [self._processes.pop(name) for name in names]
        for one in some:
            one.measure()
        children = [one.child for one in some if one.child]
        self._owner.stop(children, 0 if how == signal.SIGKILL else 15)
        for one in some:
            one.child = None
        self._gone += some

    @contextmanager
    def freeze(self, name: str) -> Iterator[None]:
        """SIGSTOP, and SIGCONT at the end."""
        one = self[name]
        one.measure()
        pids = one.child.pids if one.child else []
        one.frozen = True
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
            one.frozen = False

    def _launch(self, one: Process) -> None:
        one.watch = Watch()
        one.child = self._owner.start(
            one.name,
            one.service.start_command(),
            environment=environment(os.environ, one.settings) | self._extra,
            log=one.log,
        )

    def _bury(self, one: Process) -> None:
        if one.child:
            one.child.stop()
        one.child, one.due = None, time.monotonic() + RESTART_SECONDS
        one.repeats, one.latest = one.repeats + one.latest, 0

    def _command(self, service: str) -> tuple[str, ...]:
        if self._fake and service in ("entities", "events"):
            return (sys.executable, "-m", "tests.pipeline.worker", service)
        return ()


def repeats_on(page: str) -> int:
    """What a page of /metrics counts as tried or done again."""
    total = 0.0
    for line in page.splitlines():
        series, _, value = line.rpartition(" ")
        documents = series.startswith("tidings_bulk_documents_total{")
        if series.startswith("tidings_retries_total{") or (
            documents and any(f'"{outcome}"' in series for outcome in _REPEATED)
        ):
            total += float(value)
    return round(total)

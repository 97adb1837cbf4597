"""Engines, services and articles of one fault, driven by one thread that also watches them."""

import os
import random
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from elasticsearch import Elasticsearch
from kafka.admin import KafkaAdminClient

from tests.faults.audit import Evidence, Found
from tests.faults.fleet import WORKERS, Fleet
from tests.faults.pace import Sample
from tests.faults.pushing import Fields, Push, push_command, write_lines
from tests.faults.reading import gather, waiting
from tests.pipeline.records import write
from tests.pipeline.worker import event_of, mention_of
from tests.waiting import PATIENCE_SECONDS
from tidings import topics
from tidings.errors import TidingsError
from tidings.kafka import connection, ensure_topics, open_admin
from tidings.settings import Settings
from tidings_index.schema import versioned_name
from tidings_local import probe
from tidings_local.engines import LocalEngines
from tidings_local.services import environment

TICK_SECONDS: Final = 0.1
SAMPLE_SECONDS: Final = 0.5
_FLOWING_SHARE: Final = 0.05
QUIET_SECONDS: Final = 150.0
"""Nothing moves for so long: nobody comes back any more. Longer than the longest pause between two
attempts, a session and the age at which clients look for new partitions, together."""


class Failed(Exception):
    """The fault showed something that must not be, or proved nothing: one sentence."""


@dataclass(frozen=True)
class Plan:
    """How faults are run: `brief` shortens the waiting, `fake` takes the cheap extractors."""

    articles: Sequence[Fields]
    fake: bool = False
    brief: bool = False
    seed: int = 1
    seconds_each: float = 0.03


@dataclass
class World:
    """What one fault acts on. Whatever waits, waits by `run_for` or `until`. `again` are records
    that were taken and will be read again, where no counter of a service says so."""

    engines: LocalEngines
    settings: Settings
    plan: Plan
    folder: Path
    fleet: Fleet
    rng: random.Random
    say: Callable[[str], None]
    expected: int = 0
    samples: list[Sample] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    strikes: int = 0
    pushes: list[Push] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    again: int = 0
    logs_kept: bool = False
    _next_sample: float = 0.0
    _flowing: float = 0.0
    _kept: Evidence | None = None

    def start(self, *services: str) -> None:
        """Starts services, by default the workers; work shows when they are ready."""
        for name in services or WORKERS:
            self.fleet.start(name, self.settings)

    def run_for(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._tick()

    def until(self, true: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Raises Failed, naming `what`, where it does not become true in time."""
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                raise Failed(f"after {seconds:.0f} s still not: {what}")
            self._tick()

    def until_reads(self, name: str, more_than: int = 0) -> None:
        """Returns when this worker has its share of the partitions."""
        one = self.fleet[name]
        self.until(lambda: one.reads > more_than, f"{name} reads over {more_than} partitions")

    def until_says(self, name: str, words: str) -> None:
        """Returns when these words are in what the worker says of its readiness."""
        one = self.fleet[name]
        self.until(lambda: words in one.says("ready"), f"{name} says {words!r}")

    def push(self, articles: Sequence[Fields]) -> Push:
        """Begins to push articles that nobody has pushed so far."""
        file = self.folder / f"articles-{len(self.pushes)}.jsonl"
        write_lines(file, articles)
        self._expect(len(articles))
        return self.push_file(file)

    def push_file(self, file: Path) -> Push:
        log = self.folder / f"push-{len(self.pushes)}.log"
        child = self.engines.owner.start(
            "push",
            push_command(file),
            environment=environment(os.environ, self.settings),
            log=log,
        )
        self.pushes.append(Push(file, log, child))
        return self.pushes[-1]

    def write(self, records: Sequence[tuple[bytes | None, bytes]], *, articles: int) -> None:
        """Writes raw records as other producers do; `articles` new ones are among them."""
        self._expect(articles)
        write(self.settings, records)
        self.written |= {key.decode() for key, _ in records if key}

    def complete(self) -> int | None:
        """As search sees it; None where Elasticsearch does not say."""
        address = f"{self.settings.elasticsearch}/{self.settings.index_name}/_count"
        answer = probe.get_json(f"{address}?q=complete:true", timeout_seconds=2)
        count = answer.body.get("count") if answer else None
        return count if isinstance(count, int) else None

    def until_in_flight(self) -> None:
        """Returns when some of what was pushed last is complete."""
        self.until(lambda: (self.complete() or 0) >= self._flowing, "articles get complete")

    def portions(self, count: int) -> Iterator[Sequence[Fields]]:
        """The articles in parts, for a fault that strikes several times."""
        size = -(-len(self.plan.articles) // count)
        for start in range(0, len(self.plan.articles), size):
            yield self.plan.articles[start : start + size]

    @property
    def missing(self) -> int:
        return self.expected - (self.complete() or 0)

    def strike(self) -> None:
        """Marks that the fault begins. Raises Failed where it would hit nobody."""
        self._sample()  # the stall that follows begins here
        missing = self.missing
        if missing <= 0:
            raise Failed("nothing was in flight: proves nothing")
        self.strikes += 1
        self.say(f"strikes with {missing} of {self.expected} articles missing")

    def over(self) -> None:
        """Marks that the fault ends: from here on recovery is counted."""
        self._tick()
        self.ends.append(time.monotonic())

    @contextmanager
    def fault(self) -> Iterator[None]:
        self.strike()
        yield
        self.over()

    def settle(self) -> None:
        """Returns once every push is confirmed and every record acknowledged, or when nothing moves
        any more, which the audit then shows."""
        if self._kept:
            return
        for push in self.pushes:  # grows while it is gone through
            self._end(push)
        state: object = None
        moved = time.monotonic()
        while time.monotonic() - moved < QUIET_SECONDS:
            left = self.waiting()
            if left is not None and not any(left.values()):
                self.run_for(1)  # until what was written last is found
                return
            if state != (state := (left, self.complete())):
                moved = time.monotonic()
            self.run_for(1)
        self.say(f"nothing moves any more: {left}")

    def _end(self, push: Push) -> None:
        """Waits for it, and repeats it where it says that something is not confirmed."""
        self.until(lambda: not push.child.alive, "the push ends")
        if push.child.exit_code not in (0, -9):
            self.say(f"a push ended with {push.child.exit_code} and is repeated")
            self.push_file(push.file)

    def waiting(self) -> dict[str, int] | None:
        """How many records each stage has yet to acknowledge; None where Kafka does not say."""
        try:
            return waiting(self.settings)
        except TidingsError:
            return None

    def evidence(self) -> Evidence:
        if self._kept:
            return self._kept
        self.fleet.measure()
        confirmed = frozenset(self.written).union(*(push.confirmed for push in self.pushes))
        return gather(
            self.settings,
            confirmed=confirmed,
            repeats=self.fleet.repeats + self.again,
            expected=expect_fake if self.plan.fake else None,
        )

    def keep_logs(self) -> Path:
        """The folder with what the services said; it stays."""
        self.logs_kept = True
        return self.folder

    def keep_evidence(self) -> None:
        """Reads it now, since what it is read from is about to go."""
        self._kept = self.evidence()

    def _expect(self, more: int) -> None:
        self.expected += more
        self._flowing = (self.complete() or 0) + max(1, more * _FLOWING_SHARE)

    def _tick(self) -> None:
        began = time.monotonic()
        self.fleet.tick()
        if began >= self._next_sample:
            self.fleet.measure()
            self._sample()
        time.sleep(max(0.0, began + TICK_SECONDS - time.monotonic()))

    def _sample(self) -> None:
        now = time.monotonic()
        self._next_sample = now + SAMPLE_SECONDS
        self.samples.append(Sample(now, self.complete(), self.expected))


def expect_fake(revision: str) -> Found:
    """What the fakes find in a text of that revision: nothing else may be in its document."""
    return Found((mention_of(revision),), (event_of(revision),))


@contextmanager
def a_world(
    engines: LocalEngines, plan: Plan, number: int, say: Callable[[str], None]
) -> Iterator[World]:
    """Fresh topics and an index of its own; at the end its services are gone, and so is the index.
    Its folder, with the logs, is removed unless somebody asked to keep it."""
    settings = engines.settings.model_copy(
        update={
            "index_name": f"faults-{number}-{uuid.uuid4().hex[:8]}",
            "topic_partitions": 4,
            "session_timeout_seconds": 6.0,
            "stall_seconds": 60.0,
            "log_format": "text",
        }
    )
    folder = Path(tempfile.mkdtemp(prefix=f"tidings-fault-{number}-"))
    extra = {"FAKE_SECONDS_EACH": str(plan.seconds_each)}
    fleet = Fleet(engines.owner, folder, fake=plan.fake, extra=extra)
    rng = random.Random(f"{plan.seed}-{number}")
    make_topics(settings)
    world = World(engines, settings, plan, folder, fleet, rng, say)
    try:
        yield world
    finally:
        fleet.remove(*(one.name for one in fleet))
        for push in world.pushes:
            push.child.kill()
        drop_index(settings)
        if not world.logs_kept:
            shutil.rmtree(folder, ignore_errors=True)


def drop_index(settings: Settings) -> None:
    with Elasticsearch(settings.elasticsearch) as client:
        client.indices.delete(index=versioned_name(settings), ignore_unavailable=True)


def make_topics(settings: Settings) -> None:
    """Topics on which nothing was ever written, and groups that have read nothing."""
    admin = KafkaAdminClient(**connection(settings))
    try:
        present = set(admin.list_topics())
        names = [topic.name for topic in topics.ALL if topic.name in present]
        if names:
            admin.delete_topics(names)
    finally:
        admin.close()
    deadline = time.monotonic() + 30
    while names and time.monotonic() < deadline:
        with open_admin(settings) as admin:
            if not set(names) & set(admin.list_topics()):
                break
        time.sleep(0.2)
    ensure_topics(settings)

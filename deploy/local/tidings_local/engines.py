"""Starts real engines, for the launcher and for tests."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tidings.errors import EngineUnavailable
from tidings.settings import Settings
from tidings_local import elasticsearch, kafka
from tidings_local.java import find_jdk
from tidings_local.owner import STOP_SECONDS, Child, Owner
from tidings_local.ports import free_port as free_port
from tidings_local.ports import free_ports


@dataclass(frozen=True)
class Engine:
    """A running Kafka or Elasticsearch that is ours."""

    name: str
    address: str
    child: Child
    log: Path
    is_ready: Callable[[], bool]

    @property
    def pids(self) -> list[int]:
        return self.child.pids

    @property
    def alive(self) -> bool:
        return self.child.alive

    def stop(self, patience_seconds: float = STOP_SECONDS) -> None:
        self.child.stop(patience_seconds)

    def kill(self) -> None:
        """SIGKILL for all of it; returns when it is gone."""
        self.child.kill()

    def wait_ready(self, timeout_seconds: float = 300) -> None:
        """Returns once it can be worked with. Raises EngineUnavailable when it has exited or takes
        longer than `timeout_seconds`."""
        deadline = time.monotonic() + timeout_seconds
        while not self.is_ready():
            if not self.alive:
                raise EngineUnavailable(
                    f"{self.name} exited with {self.child.exit_code} at its start: see {self.log}."
                )
            if time.monotonic() > deadline:
                raise EngineUnavailable(
                    f"{self.name} did not answer at {self.address} within {timeout_seconds:.0f} "
                    f"seconds: see {self.log}."
                )
            time.sleep(0.2)


@dataclass
class LocalEngines:
    """Both engines, ready. `settings` are those that a service needs to work with them."""

    kafka: Engine
    elasticsearch: Engine
    settings: Settings
    owner: Owner

    def start_kafka_again(self) -> None:
        """On the data of the one that has ended; returns before it is ready."""
        folder, port = self.kafka.log.parent, self.settings.kafka_port
        self.kafka = start_kafka(self.settings, folder, port, self.owner)

    def start_elasticsearch_again(self) -> None:
        """On the data of the one that has ended; returns before it is ready."""
        folder, port = self.elasticsearch.log.parent, self.settings.elasticsearch_port
        self.elasticsearch = start_elasticsearch(self.settings, folder, port, self.owner)


def start_kafka(
    settings: Settings,
    folder: Path,
    port: int,
    owner: Owner,
    log: Path | None = None,
    ports: Sequence[int] = (),
    extra: Mapping[str, str] | None = None,
    java_options: Sequence[str] = (),
) -> Engine:
    """A Kafka whose files are in `folder`, on `port` and, for its controller, the next one; `ports`
    are those of all nodes where it is one of several, `extra` goes over its own server.properties.

    Returns before it is ready. On the folder of an earlier one it goes on where that one stopped.
    Its output is appended to `log`, by default kafka.log there.
    """
    folder = folder.absolute()
    jdk, jars = find_jdk(), kafka.install_kafka(settings.cache_dir)
    command = kafka.prepare(settings, jdk, jars, folder, port, ports, extra, java_options)
    log = log or folder / "kafka.log"
    child = owner.start("kafka", command, environment=os.environ, log=log)
    there = settings.model_copy(update={"kafka_servers": f"127.0.0.1:{port}"})
    return Engine("kafka", there.kafka, child, log, partial(kafka.is_ready, there))


def start_elasticsearch(
    settings: Settings,
    folder: Path,
    port: int,
    owner: Owner,
    log: Path | None = None,
    extra: Mapping[str, str | bool] | None = None,
    files: Path | None = None,
) -> Engine:
    """An Elasticsearch whose files are in `folder`, on `port` and, for its transport, 100 higher;
    `extra` goes over its own elasticsearch.yml, beside which everything of `files` is laid.

    Returns before it is ready. On the folder of an earlier one it goes on where that one stopped.
    Its output is appended to `log`, by default elasticsearch.log there.
    """
    folder = folder.absolute()
    jdk, home = find_jdk(), elasticsearch.install_elasticsearch(settings)
    elasticsearch.prepare(home, jdk, folder, port, extra, files)
    log = log or folder / "elasticsearch.log"
    child = owner.start(
        "elasticsearch",
        elasticsearch.command(jdk, home),
        environment=elasticsearch.environment(os.environ, settings, jdk, home, folder),
        log=log,
        folder=home,
        user=elasticsearch.run_user(),
    )
    scheme = "https" if settings.elasticsearch_ca else "http"
    there = settings.model_copy(update={"elasticsearch_url": f"{scheme}://127.0.0.1:{port}"})
    ready = partial(elasticsearch.is_ready, there)
    return Engine("elasticsearch", there.elasticsearch, child, log, ready)


@contextmanager
def local_engines(
    folder: Path | None = None, settings: Settings | None = None
) -> Iterator[LocalEngines]:
    """Both engines on free ports, ready, and stopped at the end; small heaps unless `settings` say
    otherwise. Without `folder` their data is in a temporary one, removed at the end; where root
    gives one, other users must be able to reach it, which pytest's `tmp_path` does not allow.
    """
    settings = settings or Settings(kafka_heap_mb=256, elasticsearch_heap_mb=512)
    with _folder(folder) as place, Owner() as owner:
        kafka_port, elasticsearch_port = free_ports(2, pairs=True)
        own_kafka = start_kafka(settings, place / "kafka", kafka_port, owner)
        own_elasticsearch = start_elasticsearch(
            settings, place / "elasticsearch", elasticsearch_port, owner
        )
        for engine in (own_kafka, own_elasticsearch):
            engine.wait_ready()
        addresses = {
            "kafka_servers": own_kafka.address,
            "kafka_port": kafka_port,
            "elasticsearch_url": own_elasticsearch.address,
            "elasticsearch_port": elasticsearch_port,
        }
        there = settings.model_copy(update=addresses)
        yield LocalEngines(own_kafka, own_elasticsearch, there, owner)


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    place = Path(tempfile.mkdtemp(prefix="tidings-"))
    place.chmod(0o755)  # Elasticsearch may run as another user
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)

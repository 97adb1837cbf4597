"""A real Kafka: one KRaft node from its own jars, which come from Maven Central."""

import base64
import hashlib
import json
import logging
import secrets
import socket
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from tidings.errors import EngineUnavailable
from tidings.kafka import connection
from tidings.settings import Settings
from tidings_local import maven
from tidings_local.downloads import Report, install
from tidings_local.java import Jdk

VERSION: Final = "4.4.0"
COORDINATES: Final = f"org.apache.kafka:kafka_2.13:{VERSION}+org.slf4j:slf4j-simple:1.7.36"
_QUICK_COMPILER: Final = "-XX:TieredStopAtLevel=1"
"""Compiles once and quickly: the optimising compiler takes as much processor time in the first
minutes as the broker's own work and gains it nothing measurable. Elasticsearch keeps it: its
searches take half the time."""

LEAST_JARS: Final = 40
"""Kafka 4.4.0 has 45 with its dependencies; a resolver that found fewer was misled."""


def install_kafka(cache: Path) -> Path:
    """The folder with Kafka's jars, downloaded on first use. Raises DownloadFailed."""
    return install(cache / f"kafka-{VERSION}", f"Kafka {VERSION} (46 MB)", _fetch)


def configuration(
    settings: Settings, folder: Path, port: int, ports: Sequence[int] = ()
) -> dict[str, str]:
    """server.properties of a node that is broker and controller, on this machine alone; `ports` are
    those of all nodes where it is one of several."""
    controller, largest = port + 1, str(settings.message_max_bytes)
    nodes = list(ports) or [port]
    voters = [f"{number}@127.0.0.1:{one + 1}" for number, one in enumerate(nodes, 1)]
    copies, in_sync = str(min(3, len(nodes))), str(min(2, len(nodes)))
    return {
        "process.roles": "broker,controller",
        "node.id": str(nodes.index(port) + 1),
        "controller.quorum.voters": ",".join(voters),
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(folder / "data"),
        "auto.create.topics.enable": "false",
        "message.max.bytes": largest,
        "replica.fetch.max.bytes": largest,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
        "group.initial.rebalance.delay.ms": "0",
        # After a crash a broker waits until its own former session is over.
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
    }


def properties(values: Mapping[str, str]) -> str:
    """A Java properties file, whose escapes are those of a JSON string."""
    return "".join(f"{name}={json.dumps(value)[1:-1]}\n" for name, value in values.items())


def prepare(
    settings: Settings,
    jdk: Jdk,
    jars: Path,
    folder: Path,
    port: int,
    ports: Sequence[int] = (),
    extra: Mapping[str, str] | None = None,
    java_options: Sequence[str] = (),
) -> list[str]:
    """Writes the node's settings, with `extra` over those that it gets anyway, formats its storage
    once, and returns the command that starts it. Raises EngineUnavailable where the storage cannot
    be formatted."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    file = folder / "server.properties"
    values = {**configuration(settings, folder, port, ports), **(extra or {})}
    file.write_text(properties(values), "ascii")
    java = [str(jdk.java), "-cp", f"{jars}/*"]
    _format(java, file, folder, cluster_id(ports))
    heap = f"-Xmx{settings.kafka_heap_mb}m"
    logs = ("defaultLogLevel=warn", "showDateTime=true", "dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss")
    flags = [f"-Dorg.slf4j.simpleLogger.{setting}" for setting in logs]
    return [
        *java,
        heap,
        _QUICK_COMPILER,
        "-XX:+ExitOnOutOfMemoryError",
        *flags,
        *java_options,
        "kafka.Kafka",
        str(file),
    ]


def cluster_id(ports: Sequence[int] = ()) -> str:
    """An id of its own for a single node; nodes of the same ports have the same one."""
    digest = hashlib.sha256(repr(tuple(ports)).encode()).digest()
    random = base64.urlsafe_b64encode(digest).decode() if ports else secrets.token_urlsafe(16)
    return "A" + random[:21]  # in front, an id that begins with '-' would be taken for an option


def _format(java: list[str], file: Path, folder: Path, cluster: str) -> None:
    done = folder / "formatted"
    if done.exists():
        return
    command = [*java, "-Xmx128m", "kafka.tools.StorageTool", "format", "--ignore-formatted"]
    result = subprocess.run(
        [*command, "-t", cluster, "-c", str(file)], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        last = (result.stderr.strip() or result.stdout.strip()).splitlines()[-1:]
        raise EngineUnavailable(
            f"Kafka's storage in {folder} cannot be formatted ({' '.join(last)}): remove that "
            "folder if nothing in it is needed, and start again."
        )
    done.touch()


def is_ready(settings: Settings) -> bool:
    """Whether the broker takes part in the cluster, so that topics can be made."""
    if not any(_listens(server) for server in settings.kafka.split(",")):
        return False
    import kafka.errors

    # Its client reports every refused connection; "not yet" is an answer here, no trouble.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    client: Any = None
    try:
        client = kafka.KafkaAdminClient(
            **connection(settings), bootstrap_timeout_ms=1500, request_timeout_ms=3000
        )
        return bool(client.describe_cluster()["brokers"])
    except (kafka.errors.KafkaError, OSError):
        return False
    finally:
        if client is not None:
            client.close()


def _listens(server: str) -> bool:
    """Kafka's client takes more than a second to find out that nobody does."""
    host, _, port = server.strip().rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()
    except (OSError, ValueError):
        return False
    return True


def _fetch(folder: Path, report: Report) -> None:
    with maven.repository(folder) as (context, resolver):
        own, transitive = resolver.resolve(maven.dependencies(context, COORDINATES))
        needed = [*own, *(found for found in transitive if found.scope in ("compile", "runtime"))]
        _download([found.artifact for found in needed], folder, report)


def _download(artifacts: list[Any], folder: Path, report: Report) -> None:
    """Every jar into `folder`, whole. Raises where one is missing or damaged."""
    if len(artifacts) < LEAST_JARS:
        raise ValueError(f"only {len(artifacts)} jars were found")
    pool = ThreadPoolExecutor(max_workers=6)
    try:
        for count, path in enumerate(pool.map(lambda artifact: artifact.resolve(), artifacts), 1):
            maven.take_whole_jar(path, folder)
            report(count * 46_000_000 // len(artifacts), 46_000_000)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)

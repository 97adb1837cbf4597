"""Kafka's own figures for Prometheus: the JMX exporter, an agent in the broker's process."""

import hashlib
from pathlib import Path
from typing import Final

from tidings.settings import Settings
from tidings_local import maven, prometheus
from tidings_local.downloads import Report, install

VERSION: Final = "1.0.1"
COORDINATES: Final = f"io.prometheus.jmx:jmx_prometheus_javaagent:{VERSION}"
SHA256: Final = "7d61f737fd661610ccc14aea79764faa1ea94a340cbc8f0029b3d2edea3d80c1"
RULES: Final = Path(__file__).resolve().parents[2] / "kafka" / "jmx.yml"
"""Which figures: the project's own, beside the launcher."""


def is_wanted(settings: Settings) -> bool:
    """Where the broker is ours and a Prometheus of ours asks it."""
    port, ours = settings.kafka_metrics_port, not settings.kafka_servers
    return bool(port and ours and RULES.is_file() and prometheus.find_program(settings))


def place(settings: Settings) -> str:
    """Where the broker shows its metrics."""
    return f"127.0.0.1:{settings.kafka_metrics_port}"


def flags(settings: Settings) -> tuple[str, ...]:
    """What Java is told in the broker's command; nothing where no agent is wanted. Raises
    DownloadFailed."""
    if not is_wanted(settings):
        return ()
    return (f"-javaagent:{install_exporter(settings.cache_dir)}={place(settings)}:{RULES}",)


def install_exporter(cache: Path) -> Path:
    """The agent's jar, downloaded on first use. Raises DownloadFailed."""
    name = f"jmx-exporter-{VERSION}"
    folder = install(cache / name, f"Kafka's exporter {VERSION} (3 MB)", _fetch)
    return folder / f"jmx_prometheus_javaagent-{VERSION}.jar"


def _fetch(folder: Path, report: Report) -> None:
    with maven.repository(folder) as (context, _):
        [wanted] = maven.dependencies(context, COORDINATES)
        check(maven.take_whole_jar(wanted.artifact.resolve(), folder))
    report(1, 1)


def check(jar: Path) -> None:
    """Removes the jar and raises ValueError where it is not the one that we know."""
    if hashlib.sha256(jar.read_bytes()).hexdigest() != SHA256:
        jar.unlink()
        raise ValueError(f"{jar.name} is not the one that was published: its checksum is another")

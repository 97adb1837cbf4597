"""What must hold before anything is started; each check fails with one sentence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

from tidings.errors import TidingsError
from tidings.settings import Settings, variable
from tidings_local import elasticsearch, jmx, kafka, ports, prometheus
from tidings_local.java import find_jdk
from tidings_local.services import services_of

GIGABYTE: Final = 1_000_000_000
NEEDED_MEMORY: Final = 2.5
"""GB: both engines with their default heaps and the services with their models."""
NEEDED_DISK: Final = 2.0
"""GB: the engines' files and room for the first data."""


class NotPossible(TidingsError):
    """This machine cannot run it as it is."""


def prepare(settings: Settings) -> None:
    """Checks the machine and downloads the engines that we are to start. Raises TidingsError."""
    own_kafka, own_elasticsearch = not settings.kafka_servers, not settings.elasticsearch_url
    if own_kafka and settings.kafka_protocol != "PLAINTEXT":
        raise NotPossible(
            f"Our own Kafka speaks no {settings.kafka_protocol}: unset TIDINGS_KAFKA_PROTOCOL, or "
            "name a Kafka that does by TIDINGS_KAFKA_SERVERS."
        )
    if own_kafka or own_elasticsearch:
        find_jdk()
        if own_kafka and own_elasticsearch:
            check_memory(psutil.virtual_memory().available)
        for field in ("data_dir", "cache_dir"):
            folder = _existing(getattr(settings, field))
            check_disk(folder, psutil.disk_usage(str(folder)).free, field)
    check_ports(settings)
    if own_kafka:
        kafka.install_kafka(settings.cache_dir)
        jmx.flags(settings)
    if own_elasticsearch:
        elasticsearch.install_elasticsearch(settings)


def check_memory(available: int) -> None:
    """Raises NotPossible where fewer than 2.5 GB are free."""
    if available < NEEDED_MEMORY * GIGABYTE:
        raise NotPossible(
            f"Only {available / GIGABYTE:.1f} GB of memory are free and {NEEDED_MEMORY} GB are "
            "needed for both engines and the services: close something, or name engines that run "
            "elsewhere by TIDINGS_KAFKA_SERVERS and TIDINGS_ELASTICSEARCH_URL."
        )


def check_disk(folder: Path, free: int, field: str) -> None:
    """Raises NotPossible where fewer than 2 GB are free; `field` is the setting that moves it."""
    if free < NEEDED_DISK * GIGABYTE:
        raise NotPossible(
            f"Only {free / GIGABYTE:.1f} GB are free on the disk of {folder} and {NEEDED_DISK:.0f} "
            f"GB are needed: free some, or set {variable(field)} to a folder on another disk."
        )


def check_ports(settings: Settings) -> None:
    """Raises NotPossible for the first port that somebody else listens on."""
    for host, port, field, what in _needed_ports(settings):
        if not ports.is_free(port, host):
            holder = ports.holder(port)
            raise NotPossible(
                f"Port {port}, needed for {what}, is taken{f' by {holder}' if holder else ''}: "
                f"stop that, or set {variable(field)} to another port."
            )


def _needed_ports(settings: Settings) -> Iterator[tuple[str, int, str, str]]:
    """Host, port, the setting that changes it, and what it is for."""
    ours = "127.0.0.1"
    if not settings.kafka_servers:
        yield ours, settings.kafka_port, "kafka_port", "Kafka"
        yield ours, settings.kafka_port + 1, "kafka_port", "Kafka's controller"
    if jmx.is_wanted(settings):
        yield ours, settings.kafka_metrics_port, "kafka_metrics_port", "Kafka's metrics"
    if not settings.elasticsearch_url:
        port = settings.elasticsearch_port
        yield ours, port, "elasticsearch_port", "Elasticsearch"
        transport = port + elasticsearch.TRANSPORT_OFFSET
        yield ours, transport, "elasticsearch_port", "Elasticsearch's transport"
    if prometheus.find_program(settings):
        yield ours, settings.prometheus_port, "prometheus_port", "Prometheus"
    for service in services_of(settings):
        yield settings.host, service.port(settings), service.setting, f"the {service.name} service"


def _existing(folder: Path) -> Path:
    """The folder, or where it is missing the nearest one above it."""
    return next(place for place in (folder, *folder.absolute().parents) if place.is_dir())

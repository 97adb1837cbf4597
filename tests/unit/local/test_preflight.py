import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tidings.settings import Settings
from tidings_local import preflight
from tidings_local.ports import free_port, free_ports, is_free
from tidings_local.preflight import NotPossible


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", free_port())) as server:
        yield server.getsockname()[1]


def free_settings(**changes: object) -> Settings:
    names = ("kafka_port", "elasticsearch_port", "search_port", "ingest_port", "entities_port",
             "events_port", "index_port", "watch_port",
             "prometheus_port", "kafka_metrics_port")  # fmt: skip
    ports = dict(zip(names, free_ports(len(names), pairs=True), strict=True))
    return Settings().model_copy(update={**ports, **changes})


def test_free_ports_are_no_trouble() -> None:
    preflight.check_ports(free_settings())


def test_a_busy_port_is_said_with_its_holder_and_the_setting_that_moves_it(taken: int) -> None:
    with pytest.raises(NotPossible) as raised:
        preflight.check_ports(free_settings(search_port=taken))

    said = str(raised.value)
    assert said.startswith(f"Port {taken}, needed for the search service, is taken")
    assert "set TIDINGS_SEARCH_PORT to another port" in said
    assert f"(pid {os.getpid()})" in said


@pytest.mark.parametrize(
    ("field", "offset", "what"),
    [
        ("kafka_port", 1, "Kafka's controller"),
        ("elasticsearch_port", 100, "Elasticsearch's transport"),
    ],
)
def test_the_engines_second_ports_count_too(taken: int, field: str, offset: int, what: str) -> None:
    with pytest.raises(NotPossible, match=rf"Port {taken}, needed for {what}, .*{field.upper()}"):
        preflight.check_ports(free_settings(**{field: taken - offset}))


def test_ports_of_engines_that_run_elsewhere_are_not_looked_at(taken: int) -> None:
    settings = free_settings(kafka_port=taken, kafka_servers="kafka.example:9092")

    preflight.check_ports(settings)


def test_a_second_workers_port_that_is_taken_is_said_with_who_needs_it(taken: int) -> None:
    with pytest.raises(NotPossible, match=rf"Port {taken}, needed for the events-2 service"):
        preflight.check_ports(free_settings(events_workers=2, events_port=taken - 10))


def test_too_little_memory_is_said_with_what_to_do() -> None:
    with pytest.raises(NotPossible, match=r"Only 1\.2 GB of memory .* close something, or name"):
        preflight.check_memory(1_200_000_000)
    preflight.check_memory(2_600_000_000)


def test_too_little_disk_is_said_with_the_setting_that_moves_it() -> None:
    with pytest.raises(NotPossible, match=r"Only 0\.5 GB are free .*/srv.* set TIDINGS_CACHE_DIR"):
        preflight.check_disk(Path("/srv"), 500_000_000, "cache_dir")
    preflight.check_disk(Path("/srv"), 3_000_000_000, "cache_dir")


def test_chosen_ports_are_free_and_engines_have_room_beside_them() -> None:
    ports = free_ports(4, pairs=True)

    needed = [port + offset for port in ports for offset in (0, 1, 100)]
    assert len(set(needed)) == len(needed)
    assert all(is_free(port) for port in needed)


def test_our_own_kafka_speaks_no_tls() -> None:
    with pytest.raises(NotPossible, match="unset TIDINGS_KAFKA_PROTOCOL"):
        preflight.prepare(free_settings(kafka_protocol="SASL_SSL"))

"""Kafka's own figures: where there is somebody to ask for them, and only then."""

import shutil
from pathlib import Path

import pytest
import yaml

from tidings.settings import Settings
from tidings_local import jmx, preflight
from tidings_local.preflight import NotPossible

PROGRAM = Path(shutil.which("true") or "/bin/true")


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, True),
        ({"kafka_metrics_port": 0}, False),
        ({"kafka_servers": "kafka.example:9092"}, False),
        ({"prometheus": Path("off")}, False),
    ],
)
def test_the_agent_is_wanted_where_both_are_ours(changes: dict[str, object], wanted: bool) -> None:
    settings = Settings(prometheus=PROGRAM).model_copy(update=changes)
    assert jmx.is_wanted(settings) is wanted
    if not wanted:
        assert jmx.flags(settings) == ()


def test_java_is_told_of_jar_place_and_rules(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(jmx, "install_exporter", lambda cache: cache / "agent.jar")
    settings = Settings(prometheus=PROGRAM, kafka_metrics_port=9999, cache_dir=tmp_path)
    assert jmx.flags(settings) == (f"-javaagent:{tmp_path}/agent.jar=127.0.0.1:9999:{jmx.RULES}",)
    assert yaml.safe_load(jmx.RULES.read_text("utf-8"))["rules"]


def test_a_jar_that_is_another_is_not_taken(tmp_path: Path) -> None:
    jar = tmp_path / "agent.jar"
    jar.write_bytes(b"something else")
    with pytest.raises(ValueError, match="checksum is another"):
        jmx.check(jar)
    assert not jar.exists()


def test_a_port_that_is_taken_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(prometheus=PROGRAM)
    port = settings.kafka_metrics_port
    monkeypatch.setattr("tidings_local.ports.is_free", lambda one, host: one != port)
    with pytest.raises(NotPossible, match=rf"Port {port}.*Kafka's metrics.*KAFKA_METRICS_PORT"):
        preflight.check_ports(settings)

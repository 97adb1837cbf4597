"""Prometheus is started where its program is found, and is told which processes run."""

import json
from pathlib import Path

import pytest

from tidings.errors import TidingsError
from tidings.settings import Settings
from tidings_local import prometheus
from tidings_local.services import Service


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_program_is_the_named_one_that_on_path_or_that_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIDINGS_PROMETHEUS", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    settings = Settings(data_dir=tmp_path / "data")
    assert prometheus.find_program(settings) is None
    mine = program(tmp_path / "data/bin/prometheus")
    assert prometheus.find_program(settings) == mine
    everyones = program(tmp_path / "path/prometheus")
    assert prometheus.find_program(settings) == everyones
    named = program(tmp_path / "elsewhere/prometheus-3")
    wanted = settings.model_copy(update={"prometheus": named})
    assert prometheus.find_program(wanted) == named
    assert prometheus.find_program(settings.model_copy(update={"prometheus": Path("off")})) is None


def test_a_named_program_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TidingsError, match=r"TIDINGS_PROMETHEUS=.*name the file `prometheus`"):
        prometheus.find_program(Settings(prometheus=tmp_path))


def test_targets_are_what_runs_by_service_each_process_with_its_own_port(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    workers = [Service("events"), Service("events", number=2), Service("search")]
    prometheus.write_targets(settings, workers)
    file = tmp_path / "prometheus/targets.json"
    assert json.loads(file.read_text()) == [
        {"targets": ["127.0.0.1:8003", "127.0.0.1:8013"], "labels": {"job": "events"}},
        {"targets": ["127.0.0.1:8000"], "labels": {"job": "search"}},
    ]
    prometheus.write_targets(settings, workers[:1])
    assert json.loads(file.read_text())[0]["targets"] == ["127.0.0.1:8003"]
    assert [one.name for one in file.parent.iterdir()] == [file.name], "no half file stays"
    prometheus.remove_targets(settings)
    assert not file.exists()


def test_it_listens_on_this_machine_alone_and_keeps_its_data_in_its_folder(tmp_path: Path) -> None:
    command = prometheus.prepare(Path("/bin/true"), Settings(prometheus_port=9999), tmp_path / "p")
    assert "--web.listen-address=127.0.0.1:9999" in command
    assert f"--config.file={tmp_path}/p/prometheus.yml" in command
    assert {one.name for one in (tmp_path / "p").iterdir()} == {
        "prometheus.yml", "rules.yml", "alerts.yml",
    }  # fmt: skip

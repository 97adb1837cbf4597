"""`make run` as a new user sees it: engines of its own, the seeds found, nothing left behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.pipeline.conftest import SERVICES
from tests.pipeline.processes import environment, get, tidings
from tests.waiting import PATIENCE_SECONDS, wait_until
from tidings.settings import Settings
from tidings_local.ports import free_ports
from tidings_local.state import read_state


@pytest.fixture
def own() -> Iterator[Settings]:
    """Settings under which nothing runs yet. Not in tmp_path: as root, Elasticsearch runs as
    another user, who must reach its data."""
    folder = Path(tempfile.mkdtemp(prefix="tidings-run-"))
    folder.chmod(0o755)
    names = [*SERVICES, "prometheus", "kafka_metrics"]
    kafka, elasticsearch, *others = free_ports(2 + len(names), pairs=True)
    services = dict(zip((f"{one}_port" for one in names), others, strict=True))
    yield Settings().model_copy(
        update={
            "data_dir": folder,
            "kafka_port": kafka,
            "elasticsearch_port": elasticsearch,
            "kafka_heap_mb": 256,
            "elasticsearch_heap_mb": 512,
            **services,
        }
    )
    shutil.rmtree(folder)


def test_one_command_starts_everything_and_ctrl_c_ends_it(own: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with out.open("wb") as output:
        run = subprocess.Popen(
            [sys.executable, "-m", "tidings", "run"], env=environment(own), stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        wait_until(lambda: "Ctrl-C" in out.read_text() or run.poll() is not None, "it runs")
        said = out.read_text()
        assert "Putin offers ‘solidarity’ for Venezuelan people" in said
        assert "Vladimir Putin — SUPPORT — Nicolás Maduro" in said
        assert own.search_address in said
        assert "<title>" in get(own.search_address)

        second = tidings("run", settings=own)
        assert second.returncode == 0, second.stderr
        assert "runs already" in second.stdout
        assert tidings("status", settings=own).returncode == 0

        pids = [run.pid, *read_state(own).pids.values()]
        os.kill(run.pid, signal.SIGINT)
        run.wait(timeout=PATIENCE_SECONDS)
        assert not [pid for pid in pids if psutil.pid_exists(pid)]
    finally:
        run.kill()
        run.wait()
    assert tidings("status", settings=own).returncode == 1

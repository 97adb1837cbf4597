"""The supervisor with cheap stand-ins for the services, as a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.waiting import PATIENCE_SECONDS, wait_until
from tidings.settings import Settings
from tidings_local.ports import free_ports
from tidings_local.state import State, find_state, log_file

SERVICES = ("search", "ingest", "entities", "events", "index")

SUPERVISE = """
import sys, time
from tidings.errors import exit_with_a_sentence
from tidings.settings import Settings
from tidings_local.services import Service
from tidings_local.signals import interrupting
from tidings_local.supervisor import Supervisor

@exit_with_a_sentence
def main():
    stand_in = (sys.executable, "-c", sys.argv[1])
    names = ("search", "ingest", "entities", "events", "index")
    try:
        with interrupting(), Supervisor(
            Settings.load(), [Service(name, stand_in) for name in names]
        ) as supervisor:
            while True:
                supervisor.tick()
                time.sleep(0.1)
    except KeyboardInterrupt:
        print("stopped in order")

main()
"""

WITH_A_STUBBORN_CHILD = """
import subprocess, sys, time
deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)"
subprocess.Popen([sys.executable, "-c", f"import signal, time; {deaf}; time.sleep(3600)"])
time.sleep(3600)
"""

QUIET = "import time; time.sleep(3600)"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    ports = dict(zip([f"{name}_port" for name in SERVICES], free_ports(5), strict=True))
    return Settings(
        data_dir=tmp_path,
        prometheus=Path("off"),
        kafka_servers="127.0.0.1:1",
        elasticsearch_url="http://127.0.0.1:1",
        **ports,  # type: ignore[arg-type]
    )


Launch = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def launch(settings: Settings) -> Iterator[Launch]:
    started: list[subprocess.Popen[str]] = []

    def start(stand_in: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, stand_in],
            env={**os.environ, **settings.environment()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


def test_nothing_is_left_when_the_supervisor_is_killed(settings: Settings, launch: Launch) -> None:
    supervisor = launch(WITH_A_STUBBORN_CHILD)
    state = until_running(settings)
    wait_until(
        lambda: all("deaf" in log_file(settings, name).read_text() for name in SERVICES),
        "all have a child that hears nothing",
    )
    groups = set(state.pids.values())
    before = members(groups)

    supervisor.kill()
    supervisor.wait()

    assert len(groups) == 5
    assert len(before) == 10
    wait_until(lambda: not members(groups), "none of them lives")
    wait_until(lambda: not reapers(settings), "the reaper is gone too")


def test_a_second_supervisor_says_that_one_runs_and_starts_nothing(
    settings: Settings, launch: Launch
) -> None:
    launch(QUIET)
    state = until_running(settings)

    second = launch(QUIET)
    said, _ = second.communicate(timeout=PATIENCE_SECONDS)

    assert second.returncode == 1
    assert f"runs already (pid {state.pid})" in said
    assert settings.search_address in said
    assert find_state(settings) == state


def test_a_start_after_a_kill_waits_until_the_old_ones_are_gone(
    settings: Settings, launch: Launch
) -> None:
    killed = launch(WITH_A_STUBBORN_CHILD)
    old = set(until_running(settings).pids.values())
    killed.kill()
    killed.wait()

    launch(QUIET)
    new = until_running(settings)

    assert new.pid != killed.pid
    assert not members(old)


def test_a_service_that_dies_is_started_again_and_the_rest_is_left_alone(
    settings: Settings, launch: Launch
) -> None:
    launch(QUIET)
    before = until_running(settings).pids
    os.kill(before["events"], signal.SIGKILL)

    wait_until(
        lambda: pids(settings).get("events") not in (None, before["events"]), "another is started"
    )

    after = pids(settings)
    assert {name for name in after if after[name] != before[name]} == {"events"}


def test_prometheus_is_told_of_a_service_while_it_runs_and_no_longer(
    settings: Settings, launch: Launch
) -> None:
    launch(QUIET)
    before = until_running(settings).pids["events"]
    wait_until(lambda: "events" in jobs(settings), "Prometheus is told of it")
    os.kill(before, signal.SIGKILL)

    wait_until(lambda: set(SERVICES) - jobs(settings) == {"events"}, "it is told that it is gone")
    wait_until(lambda: jobs(settings) == set(SERVICES), "it is told of the next one")
    assert until_running(settings).pids["events"] != before


def test_a_stop_ends_everything_and_forgets_it(settings: Settings, launch: Launch) -> None:
    supervisor = launch(QUIET)
    groups = set(until_running(settings).pids.values())

    supervisor.send_signal(signal.SIGTERM)
    said, _ = supervisor.communicate(timeout=PATIENCE_SECONDS)

    assert "stopped in order" in said
    assert not members(groups)
    assert not (settings.data_dir / "state.json").exists()
    assert jobs(settings) == set()


def test_a_killed_reaper_is_replaced_by_one_that_knows_everything(
    settings: Settings, launch: Launch
) -> None:
    supervisor = launch(QUIET)
    groups = set(until_running(settings).pids.values())
    [first] = reapers(settings)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: reapers(settings) not in ([], [first]), "there is another reaper")

    assert members(groups), "nothing was left to be stopped: nothing would be shown"
    supervisor.kill()
    supervisor.wait()

    wait_until(lambda: not members(groups) and not reapers(settings), "nothing is left")


def until_running(settings: Settings) -> State:
    wait_until(lambda: find_state(settings) is not None, "it runs")
    state = find_state(settings)
    assert state is not None
    return state


def jobs(settings: Settings) -> set[str]:
    """The services of which Prometheus is told that they run."""
    file = settings.data_dir / "prometheus" / "targets.json"
    groups = json.loads(file.read_text()) if file.exists() else []
    return {group["labels"]["job"] for group in groups}


def pids(settings: Settings) -> dict[str, int]:
    state = find_state(settings)
    return state.pids if state else {}


def members(groups: set[int]) -> list[int]:
    """By /proc or its like, not by the code under test."""
    found = []
    for process in psutil.process_iter(["status"]):
        try:
            if os.getpgid(process.pid) in groups and process.info["status"] != "zombie":
                found.append(process.pid)
        except ProcessLookupError:
            continue
    return found


def reapers(settings: Settings) -> list[int]:
    """Those that hold this data folder's lock."""
    lock = str(settings.data_dir / "lock")
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if "tidings_local.reaper" in (process.info["cmdline"] or ())
        and lock in {file.path for file in process.open_files()}
    ]

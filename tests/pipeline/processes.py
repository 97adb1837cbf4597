"""Starts what is under test as processes, and waits for what it does."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import PATIENCE_SECONDS
from tidings.settings import Settings


def environment(settings: Settings) -> dict[str, str]:
    """What a process gets that is to run with these settings."""
    return {**settings.environment(os.environ), "OPENBLAS_NUM_THREADS": "1"}


def heed_interrupts() -> None:
    """For a child: Ctrl-C means something to it, also where the tests run in the background of a
    shell, which starts its jobs deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def running(
    module: str, settings: Settings, log: Path, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m module`, killed at the end if it still runs."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=environment(settings), stdout=output, stderr=subprocess.STDOUT,
            preexec_fn=heed_interrupts,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def tidings(
    *arguments: str, settings: Settings, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "tidings", *arguments],
        env=environment(settings), input=text, capture_output=True, text=True,
        timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip


def get(url: str) -> str:
    """The body, whatever the status; '' where nobody answers."""
    try:
        try:
            answer = urllib.request.urlopen(url, timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def metric(port: int, series: str) -> float:
    """The value of one series, written as on the page; 0 where it is not there."""
    for line in get(f"http://127.0.0.1:{port}/metrics").splitlines():
        name, _, value = line.rpartition(" ")
        if name == series:
            return float(value)
    return 0.0

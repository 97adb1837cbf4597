"""Where Prometheus' programs are found."""

import os
import shutil
from pathlib import Path

import pytest


def program(name: str) -> str:
    """`prometheus` or `promtool`. Fails the test, with a sentence, where it is not there."""
    named = os.environ.get("TIDINGS_PROMETHEUS", "")
    beside = Path(named).with_name(name) if named else None
    found = str(beside) if beside and beside.is_file() else shutil.which(name)
    if found is None:
        pytest.fail(
            f"There is no {name} on PATH: install Debian's package prometheus, or set "
            "TIDINGS_PROMETHEUS to the prometheus program beside which it lies."
        )
    return found

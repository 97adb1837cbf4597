"""The tests' own world: no TIDINGS_* variable of the person who runs them reaches them, and of two
processes that run them none takes a port that the other has chosen and not yet opened."""

import os
from typing import Final

from tidings_local import ports

KEPT: Final = {"TIDINGS_CACHE_DIR", "TIDINGS_ELASTICSEARCH_HOME", "TIDINGS_PROMETHEUS"}
"""What only says where engines and Prometheus come from."""

for name in [name for name in os.environ if name.startswith("TIDINGS_") and name not in KEPT]:
    del os.environ[name]

_processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_mine = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_share = len(ports.CHOICE) // _processes
ports.CHOICE = ports.CHOICE[_mine * _share : (_mine + 1) * _share - 100]

"""The tests' own world: no TIDINGS_* variable of the person who runs them reaches them."""

import os
from typing import Final

KEPT: Final = {"TIDINGS_CACHE_DIR", "TIDINGS_ELASTICSEARCH_HOME", "TIDINGS_PROMETHEUS"}
"""What only says where engines and Prometheus come from."""

for name in [name for name in os.environ if name.startswith("TIDINGS_") and name not in KEPT]:
    del os.environ[name]

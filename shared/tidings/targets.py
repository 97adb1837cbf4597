"""Which processes run on this machine, and where each shows its metrics: the file that the launcher
writes for Prometheus' file discovery."""

import json
from collections.abc import Mapping
from pathlib import Path

from tidings.metrics import SERVICES
from tidings.settings import Settings


def targets_file(settings: Settings) -> Path:
    return settings.data_dir / "prometheus" / "targets.json"


def read_places(settings: Settings) -> Mapping[str, tuple[str, ...]]:
    """host:port of each process, by service; of each service its first where nobody started them
    by the launcher."""
    try:
        groups = json.loads(targets_file(settings).read_text("utf-8"))
        found = {group["labels"]["job"]: tuple(group["targets"]) for group in groups}
    except (OSError, ValueError, LookupError, TypeError):
        found = {one: (settings.address_of(one).removeprefix("http://"),) for one in SERVICES}
    return {one: found.get(one, ()) for one in SERVICES}

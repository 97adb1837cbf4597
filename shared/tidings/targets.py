"""Which processes run, and where each shows its metrics: as Prometheus finds them, by the file that
the launcher writes or by DNS."""

import json
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tidings.metrics import SERVICES
from tidings.settings import Settings


def targets_file(settings: Settings) -> Path:
    return settings.data_dir / "prometheus" / "targets.json"


def read_places(settings: Settings) -> Mapping[str, tuple[str, ...]]:
    """host:port of each process, by service. By the launcher's file; of each service its first
    where nobody started them by the launcher. By DNS where the settings say so, each name at once:
    one that is not known can cost seconds."""
    if settings.discovery == "dns":
        with ThreadPoolExecutor(len(SERVICES)) as pool:
            named = pool.map(_named, SERVICES, map(settings.port_of, SERVICES))
            return dict(zip(SERVICES, named, strict=True))
    try:
        groups = json.loads(targets_file(settings).read_text("utf-8"))
        found = {group["labels"]["job"]: tuple(group["targets"]) for group in groups}
    except (OSError, ValueError, LookupError, TypeError):
        found = {one: (settings.address_of(one).removeprefix("http://"),) for one in SERVICES}
    return {one: found.get(one, ()) for one in SERVICES}


def _named(service: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(service, port, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return ()
    return tuple(sorted({f"{place[0]!s}:{port}" for *_, place in found}))

"""A Prometheus beside the services, where its program is found."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tidings.errors import TidingsError
from tidings.settings import Settings
from tidings.targets import targets_file
from tidings_local import probe
from tidings_local.services import Service

CONFIGURATION: Final = Path(__file__).resolve().parents[2] / "prometheus"
"""The project's own, beside the launcher."""

RETENTION: Final = "30d"
OFF: Final = "off"

_COPIED: Final = {
    "local.yml": "prometheus.yml",
    "rules.yml": "rules.yml",
    "alerts.yml": "alerts.yml",
}


def find_program(settings: Settings) -> Path | None:
    """The prometheus program: the one that the settings name, that on PATH, or `bin/prometheus` in
    the data folder. Raises TidingsError where the named one is not there."""
    if named := settings.prometheus:
        if str(named) == OFF:
            return None
        if not (named.is_file() and os.access(named, os.X_OK)):
            raise TidingsError(
                f"TIDINGS_PROMETHEUS={named} is no program: name the file `prometheus` itself, "
                f"unset it, or set it to `{OFF}`."
            )
        return named.resolve()
    found = shutil.which("prometheus") or shutil.which(settings.data_dir / "bin" / "prometheus")
    return Path(found).resolve() if found and CONFIGURATION.is_dir() else None


def address(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.prometheus_port}"


def is_ready(settings: Settings) -> bool:
    answer = probe.get_json(f"{address(settings)}/-/ready", timeout_seconds=2)
    return answer is not None and answer.status == 200


def prepare(program: Path, settings: Settings, folder: Path) -> list[str]:
    """Copies the configuration into the folder and returns the command that starts it there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, copy in _COPIED.items():
        shutil.copyfile(CONFIGURATION / name, folder / copy)
    return [
        str(program),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--storage.tsdb.retention.time={RETENTION}",
        f"--web.listen-address=127.0.0.1:{settings.prometheus_port}",
        "--log.level=warn",
    ]


def write_targets(
    settings: Settings, running: Sequence[Service], others: Mapping[str, str] | None = None
) -> None:
    """Says where each running process shows its metrics, for Prometheus' file discovery; it reads
    the old or the new file, never a half. `others`: host:port by job."""
    file = targets_file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    groups = [*targets(settings, running), *map(_group, (others or {}).items())]
    fresh.write_text(json.dumps(groups, indent=1) + "\n", "utf-8")
    fresh.replace(file)


def targets(settings: Settings, running: Sequence[Service]) -> list[Mapping[str, object]]:
    """A group for each service, whose name is the `job` of its processes."""
    groups: dict[str, list[str]] = {}
    for service in running:
        place = service.address(settings).removeprefix("http://")
        groups.setdefault(service.kind, []).append(place)
    return [{"targets": places, "labels": {"job": kind}} for kind, places in groups.items()]


def _group(other: tuple[str, str]) -> Mapping[str, object]:
    job, place = other
    return {"targets": [place], "labels": {"job": job}}


def remove_targets(settings: Settings) -> None:
    targets_file(settings).unlink(missing_ok=True)

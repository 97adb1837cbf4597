"""The five services, as processes of this machine."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tidings.settings import Settings


@dataclass(frozen=True)
class Service:
    """One service; `command` is given where it is not the module `tidings_<name>`."""

    name: str
    command: tuple[str, ...] = ()

    @property
    def setting(self) -> str:
        return f"{self.name}_port"

    def port(self, settings: Settings) -> int:
        port: int = getattr(settings, self.setting)
        return port

    def address(self, settings: Settings) -> str:
        return settings.address_of(self.name)

    def start_command(self) -> tuple[str, ...]:
        return self.command or (sys.executable, "-m", f"tidings_{self.name}")


SERVICES: Final = tuple(
    Service(name) for name in ("search", "ingest", "entities", "events", "index")
)

ONE_CORE: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONUNBUFFERED": "1",
}
"""A worker is one process on one core: threads of its libraries would only take the others'."""


def environment(base: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """A service's environment: these very settings, with the engines' addresses filled in."""
    resolved = settings.model_copy(
        update={"kafka_servers": settings.kafka, "elasticsearch_url": settings.elasticsearch}
    )
    return {**resolved.environment(base), **ONE_CORE}

"""The services, as processes of this machine."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from tidings.settings import Settings

PORTS_APART: Final = 10
"""Between two workers of a stage, so that there is room for the ports of the other services."""


@dataclass(frozen=True)
class Service:
    """One process of a service, the `number`th of it; `command` is given where it is not the module
    `tidings_<kind>`."""

    kind: str
    command: tuple[str, ...] = ()
    number: int = 1

    @property
    def name(self) -> str:
        return self.kind if self.number == 1 else f"{self.kind}-{self.number}"

    @property
    def setting(self) -> str:
        return f"{self.kind}_port"

    def own(self, settings: Settings) -> Settings:
        """Those of the service, with the port of this very process."""
        return settings.model_copy(update={self.setting: self.port(settings)})

    def port(self, settings: Settings) -> int:
        first: int = getattr(settings, self.setting)
        return first + (self.number - 1) * PORTS_APART

    def address(self, settings: Settings) -> str:
        return self.own(settings).address_of(self.kind)

    def start_command(self) -> tuple[str, ...]:
        return self.command or (sys.executable, "-m", f"tidings_{self.kind}")


SERVICES: Final = tuple(
    Service(name) for name in ("search", "ingest", "entities", "events", "index", "watch")
)


def services_of(settings: Settings) -> tuple[Service, ...]:
    """Every process that the settings ask for."""
    return tuple(
        replace(service, number=number)
        for service in SERVICES
        for number in range(1, getattr(settings, f"{service.kind}_workers", 1) + 1)
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

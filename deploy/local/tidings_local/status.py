"""How the engines and services fare, found out by asking each of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from tidings.settings import Settings
from tidings_local import elasticsearch, kafka, probe
from tidings_local.services import SERVICES, Service
from tidings_local.state import find_state


@dataclass(frozen=True)
class Row:
    """`pid` is None for what was not started here; `detail` is a sentence for people."""

    name: str
    pid: int | None
    address: str
    well: bool
    detail: str


def survey(settings: Settings) -> Iterator[Row]:
    """One row an engine and service; works while nothing runs."""
    state = find_state(settings)
    pids = state.pids if state else {}

    def of_engine(name: str, address: str, well: bool) -> Row:
        return Row(name, pids.get(name), address, well, "answers" if well else "does not answer")

    servers, address = settings.kafka, settings.elasticsearch
    yield of_engine("kafka", servers, kafka.is_ready(servers))
    answers = elasticsearch.is_ready(address, settings.elasticsearch_api_key)
    yield of_engine("elasticsearch", address, answers)
    for service in SERVICES:
        yield _of_service(service, settings, pids.get(service.name))


def _of_service(service: Service, settings: Settings, pid: int | None) -> Row:
    address = service.address(settings)
    answer = probe.get_json(f"{address}/health", timeout_seconds=3)
    if answer is None:
        return Row(service.name, pid, address, False, "does not answer")
    detail = str(answer.body.get("detail") or f"answers with {answer.status}")
    return Row(service.name, pid, address, answer.status == 200, detail)

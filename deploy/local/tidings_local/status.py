"""How everything fares, found out by asking each engine and service."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from tidings.errors import EngineUnavailable
from tidings.indexstate import STATE, block_of, lacks_records
from tidings.operations import Health
from tidings.settings import Settings
from tidings_local import elasticsearch, kafka, probe, prometheus
from tidings_local.flow import Flow, read_flow
from tidings_local.services import Service, services_of
from tidings_local.state import find_state

ENGINES: Final = frozenset({"kafka", "elasticsearch", "prometheus"})

_PATIENCE_SECONDS: Final = 3
_LACKS: Final = "the index lacks what was indexed before: `tidings index rebuild` fills it"


@dataclass(frozen=True)
class Row:
    """`pid` is None for what was not started here; `detail` is a sentence for people."""

    name: str
    pid: int | None
    address: str
    well: bool
    detail: str


@dataclass(frozen=True)
class Survey:
    """`flow` is None while Kafka does not answer, `last_complete` (when the newest complete article
    was pushed) where there is none or Elasticsearch does not say."""

    rows: tuple[Row, ...]
    flow: Flow | None
    last_complete: datetime | None

    @property
    def well(self) -> bool:
        return self.flow is not None and all(row.well for row in self.rows)


def survey(settings: Settings) -> Survey:
    """Works while nothing runs, and takes a few seconds at most where something does not answer."""
    state = find_state(settings)
    pids = state.pids if state else {}
    with ThreadPoolExecutor(max_workers=8) as pool:
        flow = pool.submit(_flow, settings)
        index = pool.submit(_ask_elasticsearch, settings, pids)
        services = list(
            pool.map(lambda one: _of_service(one, settings, pids), services_of(settings))
        )
        engine, last_complete = index.result()
        found = flow.result()
    answers = "answers" if found else "does not answer"
    broker = Row("kafka", pids.get("kafka"), settings.kafka, found is not None, answers)
    engines = [broker, engine, *_of_prometheus(settings, pids)]
    return Survey((*engines, *services), found, last_complete)


def _of_prometheus(settings: Settings, pids: Mapping[str, int]) -> Iterator[Row]:
    """Where it was started here."""
    if pid := pids.get("prometheus"):
        well = prometheus.is_ready(settings)
        answers = "answers" if well else "does not answer"
        yield Row("prometheus", pid, prometheus.address(settings), well, answers)


def _flow(settings: Settings) -> Flow | None:
    if not kafka.is_ready(settings):
        return None
    try:
        return read_flow(settings)
    except EngineUnavailable:
        return None


def _ask_elasticsearch(settings: Settings, pids: Mapping[str, int]) -> tuple[Row, datetime | None]:
    """It is well when the index is there, can be written to, and holds what was indexed before."""
    address, alias = settings.elasticsearch, settings.index_name

    def row(well: bool, detail: str) -> Row:
        return Row("elasticsearch", pids.get("elasticsearch"), address, well, detail)

    if not elasticsearch.is_ready(settings):
        return row(False, "does not answer"), None
    found = elasticsearch.ask(settings, f"{alias}?{urlencode({'filter_path': STATE})}")
    if found and found.status == 404:
        return row(False, f"answers; there is no index {alias}"), None
    state = found.body if found and found.status == 200 else {}
    wrong = block_of(state) or (_LACKS if lacks_records(state) else None)
    engine = row(False, f"answers; {wrong}") if wrong else row(True, "answers")
    return engine, _last_complete(settings)


def _last_complete(settings: Settings) -> datetime | None:
    asked = urlencode(
        {"q": "complete:true", "sort": "version:desc", "size": 1, "_source": "version"}
    )
    found = elasticsearch.ask(settings, f"{settings.index_name}/_search?{asked}")
    hits: list[Any] = found.body["hits"]["hits"] if found and found.status == 200 else []
    return datetime.fromtimestamp(hits[0]["_source"]["version"] / 1000, UTC) if hits else None


def _of_service(service: Service, settings: Settings, pids: Mapping[str, int]) -> Row:
    """It is well when it gets on, and nothing that it needs holds it up."""
    address = service.address(settings)
    health = _page(f"{address}/health")
    ready = _page(f"{address}/ready") if health.ok else health
    detail = health.detail if ready.ok else ready.detail
    return Row(service.name, pids.get(service.name), address, ready.ok, detail)


def _page(address: str) -> Health:
    answer = probe.get_json(address, _PATIENCE_SECONDS)
    if answer is None:
        return Health(False, "does not answer")
    detail = str(answer.body.get("detail") or f"answers with {answer.status}")
    return Health(answer.status == 200, detail)

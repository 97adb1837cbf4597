"""Every query of every panel, asked of a real Prometheus that watched the real pipeline through a
fault: it gives data, finite and plausible; what rightly happened nowhere is 0 and not missing."""

import asyncio
import json
import math
import os
import re
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.contract.test_dashboards import BOARDS, panels
from tests.factories import an_article
from tests.pipeline.browsing import chromium, visit
from tests.pipeline.newsroom import fill
from tests.pipeline.processes import get, tidings
from tests.promtool import program
from tests.seed import real_articles
from tests.waiting import wait_until
from tidings.settings import Settings
from tidings_index.decode import pushed
from tidings_local.ports import free_port, free_ports
from tidings_local.state import read_state
from tidings_search.measured import FIGURES
from tidings_search.measuring import measure

DAY = 86_400
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
ARTICLES = 60
FILLED = {"$__rate_interval": "1m", "$__range": "5m"}
MOST = {
    "s": 30.0 * DAY,
    "percentunit": 16.0,
    "cps": 1e4,
    "reqps": 1e4,
    "short": 1e7,
    "bytes": 1e13,
    "Bps": 1e9,
}
"""By unit: what nothing here can exceed. Sixteen cores are more than one process takes."""


class Prometheus:
    """Its API, as Grafana asks it."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/api/v1"

    def ask(self, what: str, **parameters: str | float) -> Any:
        answer = json.loads(get(f"{self._address}/{what}?{urlencode(parameters)}") or "{}")
        assert answer.get("status") == "success", f"{parameters}: {answer.get('error')}"
        return answer["data"]

    def values(self, query: str) -> list[tuple[Mapping[str, str], list[float]]]:
        """What the query gives now and in the last twenty seconds, by series."""
        now = time.time()
        data = self.ask("query_range", query=query, start=now - 20, end=now, step=5)
        return [
            (one["metric"], [float(value) for _, value in one["values"]]) for one in data["result"]
        ]

    def choices(self, definition: str) -> list[str]:
        """The values of a variable that is defined as label_values(metric, label)."""
        found = re.fullmatch(r"label_values\((\w+), (\w+)\)", definition)
        assert found, definition
        return [str(one) for one in self.ask(f"label/{found[2]}/values", **{"match[]": found[1]})]


@pytest.fixture
def watched(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Everything, with two events workers, Prometheus and a Kafka that shows its own metrics."""
    [kafka_port] = free_ports(1, pairs=True)
    settings = settings.model_copy(
        update={
            "kafka_servers": None,
            "kafka_port": kafka_port,
            "kafka_metrics_port": free_port(),
            "data_dir": tmp_path / "state",
            "prometheus": Path(program("prometheus")),
            "prometheus_port": free_port(),
            "events_workers": 2,
        }
    )
    started = tidings("up", settings=settings)
    assert started.returncode == 0, started.stderr
    assert f"Prometheus watches it at http://127.0.0.1:{settings.prometheus_port}" in started.stdout
    yield settings
    stopped = tidings("down", settings=settings)
    assert stopped.returncode == 0, stopped.stderr


async def an_outlet_with_a_habit(settings: Settings) -> None:
    moment = time.time()
    days = [
        an_article(f"Day {day}", outlet="gazette.example", version=int((moment - day * DAY) * 1000))
        for day in range(9, 0, -1)
    ]
    await fill(settings, [pushed(one, at=0) for one in days])


def push_and_search(settings: Settings, folder: Path, articles: range) -> None:
    file = folder / f"articles-{articles.start}.jsonl"
    chosen = real_articles(ARTICLES)[articles.start : articles.stop]
    lines = [json.dumps({"title": one.title, "text": one.text}) for one in chosen]
    file.write_text("\n".join(lines), "utf-8")
    done = tidings("push", str(file), "--outlet", "gazette.example", settings=settings)
    assert done.returncode == 0, done.stderr
    for address in (
        "/",
        "/api/articles?q=oil",
        "/api/events?event_type=COERCE",
        "/api/articles/none",
    ):
        get(f"{settings.search_address}{address}")


async def the_services_tell_what_prometheus_tells(settings: Settings) -> None:
    """Of each figure of the overview that they can tell at all."""
    nowhere = settings.model_copy(update={"prometheus_port": free_port()})
    asked, alone = await measure(settings), await measure(nowhere)
    assert asked.source.startswith("Prometheus")
    assert "does not answer" in alone.source
    assert not asked.gone
    for figure in FIGURES:
        assert asked.lines[figure], figure.title
        if figure.reading and not figure.reading.title:
            told = {line.name: line.now for line in alone.lines[figure]}
            said = {line.name: line.now for line in asked.lines[figure]}
            for one in (told, said):
                one.pop("search", None)  # of which it takes this very process
            assert len(told) == len(said)
            assert list(told.values()) == pytest.approx(list(said.values()), rel=0.2), figure.title


def look_at_status(address: str) -> None:
    """As people with any eyes and screen do. In a thread without an event loop."""
    with chromium() as browser, visit(browser, address) as page:
        page.goto("/status")
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("ealthy"))
        expect(page.get_by_text("Nothing waits.")).to_be_visible()
        expect(page.get_by_text("Told by Prometheus at")).to_be_visible()
        assert page.locator(".spark path:not(.ground)").count() > 15
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        page.set_viewport_size({"width": 360, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == 360


def filled(expr: str, variables: Mapping[str, str]) -> str:
    for name, value in {**FILLED, **variables}.items():
        expr = expr.replace(name, value)
    assert "$" not in expr, expr
    return expr


def faults_of(prometheus: Prometheus, query: str, unit: str) -> Iterator[str]:
    """What is wrong with what the query gives."""
    found = prometheus.values(query)
    if not found:
        yield f"{query}: no data"
    for labels, values in found:
        if not all(math.isfinite(value) for value in values):
            yield f"{query}: not finite for {labels}: {values}"
        elif not all(-1e-9 <= value <= MOST[unit] for value in values):
            yield f"{query}: not plausible for {labels}: {values}"


async def test_every_query_of_every_panel_has_data(watched: Settings, tmp_path: Path) -> None:
    prometheus = Prometheus(watched.prometheus_port)
    await an_outlet_with_a_habit(watched)

    def shows(query: str) -> bool:
        return bool(prometheus.ask("query", query=query)["result"])

    wait_until(lambda: shows("sum(up) == 8"), "each process is a target and answers")
    targets = prometheus.ask("targets", state="active")["activeTargets"]
    events = {one["labels"]["instance"] for one in targets if one["labels"]["job"] == "events"}
    assert events == {f"127.0.0.1:{watched.events_port + more}" for more in (0, 10)}

    killed = read_state(watched).pids["events-2"]
    push_and_search(watched, tmp_path, range(0, 30))
    wait_until(lambda: shows("sum(tidings_complete_seconds_count) > 0"), "some are complete")
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: read_state(watched).pids.get("events-2") not in (None, killed), "restarted")
    push_and_search(watched, tmp_path, range(30, ARTICLES))
    complete = f"sum(increase(tidings_complete_seconds_count[5m])) > {ARTICLES - 5}"
    wait_until(lambda: shows(complete), "all are complete")
    wait_until(lambda: shows("tidings_country_articles"), "the watch has looked at outlets")
    wait_until(lambda: shows('max_over_time(up{job="events"}[1m]) == 1'), "both work again")
    await asyncio.sleep(20)  # the last twenty seconds are asked for

    faults: list[str] = []
    asked = 0
    for name, board in BOARDS.items():
        variables = {
            f"${one['name']}": "|".join(
                re.escape(value).replace("\\", "\\\\") for value in prometheus.choices(one["query"])
            )
            for one in board.get("templating", {}).get("list", [])
            if one["type"] == "query"
        }
        assert all(variables.values()), f"{name}: a variable without values: {variables}"
        for panel in panels(board):
            unit = panel.get("fieldConfig", {}).get("defaults", {}).get("unit", "short")
            for target in panel.get("targets", []):
                asked += 1
                query = filled(target["expr"], variables)
                faults += [f"{name}, {panel['title']}: {fault}"
                           for fault in faults_of(prometheus, query, unit)]  # fmt: skip
    assert not faults, f"{len(faults)} of {asked}:\n" + "\n".join(faults)
    assert asked > 70

    assert not prometheus.ask("query", query='{pid!=""}')["result"], "no series is of one pid"
    assert shows('count(tidings_in_flight_records{stage="events"}) == 2'), "none of the dead one"
    await the_services_tell_what_prometheus_tells(watched)
    await asyncio.to_thread(look_at_status, watched.search_address)

    restarts, _ = BOARDS["overview"]["annotations"]["list"]
    changed = restarts["expr"].replace("[1m]", "[5m]")
    assert {one["metric"]["job"] for one in prometheus.ask("query", query=changed)["result"]} == {
        "events"
    }
    rules = [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]
    assert {rule["health"] for rule in rules} == {"ok"}
    firing = {rule["name"] for rule in rules if rule.get("state") == "firing"}
    assert firing <= {"DiskFills"}, "nothing else is wrong here"

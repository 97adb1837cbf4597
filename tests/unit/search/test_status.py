"""What the page for operators says of what is measured, and who is asked."""

import json
import socket
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.test_alerts import ALERTS
from tests.unit.search.in_memory import InMemoryArchive, a_client
from tidings.metrics import SERVICES
from tidings.overview import ANSWERING, BEHIND, ENGINES_ANSWERING, WAITING, Figure, Reading
from tidings.settings import Settings
from tidings.targets import read_places, targets_file
from tidings_search.amounts import in_words
from tidings_search.measured import (
    FIGURES,
    Alert,
    Line,
    Measured,
    Sample,
    grade_of,
    read,
    reasons,
    verdict,
    waiting,
)
from tidings_search.measuring import measure
from tidings_search.sparkline import draw_line
from tidings_search.status import overview_of, read_runbooks

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ALL_UP = tuple(Line(one, 1.0) for one in SERVICES)
STALLED = Alert("StageStalled", "critical", "The stage events stands still", AT)
SLOW = Alert("SearchSlow", "warning", "5 of 100 searches take longer than 2s", AT)


def what_is(*alerts: Alert, alone: bool = False, **lines: Iterable[Line] | float) -> Measured:
    """All well but for what is given: `lines` by the name of a figure; `alone`: no Prometheus."""
    figures = {
        "answering": ANSWERING,
        "behind": BEHIND,
        "engines": ENGINES_ANSWERING,
        "waiting": WAITING,
    }
    found: dict[str, Iterable[Line] | float] = {
        "answering": ALL_UP,
        "behind": 0,
        "engines": [Line("kafka", 1)],
        "waiting": [Line("events", 0), Line("index", 0)],
        **lines,
    }
    told = {
        figures[name]: tuple(one) if not isinstance(one, (int, float)) else (Line("", one),)
        for name, one in found.items()
    }
    return Measured("a test", AT, told, None if alone else alerts)


def said_of(measured: Measured) -> str:
    return verdict(measured, reasons(measured)).words


def test_where_nothing_is_wrong_it_is_healthy() -> None:
    assert said_of(what_is()) == "Healthy"
    assert waiting(what_is()) == "Nothing waits."


def test_one_critical_alert_is_enough_and_stands_first() -> None:
    found = reasons(what_is(SLOW, STALLED))
    assert said_of(what_is(SLOW, STALLED)) == "Not healthy"
    assert [one.runbook for one in found] == ["StageStalled", "SearchSlow"]
    assert found[0].sentence == "The stage events stands still."
    assert said_of(what_is(SLOW)) == "Healthy, with a warning"


def test_a_service_that_is_gone_is_named_before_an_alert_is_sure() -> None:
    there = [one for one in ALL_UP if one.name not in ("events", "watch")] + [Line("watch", 0)]
    [reason] = reasons(what_is(answering=there))
    assert reason.sentence == "No process of events and watch answers."
    assert reason.grade == "bad"


def test_what_an_alert_says_is_said_once() -> None:
    gone = Alert("ServiceGone", "critical", "No process of the service events answers", AT)
    [reason] = reasons(what_is(gone, answering=ALL_UP[:-1]))
    assert reason.sentence == "No process of the service events answers."


def test_an_engine_that_is_away_is_named() -> None:
    [reason] = reasons(what_is(engines=[Line("elasticsearch", 0), Line("kafka", 1)]))
    assert reason == ("bad", "Elasticsearch does not answer.", "EngineDown", None)


@pytest.mark.parametrize("alone", [True, False])
def test_what_is_far_behind_is_said_and_is_no_illness(alone: bool) -> None:
    """An archive is pushed; whether that is bad, alerts judge."""
    assert said_of(what_is(alone=alone, behind=300)) == "Healthy, but behind"
    assert said_of(what_is(alone=alone, behind=30)) == "Healthy"


def test_what_waits_is_said_in_records_and_seconds() -> None:
    lines = [Line("entities", 0), Line("events", 1200), Line("index", 7)]
    said = waiting(what_is(waiting=lines, behind=75.4))
    assert said == "Records wait (1,200 for events, 7 for index), the oldest for 1 min 15 s."
    assert "not known" in waiting(what_is(waiting=[]))


def test_a_value_is_as_bad_as_the_highest_level_that_it_reaches() -> None:
    assert [grade_of(BEHIND, value) for value in (None, 9, 10, 61)] == [
        None, None, "warning", "bad",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0, "s", "0 s"), (0.254, "s", "0.25 s"), (12.3, "s", "12 s"), (75, "s", "1 min 15 s"),
        (7_300, "s", "2 h 1 min"), (200_000, "s", "2 d 7 h"), (0, "cps", "0.0 a second"),
        (1234, "cps", "1,234 a second"), (0.041, "percentunit", "4.1 %"),
        (0.5, "percentunit", "50 %"), (1204, "short", "1,204"), (1.5, "short", "1.5"),
    ],
)  # fmt: skip
def test_amounts_are_said_with_their_unit(value: float, unit: str, words: str) -> None:
    assert in_words(value, unit) == words


def test_a_line_goes_from_left_to_right_and_is_broken_where_nothing_is_known() -> None:
    points = [(0.0, 0.0), (60.0, 11.0), (240.0, 22.0)]
    path = draw_line(points, begin=0, end=240, highest=22, step=60)
    assert path == "M0.0 24.0h.1L25.0 13.0M100.0 2.0h.1"
    assert draw_line([], begin=0, end=1, highest=0, step=60) == ""
    assert draw_line([(0.0, 0.0)], begin=0, end=1, highest=0, step=60) == "M0.0 24.0h.1"


SAMPLES = [
    Sample("events 1", "lag", {"stage": "events", "topic": "articles.raw"}, 3),
    Sample("events 1", "lag", {"stage": "events", "topic": "articles.backfill.events"}, 99),
    Sample("index 1", "lag", {"stage": "index", "topic": "articles.raw"}, 0),
    Sample("index 2", "lag", {"stage": "index", "topic": "articles.raw"}, 4),
    Sample("events 1", "limit", {}, 10),
    Sample("index 1", "limit", {}, 10),
    Sample("index 2", "limit", {}, 8),
]


@pytest.mark.parametrize(
    ("reading", "found"),
    [
        (Reading("lag", "sum"), {"": 7}),
        (Reading("lag", "max", by="stage"), {"events": 3, "index": 4}),
        (Reading("lag", "max", by="stage", of="limit"), {"events": 0.3, "index": 0.5}),
        (Reading("lag", "zeros", by="stage"), {"": 0}),
        (Reading("lag", "sum", by="stage", of="not there"), {}),
        (Reading("not there", "zeros"), {}),
    ],
)
def test_a_reading_is_taken_of_all_processes_without_what_is_back_filled(
    reading: Reading, found: Mapping[str, float]
) -> None:
    assert read(reading, SAMPLES) == pytest.approx(found)


def test_processes_are_those_that_the_launcher_wrote_down(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, events_port=9003)
    assert read_places(settings)["events"] == ("127.0.0.1:9003",)
    targets_file(settings).parent.mkdir()
    groups = [{"targets": ["h:1", "h:2"], "labels": {"job": "events"}}]
    targets_file(settings).write_text(json.dumps(groups), "utf-8")
    assert read_places(settings) == {**dict.fromkeys(SERVICES, ()), "events": ("h:1", "h:2")}


def test_processes_are_all_that_a_service_s_name_leads_to(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"events": ["10.0.0.3", "10.0.0.2"], "watch": ["10.0.0.9"]}

    def resolve(name: str, port: int, *_: object) -> list[tuple[Any, ...]]:
        if name not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, 0, 0, "", (one, port)) for one in known[name]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    places = read_places(Settings(discovery="dns", host="0.0.0.0", watch_port=9005))
    assert places == {
        **dict.fromkeys(SERVICES, ()),
        "events": ("10.0.0.2:8003", "10.0.0.3:8003"),
        "watch": ("10.0.0.9:9005",),
    }


class Web(httpx.AsyncBaseTransport):
    """A web with a Prometheus that answers every query with `result`, and a service at each of the
    addresses of `pages`. `asked`: the queries."""

    def __init__(
        self, result: list[Any] | None = None, pages: Mapping[str, str] | None = None,
        garbage: str = "",
    ) -> None:  # fmt: skip
        self.result, self.pages, self.garbage = result, pages or {}, garbage
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if page := self.pages.get(request.url.netloc.decode()):
            return httpx.Response(200, text=page)
        if request.url.port != 9090:
            raise httpx.ConnectError("refused")
        if self.garbage:
            return httpx.Response(200, text=self.garbage)
        if self.result is None:
            raise httpx.ConnectTimeout("silent")
        if request.url.path.endswith("/alerts"):
            return self.say({"alerts": [AN_ALERT, {**AN_ALERT, "state": "pending"}]})
        self.asked.append(request.url.params["query"])
        key = "values" if request.url.path.endswith("_range") else "value"
        moment = float(request.url.params.get("end", request.url.params.get("time", 0)))
        value = [moment, "3"]
        labels = {"stage": "events", "job": "events"}
        series = {"metric": labels, key: [value] if key == "values" else value}
        return self.say({"result": [series] if self.result == [] else self.result})

    @staticmethod
    def say(data: Any) -> httpx.Response:
        return httpx.Response(200, json={"status": "success", "data": data})


AN_ALERT = {
    "state": "firing", "activeAt": "2026-03-01T12:00:00.123456789Z",
    "labels": {"alertname": "StageStalled", "severity": "critical"},
    "annotations": {"summary": "The stage events stands still"},
}  # fmt: skip
LAG_PAGE = """# TYPE tidings_lag_records gauge
tidings_lag_records{stage="events",topic="articles.raw",partition="0"} 5.0
# TYPE tidings_lag_seconds gauge
tidings_lag_seconds{stage="events",topic="articles.raw",partition="0"} 61.5
# TYPE tidings_engine_up gauge
tidings_engine_up{engine="kafka"} 1.0
tidings_engine_up{engine="elasticsearch"} 0.0
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


async def test_prometheus_is_asked_every_query_of_the_overview(settings: Settings) -> None:
    web = Web(result=[])
    found = await measure(settings, web)
    assert len(web.asked) == 1 + sum(len(figure.queries) for figure in FIGURES)
    assert not [query for query in web.asked if "$" in query]
    assert found.source == "Prometheus at http://127.0.0.1:9090"
    assert found.lines.keys() == set(FIGURES)
    assert found.value(BEHIND) == 3
    assert [line.name for line in found.lines[WAITING]] == ["events"]
    assert [alert.name for alert in found.alerts or ()] == ["StageStalled"]


def told(figure: Figure, found: Measured) -> dict[str, float | None]:
    return {line.name: line.now for line in found.lines[figure]}


async def test_without_prometheus_the_services_are_asked(settings: Settings) -> None:
    found = await measure(settings, Web(pages={"127.0.0.1:8005": LAG_PAGE}))
    assert "Prometheus at http://127.0.0.1:9090 does not answer" in found.source
    assert found.alerts is None
    assert told(WAITING, found) == {"events": 5}
    assert found.value(BEHIND) == 61.5
    assert told(ENGINES_ANSWERING, found) == {"kafka": 1, "elasticsearch": 0}
    assert found.gone == ("ingest", "entities", "events", "index")
    assert overview_of(found).untold[0] == "Alerts that fire"


@pytest.mark.parametrize(
    ("web", "why"),
    [
        (Web(), "does not answer"),
        (Web(garbage="<html>"), "answers what Prometheus would not"),
        (Web(garbage="[1]"), "answers what Prometheus would not"),
        (Web(garbage='{"status": "error", "error": "no"}'), "refuses a question (no)"),
        (Web(pages={"127.0.0.1:8005": "this is no page of metrics {"}), "does not answer"),
    ],
)
async def test_whatever_is_wrong_with_others_it_is_said(
    settings: Settings, web: Web, why: str
) -> None:
    found = await measure(settings, web)
    assert why in found.source
    assert told(ANSWERING, found)["search"] == 1


async def test_a_prometheus_that_watches_others_is_not_believed(settings: Settings) -> None:
    class Others(Web):
        @staticmethod
        def say(data: Any) -> httpx.Response:
            return Web.say({"result": []})

    found = await measure(settings, Others(result=[]))
    assert "does not watch these services" in found.source


async def test_with_everything_down_the_page_has_sentences() -> None:
    async with a_client(InMemoryArchive()) as client:
        answer = await client.get("/status")
        assert answer.status_code == 200
        assert "Not healthy" in answer.text
        assert "No process of ingest, entities, events, index and watch answers." in answer.text
        assert "What waits is not known" in answer.text


async def test_every_alert_has_its_runbook_here() -> None:
    names = {rule["alert"] for rule in ALERTS}
    assert names <= read_runbooks().keys()
    async with a_client(InMemoryArchive()) as client:
        for name in names:
            page = await client.get(f"/status/runbooks/{name}")
            assert page.status_code == 200
            assert "<strong>Means</strong>" in page.text
        assert (await client.get("/status/runbooks/Nothing")).status_code == 404
        assert 'href="/status/runbooks/StageStalled"' in (await client.get("/status/runbooks")).text

"""Dashboards are what the code makes, complete in every panel, and ask for what there is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from tidings import metrics
from tidings_dashboards.__main__ import FOLDER, files
from tidings_dashboards.pages import FILE, pages

BOARDS: dict[str, dict[str, Any]] = {
    file.stem: json.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.json"))
}
PROMETHEUS_OWN = frozenset({"up", "ALERTS"})
JAVA = frozenset({"jvm_memory_used_bytes", "jvm_memory_max_bytes"})
PROCESS = frozenset(
    {"process_resident_memory_bytes", "process_cpu_seconds_total", "process_start_time_seconds"}
)
NO_NAMES = frozenset(
    (
        "by",
        "on",
        "ignoring",
        "group_left",
        "group_right",
        "without",
        "offset",
        "and",
        "or",
        "unless",
    )
)
UNITS = frozenset({"s", "bytes", "Bps", "short", "cps", "reqps", "percentunit"})


def recorded() -> set[str]:
    rules = yaml.safe_load(Path("deploy/prometheus/rules.yml").read_text("utf-8"))
    return {rule["record"] for group in rules["groups"] for rule in group["rules"]}


def of_the_broker() -> set[str]:
    """What the rules of Kafka's exporter name."""
    rules = yaml.safe_load(Path("deploy/kafka/jmx.yml").read_text("utf-8"))["rules"]
    named = {rule["name"] for rule in rules}
    return {way for name in named for way in (name.replace("$1", "in"), name.replace("$1", "out"))}


KNOWN = (
    {series for one in metrics.ALL.declared for series in one.series}
    | recorded()
    | PROMETHEUS_OWN
    | PROCESS
    | JAVA
    | of_the_broker()
)


def names_in(expr: str) -> set[str]:
    """The metrics that a query names; fails where one is not known."""
    bare = re.sub(r'"[^"]*"', "", expr)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", bare)
    bare = re.sub(r"\b(by|on|ignoring|without|group_left|group_right) *\([^)]*\)", " ", bare)
    words = re.findall(r"(?<![\w.$])([a-zA-Z_][\w:]*)(?! *\()\b", bare)
    names = {word for word in words if word not in NO_NAMES and not re.search(rf"{word} *\(", bare)}
    assert names <= KNOWN, f"{expr!r} names {names - KNOWN}, which nobody declares"
    return names


def panels(board: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in board.get("panels", []):
        if panel["type"] == "row":
            yield from panel.get("panels", [])
        else:
            yield panel


def test_a_query_for_what_nobody_declares_is_found() -> None:
    assert names_in('sum by (stage) (rate(tidings_records_total{stage="x"}[5m])) or up') == {
        "tidings_records_total", "up",
    }  # fmt: skip
    with pytest.raises(AssertionError, match="tidings_record_total"):
        names_in("histogram_quantile(0.9, sum by (le) (rate(tidings_record_total[5m])))")


def with_queries() -> list[Any]:
    return [
        pytest.param(panel, id=f"{name}: {panel['title']}")
        for name, board in BOARDS.items()
        for panel in panels(board)
        if panel["type"] != "text"
    ]


def test_the_files_are_what_the_code_makes() -> None:
    made = files()
    assert {file.name for file in FOLDER.iterdir()} == made.keys(), "make dashboards"
    for name, words in made.items():
        assert (FOLDER / name).read_text("utf-8") == words, f"{name}: make dashboards"
    assert FILE.read_text("utf-8") == pages(), f"{FILE.name}: make dashboards"


@pytest.mark.parametrize("name", BOARDS)
def test_a_dashboard_says_nothing_that_grafanas_schema_has_not(name: str) -> None:
    register_default_plugins()
    again = json.loads(json.dumps(Dashboard.from_json(BOARDS[name]), cls=JSONEncoder))
    assert again == BOARDS[name]


def test_there_is_a_dashboard_for_each_question_and_all_have_links_and_marks() -> None:
    assert BOARDS.keys() == {"overview", "pipeline", "content", "search", "engines", "runbooks"}
    assert len({board["uid"] for board in BOARDS.values()}) == len(BOARDS)
    for name, board in BOARDS.items():
        links = {link["title"] for link in board["links"]}
        assert links == {"Dashboards", "Runbooks"}
        ids = [panel["id"] for panel in board["panels"]]
        assert len(set(ids)) == len(ids)
        if name != "runbooks":
            marks = [one["name"] for one in board["annotations"]["list"]]
            assert marks == ["Restarts", "Versions of rules, models, mappings"]
            for one in board["annotations"]["list"]:
                assert names_in(one["expr"])


@pytest.mark.parametrize("panel", with_queries())
def test_a_panel_says_what_a_bad_picture_means_and_asks_for_what_there_is(
    panel: dict[str, Any],
) -> None:
    assert panel["title"]
    assert panel["description"].rstrip().endswith((".", "md"))
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    assert panel["datasource"]["uid"] == "${datasource}"
    assert panel["targets"]
    for target in panel["targets"]:
        assert names_in(target["expr"])
    for link in panel.get("links", []):
        number = int(link["url"].partition("viewPanel=panel-")[2])
        [page] = [one for one in panels(BOARDS["runbooks"]) if one["id"] == number]
        assert link["title"] == f"Runbook {page['title']}"
        assert f"Runbook: docs/runbooks/{page['title']}.md" in panel["description"]


def test_every_variable_is_used_and_every_used_one_is_there() -> None:
    own = {"__rate_interval", "__range"}
    for name, board in BOARDS.items():
        listed = board.get("templating", {}).get("list", [])
        there = {one["name"] for one in listed}
        words = json.dumps([panel.get("targets", []) for panel in panels(board)])
        used = set(re.findall(r"\$\{?(\w+)", words)) - own
        assert used == there, name


def test_grafana_finds_source_and_dashboards_by_itself() -> None:
    provisioning = Path("deploy/grafana/provisioning")
    sources = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text("utf-8"))
    assert sources["datasources"][0]["isDefault"]
    asks_every = yaml.safe_load(Path("deploy/prometheus/prometheus.yml").read_text("utf-8"))
    interval = sources["datasources"][0]["jsonData"]["timeInterval"]
    assert interval == asks_every["global"]["scrape_interval"]
    boards = yaml.safe_load((provisioning / "dashboards/tidings.yml").read_text("utf-8"))
    [path] = [one["options"]["path"] for one in boards["providers"]]
    compose = yaml.safe_load(Path("docker-compose.yml").read_text("utf-8"))
    volumes = compose["services"]["grafana"]["volumes"]
    assert f"./{FOLDER}:{path}:ro" in volumes
    assert "./deploy/prometheus:/etc/prometheus:ro" in compose["services"]["prometheus"]["volumes"]

"""Alerts fire when they should and are quiet when they should, and each has its page."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import typer
import yaml

from tests.contract.test_dashboards import names_in
from tests.promtool import program
from tidings.cli import GROUP, build_cli
from tidings.settings import Settings
from tidings_dashboards.content import SILENT
from tidings_watch.outlets import LEAST_SILENCE_SECONDS, PATIENCE

FOLDER = Path("deploy/prometheus")
PAGES = sorted(Path("docs/runbooks").glob("*.md"))
COMPOSE: dict[str, Any] = yaml.safe_load(Path("docker-compose.yml").read_text("utf-8"))["services"]
ALERTS: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
TESTS: dict[str, Any] = yaml.safe_load((FOLDER / "alerts.test.yml").read_text("utf-8"))
IN_COMPOSE = ("exec", "run", "logs", "ps", "restart", "up", "stop")
VALUED = {"--tail", "--scale"}


def promtool(*arguments: str) -> str:
    done = subprocess.run(
        [program("promtool"), *arguments], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["local.yml", "prometheus.yml"])
def test_prometheus_can_read_its_configuration(name: str) -> None:
    assert "SUCCESS" in promtool("check", "config", name)


def test_alerts_fire_when_they_should_and_only_then() -> None:
    assert "SUCCESS" in promtool("test", "rules", "alerts.test.yml")


def test_every_alert_is_tested_for_firing_and_for_not_firing() -> None:
    checks = [check for test in TESTS["tests"] for check in test["alert_rule_test"]]
    for alert in {rule["alert"] for rule in ALERTS}:
        fires = {bool(check["exp_alerts"]) for check in checks if check["alertname"] == alert}
        assert fires == {True, False}, alert


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_how_bad_it_is_what_it_is_and_where_to_read(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["runbook"] == f"docs/runbooks/{rule['alert']}.md"
    assert Path(rule["annotations"]["runbook"]).is_file()
    assert rule["annotations"]["summary"]
    assert names_in(rule["expr"])


def test_the_alert_of_silent_outlets_judges_as_the_list_and_the_dashboard_do() -> None:
    words = f"{PATIENCE} * tidings_outlet_expected_gap_seconds, {LEAST_SILENCE_SECONDS:.0f}"
    [silent] = [rule for rule in ALERTS if rule["alert"] == "OutletSilent"]
    assert words in silent["expr"]
    assert words in SILENT


def test_every_page_is_that_of_an_alert_and_says_what_to_do() -> None:
    alerts = {rule["alert"] for rule in ALERTS}
    assert {page.stem for page in PAGES} == alerts | {"README"}
    for page in PAGES:
        words = page.read_text("utf-8")
        if page.stem != "README":
            assert words.startswith(f"# {page.stem}\n")
            assert all(part in words for part in ("**Means**", "**Look at**", "**Do**"))
        for link in re.findall(r"\]\((\w+\.md)\)", words):
            assert (page.parent / link).is_file(), f"{page.name} links to {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_no_command_of_a_page_is_dead(page: Path) -> None:
    for command in commands_of(page.read_text("utf-8")):
        check_command(shlex.split(command), page.stem)


def commands_of(words: str) -> Iterator[str]:
    """Those of console blocks, and those between backquotes that begin like one."""
    yield from re.findall(r"^ *\$ (.+)$", words, re.M)
    prose = re.sub(r"```.*?```", "", words, flags=re.S)
    yield from re.findall(r"`((?:tidings|docker compose|make|curl) [^`]+)`", prose)


def check_command(words: list[str], where: str) -> None:
    match words:
        case ["tidings", *arguments]:
            check_tidings(arguments)
        case ["docker", "compose", verb, *arguments]:
            assert verb in IN_COMPOSE, f"{where}: {verb}"
            check_compose(arguments)
        case ["make", target]:
            assert re.search(rf"^{target}:", Path("Makefile").read_text(), re.M), target
        case ["curl", *arguments]:
            [address] = [urlsplit(one) for one in arguments if one.startswith("http")]
            ports = {value for name, value in Settings() if name.endswith("_port")}
            assert address.port in ports, f"{where}: {address.port}"
        case ["df" | "docker" | "kill", *_]:
            return
        case _:
            pytest.fail(f"{where}: nobody knows `{shlex.join(words)}`")


def check_tidings(arguments: list[str]) -> None:
    command: Any = typer.main.get_command(build_cli(wanted=arguments[0]))
    left = list(arguments)
    while hasattr(command, "commands"):
        name = left.pop(0)
        assert name in command.commands, f"tidings {' '.join(arguments)}: no {name}"
        command = command.commands[name]
    known = {option for one in command.params for option in one.opts}
    for option in [one for one in left if one.startswith("-")]:
        assert option in known, f"tidings {' '.join(arguments)}: no {option}"
    assert isinstance(command, click.Command) or command.name


def check_compose(arguments: list[str]) -> None:
    """The services are there; a command is run in the container that is for that, and its image
    has it."""
    left = list(arguments)
    services: list[str] = []
    while left:
        word = left.pop(0)
        if word in VALUED:
            assert left.pop(0).partition("=")[0].isdecimal() or word == "--scale"
        elif word == "tidings":
            brought = {
                point.name
                for point in entry_points(group=GROUP)
                if point.dist and point.dist.name != "tidings-local"
            }
            assert services == ["tools"]
            assert left[0] in brought, f"the image has no `tidings {left[0]}`"
            return check_tidings(left)
        elif word == "bash":
            assert services == ["elasticsearch"]
        elif not word.startswith("-"):
            services.append(word)
            assert word in COMPOSE, f"compose has no service {word}"
    return None

"""The files for containers say what the settings say."""

import re
from pathlib import Path
from typing import Any

import yaml

from tidings.settings import PREFIX, Settings
from tidings_local.services import SERVICES

COMPOSE: dict[str, Any] = yaml.safe_load(Path("docker-compose.yml").read_text("utf-8"))
PROMETHEUS: dict[str, Any] = yaml.safe_load(
    Path("deploy/prometheus/prometheus.yml").read_text("utf-8")
)

LOCAL: dict[str, Any] = yaml.safe_load(Path("deploy/prometheus/local.yml").read_text("utf-8"))


def test_compose_has_the_services_of_the_launcher() -> None:
    ours = {name for name, one in COMPOSE["services"].items() if "tidings:" in one["image"]}
    assert ours == {service.name for service in SERVICES} | {"setup", "tools"}


def test_every_variable_in_compose_is_a_setting_with_a_possible_value() -> None:
    for service in COMPOSE["services"].values():
        given = {
            key: str(value)
            for key, value in service.get("environment", {}).items()
            if key.startswith(PREFIX)
        }
        settings = Settings.load(given)
        assert settings.kafka_servers in (None, "kafka:9092")
        assert settings.elasticsearch_url in (None, "http://elasticsearch:9200")


def test_each_service_is_probed_and_scraped_on_its_own_port() -> None:
    scraped = {
        job["job_name"]: job["dns_sd_configs"][0]["port"]
        for job in PROMETHEUS["scrape_configs"]
        if "dns_sd_configs" in job
    }
    for service in SERVICES:
        port = service.port(Settings())
        assert scraped[service.name] == port
        probe = str(COMPOSE["services"][service.name]["healthcheck"]["test"])
        assert re.findall(r"127\.0\.0\.1:(\d+)/", probe) == [str(port)]


def test_prometheus_asks_as_often_and_judges_by_the_same_rules_everywhere() -> None:
    for part in ("global", "rule_files"):
        assert LOCAL[part] == PROMETHEUS[part]
    for name in LOCAL["rule_files"]:
        assert Path("deploy/prometheus", name).is_file()


def test_kafka_shows_its_figures_where_prometheus_asks() -> None:
    [job] = [one for one in PROMETHEUS["scrape_configs"] if one["job_name"] == "kafka"]
    [target] = job["static_configs"][0]["targets"]
    host, port = target.split(":")
    assert f".jar={port}:" in COMPOSE["services"][host]["environment"]["KAFKA_OPTS"]

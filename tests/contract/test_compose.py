"""docker-compose.yml keeps what it promises: limits, confinement, nothing open, no secret."""

import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.compose.stack import PUBLISHED
from tidings import __version__
from tidings.settings import Settings
from tidings_local import elasticsearch, kafka
from tidings_local.services import ONE_CORE

COMPOSE: Final[dict[str, Any]] = yaml.safe_load(Path("docker-compose.yml").read_text("utf-8"))
SERVICES: Final[dict[str, dict[str, Any]]] = COMPOSE["services"]
DOCKERFILE: Final = Path("deploy/Dockerfile").read_text("utf-8")
ONCE: Final = {"setup", "tools"}
"""They end by themselves, so that there is nothing to probe or to start again."""

each_service = pytest.mark.parametrize("name", SERVICES)


@each_service
def test_an_image_is_of_one_version(name: str) -> None:
    image = re.sub(r"\$\{\w+:-(.+)\}", r"\1", SERVICES[name]["image"])
    tag = image.rpartition(":")[2]
    assert re.search(r"\d+\.\d+\.\d+$", tag), image
    if image.startswith("tidings"):
        assert tag == __version__
        assert SERVICES[name]["pull_policy"] == "never", "a registry may have one of that name"


@each_service
def test_a_service_can_use_up_neither_memory_nor_processor_nor_disk(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["cpus"] <= 2
    assert service["pids_limit"] > 0
    assert {"max-size", "max-file"} <= service["logging"]["options"].keys()


@each_service
def test_a_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] or service["x-writable"]
    assert "privileged" not in service
    assert not any("docker.sock" in volume for volume in service.get("volumes", ()))


@each_service
def test_a_service_is_probed_and_started_again(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == ("no" if name in ONCE else "unless-stopped")
    assert ("healthcheck" in service) == (name not in ONCE)


@each_service
def test_a_service_waits_for_what_it_needs(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        once = other in ONCE
        assert how["condition"] == ("service_completed_successfully" if once else "service_healthy")


def test_each_image_of_ours_is_built_once() -> None:
    built = {name: service["image"] for name, service in SERVICES.items() if "build" in service}
    assert built.keys() == {"kafka", "setup"}
    ours = {service["image"] for service in SERVICES.values() if "tidings" in service["image"]}
    assert ours == set(built.values())


def test_only_public_services_have_ports_and_a_network_with_a_way_out() -> None:
    defaults = Settings()
    inside = {"search": defaults.search_port, "ingest": defaults.ingest_port, "grafana": 3000}
    for name, service in SERVICES.items():
        public = name in PUBLISHED
        assert service["networks"] == (["inside", "outside"] if public else ["inside"])
        assert ("ports" in service) == public
        if public:
            [port] = service["ports"]
            variable = f"PUBLISH_{name.upper()}"
            assert port == (
                f"${{PUBLISH_ADDRESS:-127.0.0.1}}:${{{variable}:-{inside[name]}}}:{inside[name]}"
            )
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_no_secret_is_in_the_file_and_none_has_a_default() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|API_KEY|TOKEN", variable):
                assert re.fullmatch(r"\$\{\w+:\?run `make env` first.*\}", value), (name, variable)


def test_keys_are_always_required_and_services_find_each_other() -> None:
    for name in ("ingest", "search"):
        assert SERVICES[name]["environment"]["TIDINGS_KEYS_REQUIRED"] == "true"
        assert SERVICES[name]["environment"]["TIDINGS_DISCOVERY"] == "dns"


def test_any_setting_reaches_every_service_of_ours() -> None:
    for name, service in SERVICES.items():
        ours = service["image"].endswith(f"tidings:{__version__}}}")
        wanted = [{"path": "tidings.env", "required": False}] if ours else None
        assert service.get("env_file") == wanted, name


def test_a_key_is_read_by_those_alone_that_enter_elasticsearch() -> None:
    holders = {
        name: volume.partition(":")[0]
        for name, service in SERVICES.items()
        for volume in service.get("volumes", ())
        if volume.endswith(":/run/secrets:ro")
    }
    assert holders == {
        "ingest": "reader", "search": "reader", "watch": "reader",
        "index": "writer", "tools": "writer",
    }  # fmt: skip
    for name in holders:
        assert "setup" in SERVICES[name]["depends_on"]


def test_the_engines_are_those_of_the_launcher() -> None:
    assert f"\nFROM apache/kafka:{kafka.VERSION} AS kafka\n" in DOCKERFILE
    assert SERVICES["elasticsearch"]["image"].endswith(f":{elasticsearch.VERSION}")
    given = SERVICES["kafka"]["environment"]
    places = ("process", "node", "controller", "listener", "advertised", "log.dirs")
    for name, value in kafka.configuration(Settings(), Path("/"), 9092).items():
        if not name.startswith(places):
            assert str(given[f"KAFKA_{name.upper().replace('.', '_')}"]) == value, name
    settings = SERVICES["elasticsearch"]["environment"]
    for name in ("discovery.type", "action.auto_create_index"):
        local = elasticsearch.configuration(Path("/"), 9200)[name]
        assert settings[name] == str(local).lower()


def test_the_engines_have_twice_their_heap() -> None:
    for name, variable in (("kafka", "KAFKA_HEAP_OPTS"), ("elasticsearch", "ES_JAVA_OPTS")):
        [heap] = re.findall(r"-Xmx(\w+)", SERVICES[name]["environment"][variable])
        assert _megabytes(SERVICES[name]["mem_limit"]) >= 2 * _megabytes(heap)


def test_the_image_is_made_of_the_lock_for_a_user_without_rights() -> None:
    stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d*$", stage, re.M)
    assert "STOPSIGNAL SIGTERM" in stage
    for name, value in ONE_CORE.items():
        assert f"{name}={value}" in stage
    for command in re.findall(r"(?:pip|uv pip) install .*(?:\\\n.*)*", DOCKERFILE):
        assert "requirements.lock" in command or "--require-hashes" in command, command


def test_env_is_for_its_owner_alone_and_is_not_written_twice(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert _make_env(file) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = file.read_text()
    given = dict(re.findall(r"^(\w+)=(.*)$", first, re.M))
    assert len({given["ELASTIC_PASSWORD"], given["GRAFANA_PASSWORD"]}) == 2
    assert all(
        re.fullmatch(r"[A-Za-z0-9]{32}", value)
        for name, value in given.items()
        if name.endswith("_PASSWORD")
    )
    assert _make_env(file) == 1
    assert file.read_text() == first
    assert _make_env(file, "--force") == 0
    assert file.read_text() != first


def test_env_has_what_the_file_asks_for_with_the_same_defaults(tmp_path: Path) -> None:
    _make_env(tmp_path / ".env")
    given = dict(re.findall(r"^(\w+)=(.*)$", (tmp_path / ".env").read_text(), re.M))
    asked = Path("docker-compose.yml").read_text("utf-8")
    variables = dict(re.findall(r"[^$]\$\{(\w+):[-?]([^}]*)\}", asked))
    for image in ("SERVICES_IMAGE", "KAFKA_IMAGE"):
        del variables[image]
    assert variables.keys() == given.keys()
    for name, default in variables.items():
        assert name.endswith("_PASSWORD") or given[name] == default


def _make_env(file: Path, *options: str) -> int:
    command = ["deploy/make-env.sh", str(file), *options]
    return subprocess.run(
        command, env={"PATH": os.environ["PATH"]}, capture_output=True, check=False
    ).returncode


def _megabytes(size: str) -> int:
    return int(size[:-1]) * {"m": 1, "g": 1024}[size[-1]]

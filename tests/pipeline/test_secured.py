"""Engines that let nobody in without TLS and a password: an article goes the whole way, and what is
wrong is said without what is secret."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import DEVNULL, STDOUT, CompletedProcess, Popen, run
from typing import Any

import httpx
import psutil
import pytest
from elasticsearch import ApiError, TransportError
from pydantic import SecretStr

from tests.pipeline.conftest import SERVICES
from tests.pipeline.processes import get, running, tidings
from tests.pipeline.secured import MECHANISMS, PASSWORD, secured_engines
from tests.waiting import PATIENCE_SECONDS, wait_until
from tidings import kafka
from tidings.elastic import in_plain_words, new_blocking_client, reason_of
from tidings.errors import EngineUnavailable
from tidings.kafka import check_kafka
from tidings.settings import Settings, reveal, variable
from tidings_local.ports import free_ports
from tidings_local.services import ONE_CORE

ARTICLE = {
    "title": "Tanker seized",
    "text": "American forces seized an oil tanker off Venezuela on Wednesday, officials said.",
    "outlet": "herald.example",
}
SECRETS = ("elasticsearch_api_key", "kafka_password", "key")
WRONG = SecretStr("d3Jvbmc6d3Jvbmc=")


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Settings, Settings]]:
    """The settings of those that write to Elasticsearch, and of those that only read."""
    ports = zip((f"{service}_port" for service in SERVICES), free_ports(len(SERVICES)), strict=True)
    update = {
        "kafka_mechanism": "SCRAM-SHA-512",
        "keys_required": True,
        "topic_partitions": 2,
        "session_timeout_seconds": 6.0,
        "prometheus": Path("off"),
        **dict(ports),
    }
    with secured_engines() as (writer, reader):
        yield writer.model_copy(update=update), reader.model_copy(update=update)


@pytest.fixture
def secured(both: tuple[Settings, Settings]) -> Settings:
    return both[0]


def test_an_article_goes_the_whole_way_with_settings_from_files_alone(
    both: tuple[Settings, Settings], tmp_path: Path
) -> None:
    secured, reader = both
    made = tidings("keys", "create", "all", "--scope", "admin", settings=secured)
    assert made.returncode == 0, made.stderr
    settings = secured.model_copy(update={"key": SecretStr(made.stdout.strip())})
    environment = in_files(settings, tmp_path / "writer")
    reading = in_files(reader, tmp_path / "reader")
    logs, command_lines = tmp_path / "logs", ""
    logs.mkdir()
    with ExitStack() as services:
        for name in SERVICES:
            own = environment if name == "index" else reading
            process = services.enter_context(started(name, own, logs / name))
            command_lines += str(psutil.Process(process.pid).cmdline())
        for name in SERVICES:
            address = f"{settings.address_of(name)}/ready"
            wait_until(lambda: '"ok"' in get(address), f"{name} is ready")  # noqa: B023
        bearer = {"Authorization": f"Bearer {reveal(settings.key)}"}
        pushed = httpx.post(
            f"{settings.address_of('ingest')}/articles", json=ARTICLE, headers=bearer, timeout=15
        )
        assert pushed.status_code == 202, pushed.text
        [article] = pushed.json()["articles"]
        address = f"{settings.search_address}/api/articles/{article['article_id']}"

        def is_complete() -> bool:
            return bool(httpx.get(address, headers=bearer).json().get("complete"))

        wait_until(is_complete, "search has it complete")
        found = command("search", "event:COERCE tanker", "--json", environment=environment)
        assert "Tanker seized" in found.stdout, found.stderr
        status = command("status", environment=environment)
        assert status.returncode == 0, status.stdout + status.stderr
        stranger = {**environment, variable("key"): "tidings_00000000_0"}
        refused = command("search", "tanker", environment=stranger)
        assert (refused.returncode, "no such key" in refused.stderr) == (1, True), refused.stderr
    written = command_lines + "".join(file.read_text() for file in logs.iterdir())
    assert "started" in written
    for one in (settings, reader):
        for name in SECRETS:
            if secret := reveal(getattr(one, name)):
                assert secret not in written, name


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_kafka_takes_the_password_by_each_mechanism(secured: Settings, mechanism: str) -> None:
    check_kafka(secured.model_copy(update={"kafka_mechanism": mechanism}))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody will answer is given up sooner."""
    monkeypatch.setattr(kafka, "FIRST_ANSWER_SECONDS", 2.0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kafka_password": WRONG}, "refuses"),
        ({"kafka_password": WRONG, "kafka_mechanism": "PLAIN"}, "refuses"),
        ({"kafka_ca": "another"}, "see TIDINGS_KAFKA_CA"),
        ({"kafka_cert": None, "kafka_key": None}, "asks for a certificate"),
        ({"kafka_protocol": "SASL_PLAINTEXT"}, "TIDINGS_KAFKA_PROTOCOL"),
        ({"kafka_protocol": "PLAINTEXT", "kafka_user": None}, "TIDINGS_KAFKA_PROTOCOL"),
        ({"kafka_protocol": "SSL", "kafka_user": None}, "or another protocol than SSL is spoken"),
    ],
)
def test_what_is_wrong_with_kafka_s_settings_is_a_sentence(
    secured: Settings, wrong: dict[str, Any], words: str
) -> None:
    with pytest.raises(EngineUnavailable, match=words) as said:
        check_kafka(altered(secured, wrong))
    print(said.value)
    for secret in (PASSWORD, str(reveal(WRONG))):
        assert secret not in str(said.value)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"elasticsearch_api_key": WRONG}, "it refuses the API key"),
        ({"elasticsearch_api_key": None}, "it refuses the API key"),
        ({"elasticsearch_ca": "another"}, "TLS with it fails, see TIDINGS_ELASTICSEARCH_CA"),
        ({"elasticsearch_url": "http"}, "it does not answer"),
    ],
)
def test_what_is_wrong_with_elasticsearch_s_settings_is_said_in_plain_words(
    secured: Settings, wrong: dict[str, Any], words: str
) -> None:
    with (
        new_blocking_client(altered(secured, wrong)) as client,
        pytest.raises((ApiError, TransportError)) as said,
    ):
        client.cluster.health()
    print(reason_of(said.value))
    assert in_plain_words(reason_of(said.value)) == words
    for secret in (secured.elasticsearch_api_key, WRONG):
        assert str(reveal(secret)) not in f"{said.value!r} {reason_of(said.value)}"


def test_services_wait_with_a_sentence_where_a_password_is_wrong(
    secured: Settings, tmp_path: Path
) -> None:
    deaf = altered(secured, {"kafka_password": WRONG})
    blind = altered(secured, {"elasticsearch_api_key": WRONG})
    with (
        running("tidings_ingest", deaf, tmp_path / "ingest"),
        running("tidings_index", blind, tmp_path / "index"),
    ):
        index = f"{blind.address_of('index')}/ready"
        wait_until(lambda: "it refuses the API key" in get(index), "index says why it waits")
        log = tmp_path / "ingest"
        wait_until(lambda: "refuses" in log.read_text(), "ingest says why it waits")
        ready = get(f"{deaf.address_of('ingest')}/ready")
        assert '"failing"' in ready
    push = tidings("push", "-", settings=deaf, text="{}")
    assert push.returncode == 1
    assert push.stderr.splitlines()[-1].startswith("tidings: Kafka at 127.0.0.1:")
    for text in (*(file.read_text() for file in tmp_path.iterdir()), push.stderr):
        assert "Traceback" not in text
        assert str(reveal(WRONG)) not in text
        assert PASSWORD not in text


def altered(settings: Settings, wrong: dict[str, Any]) -> Settings:
    """`another` means the other authority, `http` the same address without TLS."""
    update = dict(wrong)
    for name, value in wrong.items():
        if value == "another":
            update[name] = getattr(settings, name).with_name("another-ca.pem")
        if value == "http":
            update[name] = settings.elasticsearch.replace("https", "http")
    return settings.model_copy(update=update)


def in_files(settings: Settings, folder: Path) -> dict[str, str]:
    """An environment that only names a file of settings and a folder of secrets."""
    values = settings.environment()
    secrets = folder / "secrets"
    secrets.mkdir(parents=True)
    for name in SECRETS:
        if secret := values.pop(variable(name), None):
            (secrets / variable(name).lower()).write_text(secret + "\n")
    values[variable("secrets_dir")] = str(secrets)
    file = folder / "tidings.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    others = {name: value for name, value in os.environ.items() if "TIDINGS_" not in name}
    return {**others, **ONE_CORE, variable("settings"): str(file)}


@contextmanager
def started(name: str, environment: dict[str, str], log: Path) -> Iterator[Popen[bytes]]:
    with log.open("wb") as output:
        process = Popen(
            [sys.executable, "-m", f"tidings_{name}"], env=environment,
            stdout=output, stderr=STDOUT,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def command(*arguments: str, environment: dict[str, str]) -> CompletedProcess[str]:
    return run(
        [sys.executable, "-m", "tidings", *arguments], env=environment,
        stdin=DEVNULL, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip

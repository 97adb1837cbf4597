"""What is secret shows itself nowhere."""

import json
import os
import subprocess
import sys
import traceback

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from tidings.cli import build_cli
from tidings.errors import SettingsError
from tidings.settings import Secret, Settings, variable
from tidings_local.ports import free_port
from tidings_local.services import SERVICES, environment

SECRETS = sorted(
    name for name, field in Settings.model_fields.items() if field.annotation == Secret
)
HUSH = "cGFzc3dvcmQgdGhhdCBub2JvZHkgbWF5IHJlYWQ="
TROUBLE = """
import traceback
from tidings.elastic import new_blocking_client
from tidings.faust_app import new_app
from tidings.kafka import check_kafka
from tidings.logs import configure_logging
from tidings.settings import Settings
settings = Settings.load()
configure_logging("test", settings)
print(new_app("test", settings).conf.broker_credentials)
for connect in (check_kafka, lambda settings: new_blocking_client(settings).info()):
    try:
        connect(settings)
    except Exception:
        print(traceback.format_exc())
"""
USER = {"TIDINGS_KAFKA_USER": "u", "TIDINGS_KAFKA_PASSWORD": "p"}


def given(name: str, **others: str) -> dict[str, str]:
    """An environment in which that secret is HUSH, with all that it needs."""
    sasl = {"TIDINGS_KAFKA_PROTOCOL": "SASL_PLAINTEXT", "TIDINGS_KAFKA_MECHANISM": "PLAIN", **USER}
    return {**sasl, **others, variable(name): HUSH}


def test_whatever_sounds_secret_is() -> None:
    sounds = {
        name
        for name, field in Settings.model_fields.items()
        if name.endswith(("password", "key", "token", "secret")) and name != "kafka_key"
    }
    assert set(SECRETS) == sounds, "kafka_key is a file"


@pytest.mark.parametrize("name", SECRETS)
def test_it_is_in_no_text_of_the_settings(name: str) -> None:
    settings = Settings.load(given(name))
    dumped = json.dumps(settings.model_dump(mode="json"))
    assert HUSH not in f"{settings} {settings!r} {settings.model_dump()} {dumped}"
    assert HUSH in settings.environment()[variable(name)], "a child process gets it"


@pytest.mark.parametrize("name", SECRETS)
def test_it_is_in_no_complaint_about_others(name: str) -> None:
    for other in ({"TIDINGS_SEARCH_PORT": "x"}, {"TIDINGS_KAFKA_PROTOCOL": "SSL"}):
        with pytest.raises(SettingsError) as refused:
            Settings.load(given(name, **other))
        assert HUSH not in "".join(traceback.format_exception(refused.value))
    with pytest.raises(ValidationError) as wrong:
        Settings(**{name: HUSH, "kafka_protocol": "SSL", "kafka_key": __file__})  # type: ignore[arg-type]
    assert HUSH not in "".join(traceback.format_exception(wrong.value))


@pytest.mark.parametrize("name", SECRETS)
def test_the_command_that_lists_settings_hides_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable_, value in given(name).items():
        monkeypatch.setenv(variable_, value)
    shown = CliRunner().invoke(build_cli("settings"), ["settings"])
    assert shown.exit_code == 0
    assert HUSH not in shown.output
    [row] = [line for line in shown.output.splitlines() if line.startswith(f" {variable(name)} ")]
    assert "… (set)" in row


@pytest.mark.parametrize("name", SECRETS)
def test_it_is_on_no_command_line(name: str) -> None:
    settings = Settings.load(given(name))
    for service in SERVICES:
        assert HUSH not in " ".join(service.own(settings).model_dump_json().split())
        assert HUSH not in " ".join(service.start_command())
        assert environment({}, service.own(settings))[variable(name)] == HUSH


def test_it_is_in_no_trouble_with_engines() -> None:
    """Not even in the fullest log; of themselves clients would write their settings into theirs."""
    nobody = free_port()
    settings = Settings.load(
        {
            **given("kafka_password"),
            **{variable(name): HUSH for name in SECRETS},
            "TIDINGS_LOG_LEVEL": "debug",
            "TIDINGS_KAFKA_SERVERS": f"127.0.0.1:{nobody}",
            "TIDINGS_ELASTICSEARCH_URL": f"https://127.0.0.1:{nobody}",
        }
    )
    done = subprocess.run(
        [sys.executable, "-c", TROUBLE], env=settings.environment(os.environ),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "EngineUnavailable" in done.stdout
    assert "NewConnectionError" in done.stdout
    assert HUSH not in done.stdout + done.stderr

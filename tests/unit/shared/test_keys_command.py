"""`tidings keys`: what is asked wrongly is said before anything is made."""

import pytest
from typer.testing import CliRunner

from tidings.errors import EngineUnavailable
from tidings.keys_command import keys
from tidings_local.ports import free_port


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--scope", "write"], "'write' is none of read, push, admin"),
        ([], "Missing option '--scope'"),
        (["--scope", "read", "--rate", "10"], "'10' is no rate: write e.g. 10/s"),
        (["--scope", "read", "--rate", "0/s"], "'0/s' is no rate"),
    ],
)
def test_what_is_asked_wrongly_is_said(options: list[str], words: str) -> None:
    asked = CliRunner().invoke(keys, ["create", "desk", *options], env={"COLUMNS": "200"})
    assert asked.exit_code == 2
    assert words in asked.output


def test_without_elasticsearch_it_says_where_it_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDINGS_ELASTICSEARCH_URL", f"http://127.0.0.1:{free_port()}")
    for arguments in (["create", "desk", "--scope", "read"], ["list"], ["revoke", "x"]):
        asked = CliRunner().invoke(keys, arguments)
        assert isinstance(asked.exception, EngineUnavailable)
        assert "Elasticsearch at http://127.0.0.1:" in str(asked.exception)

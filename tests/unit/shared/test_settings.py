"""Settings: what the environment may say, and what is said of what it may not."""

import re
from pathlib import Path

import pytest

from tidings.errors import SettingsError
from tidings.settings import Settings, reveal


def test_every_setting_has_a_meaning() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_an_unknown_variable_is_refused_with_a_suggestion() -> None:
    with pytest.raises(
        SettingsError, match=r"TIDINGS_SERCH_PORT .* Did you mean TIDINGS_SEARCH_PORT"
    ):
        Settings.load({"TIDINGS_SERCH_PORT": "1"})


def test_a_wrong_value_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="TIDINGS_SEARCH_PORT='http': input should be"):
        Settings.load({"TIDINGS_SEARCH_PORT": "http"})


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("TIDINGS_KAFKA_SERVERS", "localhost", "'localhost' is not host:port; write e.g."),
        ("TIDINGS_KAFKA_SERVERS", "a:1,b:abc", "'b:abc' is not host:port; write e.g."),
        ("TIDINGS_KAFKA_SERVERS", ":9092", "':9092' is not host:port; write e.g."),
        ("TIDINGS_ELASTICSEARCH_URL", "localhost:9200", "no http(s) address with a port"),
        ("TIDINGS_ELASTICSEARCH_URL", "http://es.example", "no http(s) address with a port"),
        ("TIDINGS_ELASTICSEARCH_URL", "http://es.example:http", "no http(s) address with a port"),
    ],
)
def test_an_address_that_nothing_can_connect_to_is_refused_with_an_example(
    variable: str, value: str, words: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(f"{variable}={value!r}: {words}")):
        Settings.load({variable: value})


def test_an_empty_variable_counts_as_unset() -> None:
    settings = Settings.load({"TIDINGS_INBOX": "", "TIDINGS_SEARCH_PORT": ""})
    assert settings.inbox is None
    assert settings.search_port == 8000


def test_other_programs_variables_are_none_of_ours() -> None:
    assert Settings.load({"PATH": "/bin", "TIDINGSX": "1"}).search_port == 8000


def test_a_child_gets_the_very_same_settings() -> None:
    settings = Settings.load({"TIDINGS_KAFKA_SERVERS": "a:1,b:2", "TIDINGS_INBOX": "/tmp/inbox"})
    assert Settings.load(settings.environment()) == settings
    assert settings.inbox == Path("/tmp/inbox")


def test_without_addresses_our_own_engines_are_meant() -> None:
    settings = Settings.load({"TIDINGS_KAFKA_PORT": "9999"})
    assert settings.kafka == "127.0.0.1:9999"
    assert settings.elasticsearch == "http://127.0.0.1:9200"


def test_services_that_listen_everywhere_are_reached_on_this_machine() -> None:
    assert Settings.load({"TIDINGS_HOST": "0.0.0.0"}).search_address == "http://127.0.0.1:8000"


def test_the_environment_goes_before_the_file_and_that_before_the_secret_files(
    tmp_path: Path,
) -> None:
    for name in ("index_name", "host", "kafka_servers", "key"):
        (tmp_path / f"tidings_{name}").write_text("secret:1\n")
    (tmp_path / "another_programs").write_text("x")
    file = tmp_path / "settings"
    file.write_text(
        "# ours\nTIDINGS_INDEX_NAME=file\nTIDINGS_HOST='file'\n\n"
        "TIDINGS_INBOX=/a$HOME\nTIDINGS_MODEL=\nGRAFANA_PASSWORD=x\n"
    )
    settings = Settings.load(
        {
            "TIDINGS_SETTINGS": str(file),
            "TIDINGS_SECRETS_DIR": str(tmp_path),
            "TIDINGS_INDEX_NAME": "environment",
        }
    )
    assert settings.index_name == "environment"
    assert settings.host == "file"
    assert settings.inbox == Path("/a$HOME"), "nothing is put in for a $"
    assert settings.model == Settings().model, "empty is unset"
    assert settings.kafka_servers == "secret:1"
    assert reveal(settings.key) == "secret:1"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("TIDINGS_SERCH_PORT=1", "TIDINGS_SERCH_PORT is no setting"),
        ("TIDINGS_SEARCH_PORT=x", "TIDINGS_SEARCH_PORT='x': input should be"),
        ("TIDINGS_SEARCH_PORT", "line 1: write NAME=value."),
        ("TIDINGS_HOST='x", "line 1: write NAME=value."),
    ],
)
def test_a_mistake_in_the_file_is_a_sentence(tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "settings"
    file.write_text(line)
    with pytest.raises(SettingsError, match=re.escape(words)):
        Settings.load({"TIDINGS_SETTINGS": str(file)})


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    for name in ("TIDINGS_SETTINGS", "TIDINGS_SECRETS_DIR"):
        with pytest.raises(SettingsError, match=r"none.* cannot be read \(No such file"):
            Settings.load({name: missing})
    (tmp_path / "tidings_key").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match=r"cannot be read \(it is no UTF-8 text\)"):
        Settings.load({"TIDINGS_SECRETS_DIR": str(tmp_path)})


def test_a_misspelt_secret_file_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    (tmp_path / "tidings_kafka_pasword").write_text("x")
    with pytest.raises(SettingsError, match="Did you mean TIDINGS_KAFKA_PASSWORD"):
        Settings.load({"TIDINGS_SECRETS_DIR": str(tmp_path)})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"KAFKA_PROTOCOL": "SASL_SSL", "KAFKA_USER": "u"}, "needs TIDINGS_KAFKA_USER and"),
        ({"KAFKA_USER": "u", "KAFKA_PASSWORD": "p"}, "sends no user and password; write SASL_SSL"),
        ({"KAFKA_CA": __file__}, "uses no certificates; write SSL or SASL_SSL"),
        ({"KAFKA_PROTOCOL": "SSL", "KAFKA_KEY": __file__}, "needs its certificate"),
        ({"KAFKA_PROTOCOL": "SSL", "KAFKA_CA": "/none"}, "TIDINGS_KAFKA_CA='/none': path does not"),
        ({"ELASTICSEARCH_CA": __file__}, "needs an https address of Elasticsearch"),
    ],
)
def test_what_would_not_be_used_or_is_missing_is_said(given: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(words)):
        Settings.load({f"TIDINGS_{name}": value for name, value in given.items()})


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError, match="use an API key") as refused:
        Settings.load({"TIDINGS_ELASTICSEARCH_URL": "https://elastic:hunter2@es.example:9200"})
    assert "hunter2" not in str(refused.value)

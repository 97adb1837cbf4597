"""Settings: what the environment may say, and what is said of what it may not."""

import re
from pathlib import Path

import pytest

from tidings.errors import SettingsError
from tidings.settings import Settings


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


def test_the_api_key_is_not_printed() -> None:
    settings = Settings.load({"TIDINGS_ELASTICSEARCH_API_KEY": "secret"})
    assert settings.elasticsearch_api_key == "secret"
    assert "secret" not in f"{settings} {settings!r}"


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

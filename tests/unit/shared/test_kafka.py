import threading
from dataclasses import dataclass, field
from typing import Any

import pytest
from structlog.testing import capture_logs

from tidings import kafka
from tidings.errors import EngineUnavailable, TidingsError
from tidings.kafka import arrange_topics, topic_config, wait_for_kafka
from tidings.settings import Settings
from tidings.topics import ALL, ARTICLES, BACKFILL, DEAD, KEPT

SETTINGS = Settings.load({})
TOPIC_EXISTS = 36


@dataclass
class FakeAdmin:
    """A cluster as far as making topics sees it; what is in `hidden` another service has made, and
    this client has not heard of yet."""

    partitions: dict[str, int] = field(default_factory=dict)
    configs: dict[str, dict[str, str]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    refuses: int = 0
    changes: int = 0

    def describe_topics(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "partitions": [{}] * count, "error_code": 0}
            for name, count in self.partitions.items()
            if name not in self.hidden
        ]

    def create_topics(self, wanted: dict[str, Any], raise_errors: bool) -> dict[str, Any]:
        answers = []
        for name, options in wanted.items():
            code = TOPIC_EXISTS if name in self.partitions else self.refuses
            answers.append({"name": name, "error_code": code, "error_message": None})
            if code == 0:
                self.partitions[name] = options["num_partitions"]
                self.configs[name] = dict(options["configs"])
        return {"topics": answers}

    def wait_for_topics(self, names: list[str]) -> None:
        assert set(names) <= set(self.partitions)

    def describe_configs(self, resources: list[Any], config_filter: str) -> dict[str, Any]:
        return {
            "topic": {
                resource.name: {
                    name: {"value": self.configs[resource.name][name]} for name in resource.configs
                }
                for resource in resources
            }
        }

    def alter_configs(self, resources: list[Any]) -> None:
        for resource in resources:
            self.changes += 1
            self.configs[resource.name].update(resource.configs)


def test_missing_topics_are_made_with_the_limits_of_the_settings() -> None:
    admin = FakeAdmin()
    arrange_topics(admin, SETTINGS, only_missing=False)
    assert admin.partitions == {topic.name: SETTINGS.topic_partitions for topic in ALL}
    assert admin.configs[DEAD.name]["retention.ms"] == "-1"
    assert admin.configs[DEAD.name]["max.message.bytes"] == str(SETTINGS.message_max_bytes)


def test_a_second_time_changes_nothing() -> None:
    admin = FakeAdmin()
    arrange_topics(admin, SETTINGS, only_missing=False)
    before = (dict(admin.partitions), dict(admin.configs))
    arrange_topics(admin, SETTINGS, only_missing=False)
    assert (admin.partitions, admin.configs) == before
    assert admin.changes == 0


def test_topics_that_another_service_makes_at_the_same_time_are_no_fault() -> None:
    admin = FakeAdmin()
    arrange_topics(admin, SETTINGS, only_missing=False)
    before = dict(admin.partitions)
    admin.hidden = frozenset({ARTICLES.name, DEAD.name})
    arrange_topics(admin, SETTINGS, only_missing=False)
    assert admin.partitions == before


def test_a_new_retention_is_given_to_topics_that_are_there() -> None:
    admin = FakeAdmin()
    arrange_topics(admin, SETTINGS, only_missing=False)
    arrange_topics(
        admin, SETTINGS.model_copy(update={"topic_retention_ms": 1000}), only_missing=False
    )
    assert {admin.configs[topic.name]["retention.ms"] for topic in KEPT} == {"1000"}


def test_copies_of_old_records_are_not_deleted_for_their_age() -> None:
    admin = FakeAdmin()
    arrange_topics(
        admin, SETTINGS.model_copy(update={"topic_retention_ms": 1000}), only_missing=False
    )
    assert {admin.configs[topic.name]["retention.ms"] for topic in BACKFILL.values()} == {"-1"}


def test_a_commands_settings_leave_topics_that_are_there_as_they_are() -> None:
    admin = FakeAdmin()
    arrange_topics(admin, SETTINGS, only_missing=False)
    arrange_topics(
        admin, SETTINGS.model_copy(update={"topic_retention_ms": 1000}), only_missing=True
    )
    assert admin.changes == 0


def test_a_topic_that_comes_later_gets_the_partitions_of_those_that_are_there() -> None:
    admin = FakeAdmin()
    arrange_topics(admin, SETTINGS.model_copy(update={"topic_partitions": 3}), only_missing=False)
    del admin.partitions[DEAD.name]
    with capture_logs() as logs:
        arrange_topics(admin, SETTINGS, only_missing=False)
    assert set(admin.partitions.values()) == {3}
    assert {entry["topic"] for entry in logs if entry["log_level"] == "warning"} == {
        topic.name for topic in ALL if topic is not DEAD
    }


def test_a_topic_that_kafka_refuses_is_named() -> None:
    with pytest.raises(TidingsError, match=r"refuses the topic articles\.raw: Invalid"):
        arrange_topics(FakeAdmin(refuses=38), SETTINGS, only_missing=False)


def test_with_three_replicas_two_have_a_record_before_it_is_confirmed() -> None:
    three = SETTINGS.model_copy(update={"topic_replication": 3})
    assert topic_config(ARTICLES, three)["min.insync.replicas"] == "2"
    assert "min.insync.replicas" not in topic_config(ARTICLES, SETTINGS)


def test_records_keep_their_writers_time_in_every_topic() -> None:
    assert topic_config(ARTICLES, SETTINGS)["message.timestamp.type"] == "CreateTime"


def test_waiting_ends_as_soon_as_kafka_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([EngineUnavailable("no"), None])

    def check(settings: Settings) -> None:
        answer = next(answers)
        if answer:
            raise answer

    monkeypatch.setattr(kafka, "check_kafka", check)
    with capture_logs() as logs:
        assert wait_for_kafka(SETTINGS)
    assert [entry["event"] for entry in logs] == ["waits for Kafka"]


def test_waiting_can_be_called_off(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()

    def check(settings: Settings) -> None:
        stop.set()
        raise EngineUnavailable("no")

    monkeypatch.setattr(kafka, "check_kafka", check)
    assert not wait_for_kafka(SETTINGS, stop)


def test_waiting_with_patience_ends_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(settings: Settings) -> None:
        raise EngineUnavailable("Kafka does not answer")

    monkeypatch.setattr(kafka, "check_kafka", check)
    with pytest.raises(EngineUnavailable):
        wait_for_kafka(SETTINGS, patience_seconds=0)

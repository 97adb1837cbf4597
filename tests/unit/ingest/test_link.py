import pytest

from tidings.errors import EngineUnavailable
from tidings.settings import Settings
from tidings_ingest import link as module
from tidings_ingest.link import KafkaLink, SharedProducer


def test_before_kafka_has_answered_nobody_waits_for_a_producer() -> None:
    link = KafkaLink(Settings.load({}))
    assert not link.state().ok
    with pytest.raises(EngineUnavailable, match="has not answered yet"):
        link.producer()


def test_a_suspicion_closes_the_link_with_its_reason() -> None:
    link = KafkaLink(Settings.load({}))
    link.suspect("Kafka has not confirmed an article")
    assert link.state().detail == "Kafka has not confirmed an article"


def test_a_broken_producer_is_replaced_once_for_all_who_share_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[object] = []
    discarded: list[object] = []

    def make(settings: Settings) -> object:
        made.append(object())
        return made[-1]

    monkeypatch.setattr(module, "new_producer", make)
    monkeypatch.setattr(module, "discard_producer", discarded.append)
    shared = SharedProducer(Settings.load({}))
    broken = shared.producer()
    assert shared.producer() is broken
    assert shared.replace(broken) is shared.replace(broken) is made[1]
    assert discarded == [broken]
    shared.discard()
    assert discarded == made
    with pytest.raises(EngineUnavailable, match="stopping"):
        shared.producer()

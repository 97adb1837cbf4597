"""Dead letters go back as they were, are marked, and it is told what became of them."""

from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError

from tests.unit.ingest.fakes import FakeProducer, FakeProducers, Sent
from tests.unit.ingest.test_dead import a_letter
from tidings.deadletters import MARK_HEADER, SENT_TO_HEADER, SetAside
from tidings.messages import DeadLetter
from tidings_ingest.delivery import Place
from tidings_ingest.sendback import Fate, fate_of, marks_for, send_back


def sent_back(producer: FakeProducer, *letters: DeadLetter) -> list[Fate]:
    marks = marks_for([SetAside(letter, 5, 0) for letter in letters])
    return list(send_back(letters, marks, FakeProducers(producer)))


def test_a_record_goes_back_as_it_was_and_its_letter_is_marked_where_it_lies() -> None:
    producer = FakeProducer()
    (fate,) = sent_back(producer, a_letter())
    record, mark = producer.sent
    assert (record.topic, record.key, record.value) == ("articles.raw", b"k", b"\xff{")
    assert record.headers == [("h", b"\xff1")]
    assert record.timestamp_ms == 1_772_000_000_000
    assert (mark.topic, mark.key, mark.value) == ("articles.dead", b"articles.raw-3-7", None)
    assert mark.partition == 5
    assert dict(mark.headers)[MARK_HEADER] == b"replayed"
    assert dict(mark.headers)[SENT_TO_HEADER] == str(fate.sent_to).encode() == b"articles.raw-0-0"


def test_a_record_that_two_stages_have_set_aside_goes_back_once() -> None:
    producer = FakeProducer()
    assert len(sent_back(producer, a_letter(), a_letter(stage="events"))) == 1
    assert [sent.topic for sent in producer.sent] == ["articles.raw", "articles.dead"]


def test_a_tombstone_goes_back_as_one() -> None:
    producer = FakeProducer()
    sent_back(producer, a_letter(value=None))
    assert producer.sent[0].value is None


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"truncated": True}, "value was cut"),
        ({"key": None, "value": None}, "neither key nor value"),
        ({"topic": "somebody.elses"}, "no topic of Tidings"),
    ],
)
def test_what_cannot_go_back_is_refused_with_the_reason(fields: dict[str, Any], why: str) -> None:
    producer = FakeProducer()
    refused, other = sent_back(producer, a_letter(**fields), a_letter(offset=8))
    assert (refused.outcome, other.outcome) == ("refused", "sent")
    assert why in refused.detail
    assert [sent.key for sent in producer.sent] == [b"k", b"articles.raw-3-8"]


def test_what_kafka_does_not_confirm_is_refused_and_stays_open() -> None:
    producer = FakeProducer(lambda sent: KafkaTimeoutError("no"))
    (fate,) = sent_back(producer, a_letter())
    assert (fate.outcome, fate.is_well) == ("refused", False)
    assert "not confirmed" in str(fate)
    assert len(producer.sent) == 1, "no mark"


def test_what_is_larger_than_kafka_takes_is_said_to_be() -> None:
    (fate,) = sent_back(FakeProducer(lambda sent: MessageSizeTooLargeError()), a_letter())
    assert "larger than Kafka takes" in fate.detail


def test_a_letter_whose_mark_is_not_confirmed_is_said_to_be_open_still() -> None:
    def answer(sent: Sent) -> Exception | bool:
        return KafkaTimeoutError("no") if sent.topic == "articles.dead" else True

    (fate,) = sent_back(FakeProducer(answer), a_letter())
    assert not fate.is_well
    assert "stays open" in str(fate_of(fate, {}, {}))


@pytest.mark.parametrize(
    ("waiting", "died", "outcome", "told"),
    [
        ([], [], "done", "done"),
        (["entities"], [], "waiting", "not yet taken by entities (it waits, or does not run)"),
        (["entities", "index"], [], "waiting", "not yet taken by entities and index"),
        ([], [a_letter(stage="events")], "set-aside",
         "set aside again by events: not-json: ends inside a string"),
        (["index"], [a_letter()], "set-aside", "set aside again by entities"),
    ],
)  # fmt: skip
def test_it_is_told_what_became_of_a_record(
    waiting: list[Any], died: list[DeadLetter], outcome: str, told: str
) -> None:
    place = Place("articles.raw", 1, 2)
    found = fate_of(
        Fate("articles.raw-3-7", "sent", "sent", place),
        {place: waiting} if waiting else {},
        {"articles.raw-1-2": died} if died else {},
    )
    assert found.outcome == outcome
    assert told in found.detail
    assert str(found).startswith("articles.raw-3-7\tarticles.raw-1-2\t")
    assert found.is_well is (outcome == "done")

"""Copies of records: as they were, and none counts before it is confirmed."""

from dataclasses import dataclass
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError

from tests.factories import an_incoming
from tests.unit.ingest.fakes import FakeProducer, FakeProducers, Sent
from tidings.errors import EngineUnavailable, TidingsError
from tidings_ingest.copying import copy_all


@dataclass
class Confirmations:
    offsets: list[int]

    def __call__(self, record: Any, place: object) -> None:
        self.offsets.append(record.offset)


def test_a_copy_has_the_bytes_the_key_the_headers_and_the_time_of_its_original() -> None:
    producer = FakeProducer()
    record = an_incoming(b"\xff", key=b"k", headers={"h": b"1"}, timestamp=7)
    copy_all([record], FakeProducers(producer), to="elsewhere", confirmed=Confirmations([]))
    assert producer.sent == [Sent("elsewhere", b"\xff", b"k", [("h", b"1")], None, 7)]


def test_without_another_topic_a_record_goes_to_its_own() -> None:
    producer = FakeProducer()
    copy_all(
        [an_incoming(topic="articles.dead")], FakeProducers(producer), confirmed=Confirmations([])
    )
    assert producer.sent[0].topic == "articles.dead"


def test_what_is_confirmed_is_told_in_order_up_to_the_first_that_is_not() -> None:
    producer = FakeProducer(lambda sent: sent.value != b"2")
    records = [an_incoming(b"%d" % n, offset=n) for n in range(4)]
    done = Confirmations([])
    with pytest.raises(EngineUnavailable, match="not confirmed"):
        copy_all(records, FakeProducers(producer), confirmed=done)
    assert done.offsets == [0, 1]


def test_a_broker_that_does_not_take_records_is_an_error() -> None:
    producer = FakeProducer(lambda sent: KafkaTimeoutError("no"))
    with pytest.raises(EngineUnavailable):
        copy_all([an_incoming()], FakeProducers(producer), confirmed=Confirmations([]))


def test_a_record_that_is_too_large_is_named_with_what_to_do() -> None:
    producer = FakeProducer(lambda sent: MessageSizeTooLargeError("no"))
    with pytest.raises(TidingsError, match=r"articles\.raw-3-41 .*TIDINGS_MESSAGE_MAX_BYTES"):
        copy_all([an_incoming()], FakeProducers(producer), confirmed=Confirmations([]))

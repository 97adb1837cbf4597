from datetime import UTC, datetime
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError

from tests.unit.ingest.fakes import FakeProducer
from tidings.messages import DeadLetter
from tidings_ingest.dead import Filter, send_back


def a_letter(**fields: Any) -> DeadLetter:
    return DeadLetter(
        **{
            "stage": "entities",
            "code": "not-json",
            "reason": "ends inside a string",
            "topic": "articles.raw",
            "partition": 3,
            "offset": 7,
            "timestamp": 1_772_000_000_000,
            "key": b"k",
            "value": b"\xff{",
            "headers": {"h": "\xff1"},
            "article_id": "k",
            "died_at": datetime(2026, 3, 1, tzinfo=UTC),
            **fields,
        }
    )


def test_a_record_goes_back_as_it_was() -> None:
    producer = FakeProducer()
    assert send_back([a_letter()], producer) == (1, [])
    (sent,) = producer.sent
    assert (sent.topic, sent.key, sent.value) == ("articles.raw", b"k", b"\xff{")
    assert sent.headers == [("h", b"\xff1")]
    assert sent.timestamp_ms == 1_772_000_000_000


def test_a_record_without_a_key_goes_back_to_its_partition() -> None:
    producer = FakeProducer()
    send_back([a_letter(key=None), a_letter()], producer)
    assert [sent.partition for sent in producer.sent] == [3, None]


def test_a_tombstone_goes_back_as_one() -> None:
    producer = FakeProducer()
    assert send_back([a_letter(value=None)], producer) == (1, [])
    assert producer.sent[0].value is None


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"truncated": True}, "value was cut"),
        ({"key": None, "value": None}, "neither key nor value"),
    ],
)
def test_what_cannot_be_sent_back_is_refused_with_the_reason(
    fields: dict[str, Any], why: str
) -> None:
    producer = FakeProducer()
    sent, refused = send_back([a_letter(**fields), a_letter(offset=8)], producer)
    assert sent == len(producer.sent) == 1
    assert len(refused) == 1
    assert refused[0].startswith("articles.raw-3-7: ")
    assert why in refused[0]


def test_what_kafka_does_not_confirm_is_not_counted_as_sent() -> None:
    producer = FakeProducer(lambda sent: KafkaTimeoutError("no"))
    sent, refused = send_back([a_letter()], producer)
    assert sent == 0
    assert "articles.raw-3-7: not confirmed" in refused[0]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), True),
        (Filter(stage="entities", reason="not-json", article="k"), True),
        (Filter(stage="events"), False),
        (Filter(reason="too-long"), False),
        (Filter(article="other"), False),
        (Filter(origins=frozenset({"articles.raw-3-7"})), True),
        (Filter(origins=frozenset({"articles.raw-3-8"})), False),
    ],
)
def test_a_filter_wants_what_has_all_that_it_asks_for(wanted: Filter, found: bool) -> None:
    assert wanted.wants(a_letter()) is found

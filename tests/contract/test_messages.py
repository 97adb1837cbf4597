"""The example messages of every topic: the good decode, the bad are refused for the reason that
their name begins with."""

from pathlib import Path

import pytest

from tests.factories import PUSHED_AT
from tidings import topics
from tidings.errors import InvalidMessage
from tidings.messages import Record
from tidings.wire import decode, decode_article

FOLDER = Path("tests/messages")
EXAMPLES = {
    kind: [
        (topic, file) for topic in topics.KEPT for file in (FOLDER / topic.name / kind).iterdir()
    ]
    for kind in ("good", "bad")
}


def read(topic: topics.Topic, file: Path) -> Record:
    value = file.read_bytes()
    if topic is topics.ARTICLES:
        return decode_article(value, key=None, timestamp=PUSHED_AT, max_chars=1000)
    return decode(topic.record, value)


@pytest.mark.parametrize(("topic", "file"), EXAMPLES["good"], ids=str)
def test_a_good_example_decodes_and_survives_being_written(topic: topics.Topic, file: Path) -> None:
    record = read(topic, file)
    assert decode(topic.record, record.to_bytes()) == record


@pytest.mark.parametrize(("topic", "file"), EXAMPLES["bad"], ids=str)
def test_a_bad_example_is_refused_for_its_reason(topic: topics.Topic, file: Path) -> None:
    with pytest.raises(InvalidMessage) as refused:
        read(topic, file)
    assert refused.value.code == file.name.partition(".")[0]


def test_every_topic_has_good_and_bad_examples() -> None:
    for examples in EXAMPLES.values():
        assert {topic for topic, _ in examples} == set(topics.KEPT)

"""Records of the four topics say something about an article, nothing, or why they cannot."""

import pytest

from tests.factories import (
    PUSHED_AT,
    an_article,
    an_entity,
    an_event,
    an_incoming,
    entities_of,
    events_of,
)
from tidings.deadletters import dead_letter
from tidings.errors import InvalidMessage
from tidings.messages import Article, Record, Stage
from tidings_index.decode import decode_incoming
from tidings_index.received import EntitiesFound, EventsFound, Pushed, Received, Takedown

ARTICLE = an_article(outlet="The Orm Post", language="en")


def read(topic: str, value: Record | bytes | None, key: bytes | None = b"k") -> Received | None:
    raw = value.to_bytes() if isinstance(value, Record) else value
    return decode_incoming(an_incoming(raw, topic=topic, key=key), max_chars=1000)


def a_letter(stage: Stage, article: Article | None = ARTICLE) -> Record:
    fault = InvalidMessage("extractor-failed", "ValueError: no")
    return dead_letter(stage, an_incoming(), fault, article=article, max_bytes=1_000_000)


def test_an_article_brings_its_fields_and_nothing_it_does_not_have() -> None:
    received = read("articles.raw", ARTICLE, key=ARTICLE.article_id.encode())
    assert isinstance(received, Pushed)
    assert received.content == {
        "title": "Lock 1 closed",
        "text": "The Orm canal is closed for repairs.",
        "outlet": "The Orm Post",
    }
    assert received.part == {
        "version": PUSHED_AT, "revision": ARTICLE.revision, "at": PUSHED_AT, "language": "en",
    }  # fmt: skip


def test_an_article_over_the_limit_is_refused() -> None:
    with pytest.raises(InvalidMessage, match="1,015 characters, the limit is 1,000"):
        read("articles.raw", an_article("Lock 1 closed", "a" * 1000), key=None)


def test_a_null_value_takes_the_article_of_its_key_down() -> None:
    assert read("articles.raw", None, key=b"lock") == Takedown("lock", PUSHED_AT)


def test_a_null_value_without_a_key_is_refused() -> None:
    with pytest.raises(InvalidMessage, match="needs the article's id"):
        read("articles.raw", None, key=None)


@pytest.mark.parametrize("key", [b"\xff", b"k" * 129])
def test_a_null_value_whose_key_can_be_no_id_is_refused(key: bytes) -> None:
    with pytest.raises(InvalidMessage, match="is no article's id"):
        read("articles.raw", None, key=key)


@pytest.mark.parametrize("topic", ["articles.entities", "articles.events", "articles.dead"])
def test_a_null_value_on_another_topic_says_nothing(topic: str) -> None:
    assert read(topic, None) is None


def test_results_keep_what_was_found_and_by_which_version() -> None:
    entities = read("articles.entities", entities_of(ARTICLE, entities=(an_entity(),), seconds=0.5))
    events = read("articles.events", events_of(ARTICLE, events=(an_event(),)))
    assert isinstance(entities, EntitiesFound)
    assert isinstance(events, EventsFound)
    assert entities.part["extractor_version"] == "2026.11.1+test"
    assert (entities.part["seconds"], entities.part["failure"]) == (0.5, None)
    assert entities.part["entities"][0]["name"] == "Orm"
    assert events.part["extractor_version"] == "2026.11.1"
    assert events.part["events"][0]["event_type"] == "COERCE"


def test_a_dead_letter_of_an_extractor_marks_its_part_as_failed() -> None:
    received = read("articles.dead", a_letter("events"))
    assert isinstance(received, EventsFound)
    assert received.article_id == ARTICLE.article_id
    assert received.part["failure"] == {"code": "extractor-failed", "reason": "ValueError: no"}
    assert (received.part["version"], received.part["events"]) == (PUSHED_AT, [])


def test_a_dead_letter_of_the_index_or_of_no_known_article_says_nothing() -> None:
    assert read("articles.dead", a_letter("index")) is None
    assert read("articles.dead", a_letter("entities", article=None)) is None


@pytest.mark.parametrize("topic", ["articles.entities", "articles.events", "articles.dead"])
def test_what_is_not_json_is_refused_on_every_topic(topic: str) -> None:
    with pytest.raises(InvalidMessage) as caught:
        read(topic, b"\xff\x00")
    assert caught.value.code == "not-json"

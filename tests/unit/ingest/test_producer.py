import itertools
from collections.abc import Iterable
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError, TopicAuthorizationFailedError

from tests.unit.ingest.fakes import FakeProducer, Sent
from tidings.errors import EngineUnavailable
from tidings.messages import Article
from tidings.settings import Settings
from tidings.wire import decode_article
from tidings_ingest.formats import Candidate, Item, Refusal
from tidings_ingest.normalise import Defaults
from tidings_ingest.producer import Pusher, Versions, push_all

SETTINGS = Settings.load({})


def items(*records: dict[str, Any]) -> list[Item]:
    return [Candidate(f"F, line {number}", fields) for number, fields in enumerate(records, 1)]


def pushed(producer: FakeProducer, given: Iterable[Item], **options: Any) -> Pusher:
    pusher = Pusher(producer, SETTINGS, **options)
    push_all(given, pusher)
    return pusher


def silent_from(number: int) -> FakeProducer:
    """A producer that does not confirm its records from that number on."""
    numbers = itertools.count(1)
    return FakeProducer(lambda sent: next(numbers) < number)


def test_a_record_carries_key_version_and_schema_and_can_be_read_back() -> None:
    producer = FakeProducer()
    pushed(producer, items({"title": "A", "outlet": "a.example"}))
    (sent,) = producer.sent
    assert sent.value is not None
    assert sent.timestamp_ms is not None
    article = decode_article(
        sent.value, key=sent.key, timestamp=0, headers=dict(sent.headers), max_chars=100
    )
    assert sent.topic == "articles.raw"
    assert sent.timestamp_ms == article.version > 1_700_000_000_000
    assert dict(sent.headers) == {"tidings-schema": b"1"}


def test_five_addresses_of_one_story_are_one_article_and_short_links_are_not() -> None:
    story = {"title": "Quarry blast", "text": "Twelve houses."}
    addresses = [
        "https://post.example/quarry",
        "http://www.post.example/quarry/",
        "https://post.example/quarry?utm_source=feed&utm_medium=rss",
        "https://POST.example/quarry?ref=rss",
        "https://post.example:443/quarry#comments",
    ]
    others = ["https://w.example/n.php?SerialNo=501", "https://w.example/n.php?SerialNo=502"]
    links = ["https://s.example/aBc", "https://s.example/abc"]
    producer = FakeProducer()
    report = pushed(producer, items(*({**story, "url": url} for url in addresses + others + links)))
    assert report.report.summary() == "pushed 5, repeated 4 in this input"
    assert len({sent.key for sent in producer.sent}) == 5


def test_a_then_b_then_a_again_is_three_versions_in_that_order() -> None:
    producer = FakeProducer()
    url = "https://a.example/1"
    contents = ("A", "B", "A", "A")
    pusher = pushed(
        producer,
        items(*({"title": title, "url": url} for title in contents)),
        versions=Versions(clock=lambda: 1_772_000_000.0),
    )
    versions = [sent.timestamp_ms for sent in producer.sent]
    assert versions == [1_772_000_000_000, 1_772_000_000_001, 1_772_000_000_002]
    assert pusher.report.repeated == 1


def test_versions_never_go_back_when_the_clock_does() -> None:
    times = iter([10.0, 5.0, 5.0, 11.0])
    versions = Versions(clock=lambda: next(times))
    assert [versions.now(), versions.now(), versions.after_all(), versions.now()] == [
        10_000,
        10_000,
        10_001,
        11_000,
    ]


def test_refused_articles_do_not_stop_the_others() -> None:
    producer = FakeProducer()
    given = items({"title": "A"}, {"title": ""}, {"title": "B"})
    pusher = pushed(producer, [*given, Refusal("F, line 9", "ends inside a string")])
    assert pusher.report.summary() == "pushed 2, refused 2"
    assert [str(refusal) for refusal in pusher.report.refused] == [
        "F, line 2: neither title nor text has a word",
        "F, line 9: ends inside a string",
    ]


def test_what_is_ignored_is_told_the_most_frequent_first() -> None:
    given = [{"title": f"{n}", "content": "x", **({"id": n} if n else {})} for n in range(3)]
    pusher = pushed(FakeProducer(), items(*given))
    assert pusher.report.ignored_summary() == (
        "ignored, since no article has such a field: 'content' (in 3), 'id' (in 2)"
    )
    assert pushed(FakeProducer(), items({"title": "A"})).report.ignored_summary() == ""


def test_names_without_end_are_kept_and_shown_in_part() -> None:
    given = (
        {"title": f"{n}", "id": 1, **{f"key {n}-{m}": 1 for m in range(100)}} for n in range(50)
    )
    pusher = pushed(FakeProducer(), items(*given))
    assert pusher.report.pushed == 50
    assert len(pusher.report.ignored) == 1000
    told = pusher.report.ignored_summary()
    assert "'id' (in 50), 'key 0-0' (in 1)" in told
    assert told.endswith(", and others")
    assert len(told) < 200


def test_an_article_larger_than_a_record_is_refused_with_both_sizes() -> None:
    small = Settings.load({"TIDINGS_MESSAGE_MAX_BYTES": str(1024 * 1024)})
    pusher = Pusher(FakeProducer(), small)
    # Four bytes a letter: within the limit of characters, over that of bytes.
    push_all(items({"title": "A"}, {"text": "𝕏" * 400_000}, {"title": "B"}), pusher)
    assert pusher.report.pushed == 2
    assert "has 1.5 MB, the limit is 1.0 MB" in str(pusher.report.refused[0])


def test_a_record_that_only_the_broker_finds_too_large_is_refused() -> None:
    producer = FakeProducer(
        lambda sent: MessageSizeTooLargeError() if b'"B"' in (sent.value or b"") else True
    )
    pusher = pushed(producer, items({"title": "A"}, {"title": "B"}, {"title": "C"}))
    assert pusher.report.pushed == 2
    assert [refusal.origin for refusal in pusher.report.refused] == ["F, line 2"]


def test_articles_refused_only_because_of_another_one_are_pushed_by_a_new_producer() -> None:
    def poisoned_from_b_on() -> FakeProducer:
        broken = False

        def answer(sent: Sent) -> Exception | bool:
            nonlocal broken
            broken = broken or b'"B"' in (sent.value or b"")
            return MessageSizeTooLargeError() if broken else True

        return FakeProducer(answer)

    pusher = pushed(
        poisoned_from_b_on(),
        items({"title": "A"}, {"title": "B"}, {"title": "C"}, {"title": "D"}),
        replace=lambda broken: poisoned_from_b_on(),
    )
    assert pusher.report.pushed == 3
    assert [refusal.origin for refusal in pusher.report.refused] == ["F, line 2"]


def test_when_kafka_falls_silent_it_is_said_exactly_how_far_it_got() -> None:
    pusher = Pusher(silent_from(4), SETTINGS, patience_seconds=0.01)
    with pytest.raises(EngineUnavailable):
        push_all(items(*({"title": f"t{n}"} for n in range(6))), pusher)
    assert pusher.close().how_far() == ("3 confirmed, 3 unknown: push again, nothing is doubled")


def test_what_is_confirmed_behind_a_silent_one_is_counted_as_confirmed() -> None:
    producer = FakeProducer(lambda sent: b'"t1"' not in (sent.value or b""))
    pusher = Pusher(producer, SETTINGS, patience_seconds=0.01)
    with pytest.raises(EngineUnavailable):
        push_all(items(*({"title": f"t{n}"} for n in range(4))), pusher)
    report = pusher.close()
    assert (report.pushed, report.unknown) == (3, 1)


def test_what_is_not_confirmed_is_bounded() -> None:
    producer = silent_from(1)
    pusher = Pusher(producer, SETTINGS, patience_seconds=0.01)
    with pytest.raises(EngineUnavailable):
        push_all(items(*({"title": f"t{n}"} for n in range(3000))), pusher)
    assert len(producer.sent) == 1001


@pytest.mark.parametrize("fault", [KafkaTimeoutError("no"), TopicAuthorizationFailedError("no")])
def test_a_future_that_failed_is_never_counted_as_pushed(fault: Exception) -> None:
    pusher = Pusher(FakeProducer(lambda sent: fault), SETTINGS)
    with pytest.raises(EngineUnavailable):
        push_all(items({"title": "A"}), pusher)
    report = pusher.close()
    assert (report.pushed, report.unknown) == (0, 1)


def test_a_producer_that_has_failed_for_good_is_replaced_once() -> None:
    replaced: list[FakeProducer] = []

    def replace(broken: FakeProducer) -> FakeProducer:
        replaced.append(broken)
        return FakeProducer()

    broken = FakeProducer(lambda sent: TopicAuthorizationFailedError("no"))
    pusher = Pusher(broken, SETTINGS, replace=replace)
    with pytest.raises(EngineUnavailable):
        push_all(items({"title": "A"}, {"title": "B"}), pusher)
    pusher.close()
    assert replaced == [broken]


def test_an_article_is_named_only_once_it_is_confirmed() -> None:
    named: list[Article] = []
    answered: list[Sent] = []

    def answer(sent: Sent) -> bool:
        assert len(named) <= len(answered)
        answered.append(sent)
        return True

    pushed(FakeProducer(answer), items({"title": "A"}, {"title": "B"}), on_confirmed=named.append)
    assert [article.title for article in named] == ["A", "B"]


def test_one_address_is_never_given_to_two_articles() -> None:
    pusher = Pusher(FakeProducer(), SETTINGS)
    given = items({"title": "A"}, {"title": "B"}, {"title": "C", "url": "https://c.example/"})
    push_all(given, pusher, Defaults(url="https://a.example/1"))
    assert pusher.report.pushed == 2
    assert "--url names one article" in str(pusher.report.refused[0])


def test_what_restores_says_so_and_is_later_than_every_version_given() -> None:
    versions = Versions(clock=lambda: 1_772_000_000.0)
    takedown = versions.after_all()
    producer = FakeProducer()
    pushed(producer, items({"title": "A"}), versions=versions, restore=True)
    (sent,) = producer.sent
    assert "tidings-restore" in dict(sent.headers)
    assert (sent.timestamp_ms or 0) > takedown

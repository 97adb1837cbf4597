"""Bytes to records: what is taken, what is refused, and in which words."""

import json

import pytest

from tests.factories import PUSHED_AT, an_article, an_incoming
from tidings.deadletters import Incoming, dead_letter
from tidings.errors import InvalidMessage
from tidings.messages import Article, ArticleEntities, DeadLetter
from tidings.wire import decode, decode_article, parse_object


def decoded(
    value: bytes, *, key: bytes | None = None, max_chars: int = 1000, **headers: bytes
) -> Article:
    named = {name.replace("_", "-"): content for name, content in headers.items()}
    return decode_article(value, key=key, timestamp=PUSHED_AT, headers=named, max_chars=max_chars)


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        (b"", "not-json", "empty"),
        (b"   ", "not-json", "empty"),
        (b"plain words", "not-json", "not JSON: expecting value (character 1)"),
        (b'{"title": "cut', "not-json", "ends inside a string"),
        (b"\xff\xfe\x00", "not-json", "UTF-8"),
        (b'["a list"]', "not-json", "this is a list"),
        (b"null", "not-json", "this is a null"),
        (b'{"title": "a", "title": "b"}', "not-json", "`title` is given twice"),
        (b'{"title": "a", "version": NaN}', "not-json", "NaN is not JSON"),
        (b"[" * 100_000, "not-json", "nested too deeply"),
        (b"{}", "empty", "neither title nor text"),
        (b'{"title": " ", "text": "\\n"}', "empty", "neither title nor text"),
        (b'{"title": 3}', "invalid-record", "`title`"),
        (b'{"title": "a", "authors": "one string"}', "invalid-record", "`authors`"),
        (b'{"title": "half \\ud83d"}', "invalid-record", "surrogate pair at character 5"),
        (b'{"title": "a", "published_at": "2026-02-31"}', "invalid-record", "`published_at`"),
        (b'{"title": "a", "published_at": "9999-12-31T23:59:59Z"}', "invalid-record", "a year"),
        (b'{"title": "a", "published_at": "9999-12-31T23:59:59-09:00"}', "invalid-record", "UTC"),
        (b'{"title": "a", "url": "ftp://x.example/1"}', "invalid-record", "`url`"),
        (b'{"title": "a", "version": -1}', "invalid-record", "`version`"),
        (b'{"title": "a", "version": true}', "invalid-record", "`version`"),
        (b'{"title": "a", "version": 9223372036854775808}', "invalid-record", "`version`"),
        (b'{"title": "a", "version": 1' + b"0" * 400 + b"}", "invalid-record", "`version`"),
        (b'{"title": "a", "version": 1' + b"0" * 5000 + b"}", "not-json", "4,300 digits"),
        (b'{"title": "a", "pushed_at": "yesterday"}', "invalid-record", "`pushed_at`"),
    ],
)  # fmt: skip
def test_a_bad_article_is_refused_with_a_code_and_words(
    value: bytes, code: str, words: str
) -> None:
    with pytest.raises(InvalidMessage) as refused:
        decoded(value)
    assert refused.value.code == code
    assert words in str(refused.value)


def test_an_article_over_the_limit_is_refused_with_both_lengths() -> None:
    with pytest.raises(InvalidMessage, match="1,001 characters, the limit is 1,000"):
        decoded(json.dumps({"text": "x" * 1001}).encode())


def test_unknown_fields_are_ignored() -> None:
    assert decoded(b'{"title": "a", "mood": {"deep": []}}').title == "a"


def test_the_version_is_pushed_at_and_else_the_records_own_time() -> None:
    assert (
        decoded(b'{"title": "a", "pushed_at": "2026-03-01T00:00:00.250Z"}').version == 1772323200250
    )
    assert decoded(b'{"title": "a"}').version == PUSHED_AT


def test_emoji_and_right_to_left_text_stay_as_they_are() -> None:
    article = decoded(json.dumps({"title": "\U0001f6a2 سفينة", "text": "مرحبا"}).encode())
    assert article.content == "\U0001f6a2 سفينة\n\nمرحبا"


def test_a_foreign_producers_key_becomes_the_id() -> None:
    assert decoded(b'{"title": "a"}', key=b"their-own-id").article_id == "their-own-id"


def test_a_key_that_contradicts_the_article_is_refused() -> None:
    with pytest.raises(InvalidMessage, match="article_id") as refused:
        decoded(b'{"title": "a", "article_id": "x"}', key=b"y")
    assert refused.value.code == "key-mismatch"


@pytest.mark.parametrize("key", [b"", b"\xff\xfe", b"k" * 129])
def test_a_key_that_can_be_no_id_is_refused(key: bytes) -> None:
    with pytest.raises(InvalidMessage, match="is no article's id") as refused:
        decoded(b'{"title": "a"}', key=key)
    assert refused.value.code == "invalid-record"


@pytest.mark.parametrize(
    ("schema", "code"),
    [(b"2", "newer-schema"), (b"one", "invalid-record"), (b"9" * 5000, "invalid-record")],
)
def test_a_schema_that_is_not_known_is_refused(schema: bytes, code: str) -> None:
    with pytest.raises(InvalidMessage) as refused:
        decoded(b'{"title": "a"}', tidings_schema=schema)
    assert refused.value.code == code


def test_an_article_survives_the_wire() -> None:
    article = an_article(url="https://x.example/1", authors=("A", "B"), outlet="x.example")
    assert decoded(article.to_bytes(), key=article.article_id.encode()) == article


def test_a_result_of_wrong_shape_is_refused_by_field() -> None:
    with pytest.raises(InvalidMessage, match="`version`"):
        decode(ArticleEntities, b'{"article_id": "a", "revision": "r", "model_version": "1"}')


def test_a_dead_letter_keeps_the_very_bytes() -> None:
    incoming = an_incoming(b"\x00\xff broken", key=b"\xfe", headers={"h": b"\xe9"})
    letter = dead_letter(
        "events", incoming, InvalidMessage("not-json", "no"), article=None, max_bytes=10**6
    )
    again = decode(DeadLetter, letter.to_bytes())
    assert (again.value, again.key, again.headers) == (b"\x00\xff broken", b"\xfe", {"h": "é"})
    assert again.origin == "articles.raw-3-41"
    assert not again.truncated


@pytest.mark.parametrize(
    "incoming",
    [
        an_incoming(b"x" * 200_000),
        an_incoming(None, key=b"\x01" * 200_000),
        an_incoming(headers={f"{n}": b"\x01" * 10_000 for n in range(20)}),
        an_incoming(headers={"n" * 200_000: b""}),
    ],
)
def test_a_dead_letter_is_cut_to_what_the_topic_takes(incoming: Incoming) -> None:
    limit = 128 * 1024
    letter = dead_letter(
        "events", incoming, InvalidMessage("not-json", "\x01" * 9000), article=None,
        max_bytes=limit,
    )  # fmt: skip
    assert letter.truncated
    assert len(letter.to_bytes()) < limit


def test_an_object_is_read_from_text_too() -> None:
    assert parse_object('{"a": 1}') == {"a": 1}

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.factories import PUSHED_AT
from tidings.errors import InvalidMessage
from tidings.messages import Article
from tidings_ingest.normalise import NO_DEFAULTS, Defaults, ignored_fields, normalise, parse_time


def article(fields: dict[str, Any], defaults: Defaults = NO_DEFAULTS) -> Article:
    return normalise(fields, version=PUSHED_AT, max_chars=1000, defaults=defaults)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-02-01", datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026-02-01T10:30", datetime(2026, 2, 1, 10, 30, tzinfo=UTC)),
        ("2026-02-01 10:30:15Z", datetime(2026, 2, 1, 10, 30, 15, tzinfo=UTC)),
        ("2026-02-01T10:00:00+05:30", datetime(2026, 2, 1, 4, 30, tzinfo=UTC)),
    ],
)
def test_a_date_is_midnight_utc_and_a_time_without_a_zone_is_utc(
    text: str, instant: datetime
) -> None:
    assert article({"title": "A", "published_at": text}).published_at == instant
    assert article({"title": "A", "date": text}).published_at == instant


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("2026-02-31", "day is out of range for month"),
        ("yesterday", "not ISO 8601"),
        (1772000000, "is no text"),
        (["2026-02-01"], "is no text"),
    ],
)
def test_a_time_that_cannot_be_read_is_refused_with_the_reason(value: object, why: str) -> None:
    with pytest.raises(InvalidMessage, match=why):
        article({"title": "A", "published_at": value})


def test_a_date_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidMessage):
        article({"title": "A", "published_at": "9999-12-31T23:59:59-12:00"})


def test_without_a_date_none_is_made_up() -> None:
    assert article({"title": "A"}).published_at is None


def test_defaults_fill_in_only_what_the_record_does_not_say() -> None:
    defaults = Defaults(outlet="d.example", language="en", published_at="2026-02-01")
    filled = article({"title": "A", "outlet": "own.example", "language": " "}, defaults)
    assert filled.outlet == "own.example"
    assert filled.language == "en"
    assert filled.published_at == parse_time("2026-02-01")


def test_identity_and_version_are_computed_whatever_a_record_claims() -> None:
    claimed = {
        "id": "x",
        "article_id": "x",
        "revision": "x",
        "version": 1,
        "pushed_at": "1999-01-01",
    }
    assert article({"title": "A", **claimed}) == article({"title": "A"})
    assert article({"title": "A"}).version == PUSHED_AT
    assert article({"title": "A"}).pushed_at == datetime.fromtimestamp(PUSHED_AT / 1000, UTC)


def test_unknown_fields_are_ignored() -> None:
    fields = {"title": "A", "date": "2026-03-01", "version": 7, "mood": {"deep": [1]}, "tag": " "}
    assert article(fields) == article({"title": "A", "date": "2026-03-01"})
    assert ignored_fields(fields) == ["mood"], "a blank one says nothing that could be lost"


def test_one_author_may_be_given_as_a_string() -> None:
    assert article({"title": "A", "authors": "Ada"}).authors == ("Ada",)
    assert article({"title": "A", "author": "Ada"}).authors == ("Ada",)
    assert article({"title": "A", "authors": ["Ada", "Bo"], "author": "C"}).authors == ("Ada", "Bo")


@pytest.mark.parametrize("tag", ["en", "pt-BR", "zh-Hant-TW", "gsw"])
def test_language_tags_are_taken_as_they_are(tag: str) -> None:
    assert article({"title": "A", "language": tag}).language == tag


@pytest.mark.parametrize("tag", ["en_US", "English", "e", 5])
def test_what_is_no_language_tag_is_refused(tag: object) -> None:
    with pytest.raises(InvalidMessage, match="BCP 47"):
        article({"title": "A", "language": tag})


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "empty"),
        ({"title": " ", "text": "\n"}, "empty"),
        ({"title": 5}, "invalid-record"),
        ({"title": "A", "url": "ftp://x.example/"}, "invalid-record"),
        ({"title": "A", "url": "/relative"}, "invalid-record"),
        ({"title": "\ud800"}, "invalid-record"),
        ({"text": "x" * 1001}, "too-long"),
    ],
)
def test_what_is_no_article_is_refused_with_a_code(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidMessage) as caught:
        article(fields)
    assert caught.value.code == code

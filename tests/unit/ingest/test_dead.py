"""`tidings dead`: which letters are meant, and how the command is used."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from typer.testing import CliRunner

from tidings.deadletters import Incoming, Mark, SetAside
from tidings.errors import REASONS, TidingsError
from tidings.history import History, Span
from tidings.messages import DeadLetter
from tidings.topics import DEAD, Partition, Topic
from tidings_ingest.dead import dead
from tidings_ingest.letters import Filter, Letters, as_json, choose, count, in_total

DIED = datetime(2026, 3, 1, 12, tzinfo=UTC)


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
            "died_at": DIED,
            **fields,
        }
    )


def set_aside(mark: Mark | None = None, **fields: Any) -> SetAside:
    return SetAside(a_letter(**fields), partition=0, offset=0, mark=mark)


OPEN, DROPPED = set_aside(), set_aside(Mark("dropped"), offset=8)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), True),
        (Filter(stage="entities", reason="not-json", article="k"), True),
        (Filter(stage="events"), False),
        (Filter(reason="too-long"), False),
        (Filter(article="other"), False),
        (Filter(since=DIED), True),
        (Filter(since=DIED.replace(hour=13)), False),
        (Filter(until=DIED), False),
        (Filter(until=DIED.replace(hour=13)), True),
        (Filter(origins=frozenset({"articles.raw-3-7"})), True),
        (Filter(origins=frozenset({"articles.raw-3-8"})), False),
    ],
)
def test_a_filter_wants_what_has_all_that_it_asks_for(wanted: Filter, found: bool) -> None:
    assert wanted.wants(a_letter()) is found


class FakeHistory:
    """`articles.dead` with these values in its only partition."""

    def __init__(self, *values: bytes) -> None:
        self.records = [
            Incoming(DEAD.name, 0, offset, 0, b"k", value, {})
            for offset, value in enumerate(values)
        ]

    def spans(self, *topics: Topic) -> dict[Partition, Span]:
        return {(DEAD.name, 0): Span(0, len(self.records))}

    def read(self, spans: Mapping[Partition, Span]) -> Iterator[Incoming]:
        return iter(self.records)


def test_what_is_no_letter_is_told_until_a_letter_tells_of_it() -> None:
    its_own = a_letter(stage="index", topic=DEAD.name, partition=0, offset=0, article_id="zz")
    letters = Letters(cast(History, FakeHistory(b"nope", b"neither", its_own.to_bytes())))
    assert letters.find(Filter(article="k")) == []
    [sentence] = letters.foreign
    assert sentence.startswith("articles.dead-0-1 is no dead letter")


def test_what_is_settled_is_not_meant_unless_asked_for() -> None:
    assert choose([OPEN, DROPPED], Filter(), settled=False) == [OPEN]
    assert choose([OPEN, DROPPED], Filter(), settled=True) == [OPEN, DROPPED]


def test_a_named_letter_that_is_not_there_or_settled_is_said() -> None:
    with pytest.raises(TidingsError, match="no dead letter comes from"):
        choose([], Filter(origins=frozenset({"articles.raw-3-9"})), settled=False)
    with pytest.raises(TidingsError, match="is settled: dropped"):
        choose([DROPPED], Filter(origins=frozenset({"articles.raw-3-8"})), settled=False)


def test_letters_are_counted_by_stage_and_reason_and_records_once() -> None:
    found = [OPEN, set_aside(stage="index"), set_aside(code="too-long", offset=8)]
    assert count(found) == [
        ("entities", "not-json", 1), ("entities", "too-long", 1), ("index", "not-json", 1),
    ]  # fmt: skip
    assert in_total(found) == "3 dead letters of 2 records"
    assert in_total([OPEN]) == "1 dead letter of 1 record"


def test_a_letter_as_json_says_its_state() -> None:
    replayed = set_aside(Mark("replayed", "articles.raw-0-9"))
    assert json.loads(json.dumps(as_json(replayed))) == {
        "origin": "articles.raw-3-7",
        "stage": "entities",
        "reason": "not-json",
        "sentence": "ends inside a string",
        "article_id": "k",
        "version": None,
        "died_at": "2026-03-01T12:00:00+00:00",
        "truncated": False,
        "state": "replayed",
        "sent_to": "articles.raw-0-9",
    }
    assert as_json(OPEN)["state"] == "open"


def test_the_reasons_are_listed_with_their_sentences() -> None:
    result = CliRunner().invoke(dead, ["reasons"])
    assert dict(line.split("\t") for line in result.stdout.splitlines()) == REASONS


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["replay"], "name origins, a filter, or --all"),
        (["show"], "name origins, a filter, or --all"),
        (["drop", "--yes"], "name origins, a filter, or --all"),
        (["drop", "--all"], "say --yes"),
        (["list", "--reason", "no-such"], "is none of not-json"),
        (["list", "--stage", "ingest"], "entities"),
        (["list", "--since", "yesterday"], "not ISO 8601"),
        (["replay", "--all", "--wait", "-1"], "--wait"),
    ],
)
def test_bad_usage_is_said_with_status_two(arguments: list[str], sentence: str) -> None:
    result = CliRunner().invoke(dead, arguments)
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())

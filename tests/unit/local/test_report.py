"""A survey as people and programs read it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tidings_local import report
from tidings_local.flow import DeadCount, Flow, Lag
from tidings_local.status import Row, Survey

WELL = Row("kafka", 12, "127.0.0.1:9092", True, "answers")
ILL = Row("index", 13, "http://127.0.0.1:8004", False, "waits for [Elasticsearch]")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FLOW = Flow(
    lags=(
        Lag("events", "tidings-events", 1200, 75.0),
        Lag("events", "tidings-events-backfill", 9, None),
    ),
    dead=(DeadCount("events", "extractor-failed", 3),),
    last_in=NOON,
    notices=("articles.raw: fewer partitions",),
)


def a_survey(**fields: Any) -> Survey:
    return Survey(**{"rows": (WELL,), "flow": FLOW, "last_complete": NOON, **fields})


def test_all_is_well_when_every_part_is_and_kafka_says_what_waits() -> None:
    assert a_survey().well
    assert not a_survey(rows=(WELL, ILL)).well
    assert not a_survey(flow=None).well


def test_people_read_what_is_ill_what_waits_and_what_was_set_aside(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report.print_report(a_survey(rows=(WELL, ILL)))
    said = capsys.readouterr().out
    for words in (
        "waits for [Elasticsearch]", "1,200", "75 s old", "events (back-fill)",
        "3 events extractor-failed", "2026-03-01 12:00:00 UTC", "fewer partitions",
    ):  # fmt: skip
        assert words in said


def test_while_kafka_is_away_it_says_that_it_does_not_know(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report.print_report(a_survey(flow=None, last_complete=None))
    assert "Kafka does not say" in capsys.readouterr().out


def test_programs_read_one_object_with_everything() -> None:
    given = json.loads(json.dumps(report.to_json(a_survey(rows=(WELL, ILL)))))
    assert given["well"] is False
    assert [row["name"] for row in given["engines"]] == ["kafka"]
    assert [row["name"] for row in given["services"]] == ["index"]
    assert given["lags"][0] == {
        "stage": "events", "group": "tidings-events", "records": 1200, "seconds": 75.0,
    }  # fmt: skip
    assert given["dead_letters"] == [
        {"stage": "events", "reason": "extractor-failed", "letters": 3}
    ]
    assert given["last_article_in"] == "2026-03-01T12:00:00+00:00"
    assert report.to_json(a_survey(flow=None))["lags"] is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (200_000, "2 days"), (-3, "0 s")],
)
def test_a_length_of_time_is_short_to_read(seconds: float, words: str) -> None:
    assert report.length(seconds) == words
    assert report.ago(NOON, NOON + timedelta(seconds=seconds)).endswith(f", {words} ago")

import json
from collections.abc import Sequence

from tidings.batch import (
    Done,
    Outcome,
    Refusal,
    Task,
    extract_lines,
    parse_line,
    run_chunk,
)
from tidings.settings import Settings


def parsed(fields: object, max_chars: int = 1_000) -> Task | Refusal:
    return parse_line(1, json.dumps(fields).encode(), max_chars)


def reason(fields: object) -> str:
    line = parsed(fields)
    assert isinstance(line, Refusal)
    return line.reason


def test_the_id_is_given_back_whatever_it_looks_like() -> None:
    for label in ("a", 7, "x" * 5_000, ""):
        task = parsed({"id": label, "text": "Words."})
        assert isinstance(task, Task)
        assert task.label == label


def test_a_line_without_an_id_gets_the_articles() -> None:
    task = parsed({"text": "Words."})
    assert isinstance(task, Task)
    assert task.label == task.article.article_id


def test_a_date_is_midnight_in_utc() -> None:
    task = parsed({"id": "a", "text": "Words.", "published_at": "2026-03-06"})
    assert isinstance(task, Task)
    assert task.article.published_at is not None
    assert task.article.published_at.isoformat() == "2026-03-06T00:00:00+00:00"


def test_what_cannot_be_used_is_refused_with_the_reason() -> None:
    assert "neither title nor text" in reason({"id": "a"})
    assert "2026-02-31" in reason({"id": "a", "text": "x", "published_at": "2026-02-31"})
    assert "`id`" in reason({"id": [1], "text": "x"})
    assert "the limit is 1,000" in reason({"id": "a", "text": "x" * 1_001})
    assert parse_line(3, b'{"id": "a", "te', 10) == Refusal(
        3, "ends inside a string (character 13)"
    )


def _echo(tasks: Sequence[Task]) -> list[Outcome]:
    if any(task.label == "bad" for task in tasks):
        raise ValueError("no such word")
    return [Done(task.number, str(task.label)) for task in tasks]


def test_an_article_that_breaks_the_extractor_costs_only_its_own_line() -> None:
    labels = ("a", "bad", "c")
    lines = [
        parse_line(i, json.dumps({"id": label, "text": "x"}).encode(), 10)
        for i, label in enumerate(labels, 1)
    ]
    refused = Refusal(4, "not JSON")
    assert run_chunk([*lines, refused], _echo) == [
        Done(1, "a"),
        Refusal(2, "the extractor failed: ValueError: no such word"),
        Done(3, "c"),
        refused,
    ]


def test_lines_come_out_in_their_order_with_entities_and_linked_events() -> None:
    lines = [
        b'\xef\xbb\xbf{"id": 1, "text": "Ankara urged Athens to return to the talks."}\r\n',
        b"\n",
        b'{"id": 2, "text": "cut off\n',
        b'{"id": 3, "text": "Nothing happened."}',
    ]
    outcomes = [one for chunk in extract_lines(lines, Settings(), workers=1) for one in chunk]
    first, second, third = outcomes
    assert isinstance(first, Done)
    line = json.loads(first.line)
    assert list(line) == ["id", "entities", "events"]
    assert line["entities"][0] == {
        "start": 0, "end": 6, "text": "Ankara", "label": "GPE",
        "entity_id": "place:TUR", "name": "Turkey", "country": "TUR",
    }  # fmt: skip
    assert line["events"][0]["source"]["entity_id"] == "place:TUR"
    assert isinstance(second, Refusal)
    assert second.number == 3
    assert isinstance(third, Done)
    assert json.loads(third.line)["events"] == []

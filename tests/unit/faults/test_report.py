import json
from pathlib import Path

import pytest

from tests.faults.fleet import repeats_on
from tests.faults.pushing import given_articles, mixed
from tests.faults.registry import choose
from tests.faults.report import COLUMNS, save
from tests.faults.run import Row
from tidings.errors import TidingsError


def test_there_are_twenty_one_faults_and_each_says_what_it_does() -> None:
    assert [one.number for one in choose([])] == list(range(1, 22))
    assert all(one.sentence and " " not in one.name for one in choose([]))


def test_faults_are_chosen_by_number_or_name_and_done_in_order() -> None:
    assert [one.number for one in choose(["broker-stopped", "2", "3"])] == [2, 3]
    with pytest.raises(TidingsError, match="'22' is no fault"):
        choose(["22"])


def test_a_row_has_exactly_the_promised_keys() -> None:
    assert " ".join(COLUMNS) == (
        "fault articles complete dead lost doubled wrong_version redeliveries "
        "longest_stall_s recovered_s"
    )


def test_a_fault_that_is_run_again_replaces_its_row_alone(tmp_path: Path) -> None:
    file = tmp_path / "build/faults.json"
    for row in (a_row("10 ten", 1), a_row("9 nine", 2), a_row("10 ten", 3)):
        save(row, file)

    rows = json.loads(file.read_text())
    assert [(one["fault"], one["lost"]) for one in rows] == [("9 nine", 2), ("10 ten", 3)]


def test_repeats_are_retries_and_documents_that_were_no_news() -> None:
    page = """# HELP tidings_retries_total Attempts
tidings_retries_total{engine="kafka",stage="index"} 3.0
tidings_bulk_documents_total{outcome="written"} 100.0
tidings_bulk_documents_total{outcome="unchanged"} 4.0
tidings_bulk_documents_total{outcome="conflict"} 2.0
tidings_records_total{outcome="done",stage="index"} 50.0
"""
    assert repeats_on(page) == 9


def test_every_so_manieth_record_is_another_one() -> None:
    assert mixed([1, 2, 3, 4, 5, 6], iter("abc"), 3) == [1, 2, "a", 3, 4, "b", 5, 6]


def test_few_given_articles_come_again_under_other_titles(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.jsonl"
    lines = [
        {"title": "One", "date": "2026-03-01"},
        {"title": "One"},
        {"title": ""},
        {"title": "2"},
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))

    titles = [one["title"] for one in given_articles(str(file), 5)]
    assert titles == ["One", "2", "One (2)", "2 (2)", "One (3)"]
    assert len(given_articles(str(file), 1)) == 1
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(TidingsError, match="no article that can be pushed"):
        given_articles(str(tmp_path / "empty.jsonl"), 5)


def a_row(fault: str, lost: int) -> Row:
    return Row(fault, 10, 10, 0, lost, 0, 0, 5, 1.5, 0.5)

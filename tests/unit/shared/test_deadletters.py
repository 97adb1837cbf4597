"""A letter is open until a mark behind it settles it."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.factories import an_incoming
from tidings.deadletters import Incoming, Mark, SetAside, dead_letter, open_letters, read_letters
from tidings.errors import InvalidMessage
from tidings.messages import DeadLetter, Stage

ORIGIN = "articles.raw-3-41"


def a_letter(stage: Stage = "entities", code: str = "not-json", **fields: Any) -> DeadLetter:
    fault = InvalidMessage(code, "ends inside a string")
    return dead_letter(stage, an_incoming(**fields), fault, article=None, max_bytes=1_000_000)


def on_dead(*values: DeadLetter | Mark | bytes | None, partition: int = 0) -> list[Incoming]:
    """One partition of the topic: letters, marks of ORIGIN, and whatever else is there."""
    records = []
    for offset, value in enumerate(values):
        headers: Mapping[str, bytes] = value.headers() if isinstance(value, Mark) else {}
        raw = value.to_bytes() if isinstance(value, DeadLetter) else value
        key = value.origin if isinstance(value, DeadLetter) else ORIGIN
        records.append(
            Incoming(
                "articles.dead", partition, offset, 0, key.encode(),
                raw if isinstance(raw, bytes) else None, headers,
            )
        )  # fmt: skip
    return records


def states(records: list[Incoming]) -> list[Mark | None]:
    return [one.mark for one in read_letters(records)]


@pytest.mark.parametrize("mark", [Mark("dropped"), Mark("replayed", "articles.raw-0-99")])
def test_a_mark_behind_a_letter_settles_it_and_says_how(mark: Mark) -> None:
    records = on_dead(a_letter(), mark)
    assert states(records) == [mark]
    assert open_letters(records) == []


def test_a_letter_that_comes_after_the_mark_is_open_again() -> None:
    assert states(on_dead(a_letter(), Mark("dropped"), a_letter())) == [None]


def test_a_mark_settles_what_every_stage_has_against_the_record_and_nothing_else() -> None:
    records = on_dead(a_letter(), a_letter("index"), a_letter(offset=42), Mark("dropped"))
    assert states(records) == [Mark("dropped"), Mark("dropped"), None]
    assert [letter.offset for letter in open_letters(records)] == [42]


def test_a_mark_in_another_partition_is_not_behind_the_letter() -> None:
    assert states([*on_dead(a_letter()), *on_dead(Mark("dropped"), partition=1)]) == [None]


def test_a_null_value_that_says_nothing_more_settles_too() -> None:
    assert states(on_dead(a_letter(), None)) == [Mark("dropped")]


def test_what_a_stage_sets_aside_twice_counts_once_as_the_later_one() -> None:
    (one,) = read_letters(on_dead(a_letter(code="not-json"), a_letter(code="too-long")))
    assert (one.letter.code, one.offset) == ("too-long", 1)


def test_two_records_that_share_an_origin_are_told_apart_by_their_time() -> None:
    assert len(read_letters(on_dead(a_letter(timestamp=1), a_letter(timestamp=2)))) == 2


def test_a_mark_settles_only_the_record_of_its_time() -> None:
    mark = Mark("dropped", timestamp=2)
    assert states(on_dead(a_letter(timestamp=1), a_letter(timestamp=2), mark)) == [None, mark]


def test_a_letter_that_is_loaded_again_from_a_save_stays_settled() -> None:
    letter = a_letter()
    assert states(on_dead(letter, Mark("dropped"), letter)) == [Mark("dropped")]


def test_what_is_no_letter_is_told_and_passed_over() -> None:
    told: list[int] = []
    found = read_letters(
        on_dead(b"no letter", a_letter()), on_foreign=lambda record, _: told.append(record.offset)
    )
    assert told == [0]
    assert [one.offset for one in found] == [1]


def test_letters_are_read_without_the_values_in_them() -> None:
    (one,) = read_letters(on_dead(a_letter()))
    assert isinstance(one, SetAside)
    assert one.letter.value is None

"""Events sort newest first by one number, and their dates are days that exist."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import an_event
from tidings.documents import pair_of, read_pair
from tidings.messages import Actor, Casualties, EventDate, EventPlace
from tidings.plover import PRONOUNS
from tidings_index.event_fields import days_of, indexed_event, sort_key

DAYS = st.dates(date(1800, 1, 2), date(2158, 11, 1))


@pytest.mark.parametrize(
    ("value", "precision", "first", "last"),
    [
        ("2025-12-10", "day", "2025-12-10", "2025-12-10"),
        ("2026-W01", "week", "2025-12-29", "2026-01-04"),
        ("2024-02", "month", "2024-02-01", "2024-02-29"),
        ("2025-12", "month", "2025-12-01", "2025-12-31"),
        ("2025", "year", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_date_covers_all_its_days(value: str, precision: str, first: str, last: str) -> None:
    days = days_of({"value": value, "precision": precision})
    assert days == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("value", "precision"),
    [("2025-02-30", "day"), ("2025-13", "month"), ("2025-W60", "week"), ("0", "year"), ("", "day")],
)
def test_a_date_that_no_calendar_has_covers_none(value: str, precision: str) -> None:
    assert days_of({"value": value, "precision": precision}) is None


@given(DAYS, DAYS, st.text(), st.text())
def test_later_days_sort_first_whatever_the_ids(
    one: date, other: date, one_id: str, other_id: str
) -> None:
    if one > other:
        assert sort_key(one_id, one) < sort_key(other_id, other)


@given(DAYS | st.none(), st.text())
def test_the_key_is_a_positive_long_and_undated_events_come_last(
    day: date | None, event_id: str
) -> None:
    assert 0 <= sort_key(event_id, day) < 2**63
    assert sort_key(event_id, date(1800, 1, 2)) < sort_key("any", None)


def test_days_outside_the_range_of_the_key_go_to_its_ends() -> None:
    assert sort_key("e", date(1200, 1, 1)) == sort_key("e", date(1800, 1, 2))
    assert sort_key("e", date(9999, 1, 1)) < sort_key("e", date(2158, 1, 1))


def test_events_of_one_day_have_different_keys() -> None:
    day = date(2026, 3, 1)
    assert len({sort_key(f"event-{number}", day) for number in range(10_000)}) == 10_000
    assert sort_key("e", day) - sort_key("e", day + timedelta(days=1)) == 2**46


def indexed(told: str | None = None, **fields: Any) -> dict[str, Any]:
    return indexed_event(an_event(**fields).model_dump(mode="json"), told)


def actor(name: str, **fields: Any) -> Actor:
    return Actor(text=name, start=0, end=len(name), name=name, **fields)


def toll(kind: str, low: int | None) -> Casualties:
    return Casualties.model_validate({"text": "x", "start": 0, "end": 1, "kind": kind, "low": low})


def test_a_place_is_on_the_map_only_with_both_coordinates() -> None:
    known = indexed(place=EventPlace(name="Orm", lat=0.0, lon=12.5))
    assert known["location"] == {"lat": 0.0, "lon": 12.5}
    assert "location" not in indexed(place=EventPlace(name="Orm", lat=57.0))
    assert "location" not in indexed()


def test_an_impossible_date_is_shown_as_written_and_sorted_as_undated() -> None:
    event = indexed(date=EventDate(value="2025-02-30", precision="day", text="30 February"))
    assert event["date"]["value"] == "2025-02-30"
    assert not {"from", "to"} & set(event["date"])
    assert event["order"] == indexed()["order"]


def test_a_month_is_a_range_of_days() -> None:
    event = indexed(date=EventDate(value="2025-02", precision="month", text="in February"))
    assert (event["date"]["from"], event["date"]["to"]) == ("2025-02-01", "2025-02-28")


TOLD = "2026-03-05T23:30:00Z"


def test_an_event_without_a_date_is_sorted_by_the_day_on_which_it_was_told() -> None:
    event = indexed(TOLD)
    assert event["order"] == sort_key(event["event_id"], date(2026, 3, 5))
    assert event["told"] == TOLD
    dated = indexed(TOLD, date=EventDate(value="2026-01-02", precision="day", text="2 January"))
    assert dated["order"] == sort_key(event["event_id"], date(2026, 1, 2))
    assert "told" not in indexed()


def test_who_and_where_are_counted_once_for_the_whole_event() -> None:
    event = indexed(
        source=actor("Navy of Orm", country="SWE", sector="MIL"),
        target=actor("Ida Knoll", country="NOR", sector="MIL"),
        place=EventPlace(name="Orm", country="SWE"),
    )
    assert event["sectors"] == ["MIL"]
    assert event["countries"] == ["SWE", "NOR"]
    assert read_pair(event["pair"]) == ("Navy of Orm", "Ida Knoll")
    assert read_pair(event["country_pair"]) == ("SWE", "NOR")


@pytest.mark.parametrize("pronoun", PRONOUNS)
def test_there_is_no_pair_with_nobody_or_with_whom_only_a_pronoun_names(pronoun: str) -> None:
    navy = actor("Navy of Orm", country="SWE")
    for target in (None, actor(pronoun, country="NOR")):
        event = indexed(source=navy, target=target)
        assert "pair" not in event
        assert ("country_pair" in event) == (target is not None)
    assert "pair" not in indexed(source=actor(pronoun), target=navy)


@given(st.text(), st.text())
def test_a_pair_is_known_by_both_and_only_where_both_are(source: str, target: str) -> None:
    pair = pair_of(source, target)
    assert (pair is None) == (not source or not target)
    if pair is not None and "\x1f" not in source:
        assert read_pair(pair) == (source, target)


def test_of_several_tolls_the_greatest_that_is_certain_counts() -> None:
    event = indexed(casualties=(toll("killed", 3), toll("killed", 12), toll("injured", None)))
    assert event["killed"] == 12
    assert "injured" not in event


def test_nothing_is_added_where_nothing_is_known() -> None:
    added = set(indexed()) - set(an_event().model_dump(mode="json"))
    assert added == {"order"}

import pytest

from tests.unit.events.conftest import Events


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Peru attacked a base in Chile on Wednesday.", "2026-03-04"),
        ("Malaysia and Peru held talks on Tuesday.", "2026-03-03"),
        ("Police arrested and charged a man on Monday with murder.", "2026-03-02"),
        ("The president, who was elected in 2020, condemned the attack on Friday.", "2026-03-06"),
        ("The army said on Monday that it had attacked a base in Syria.", None),
    ],
)
def test_a_date_is_of_the_verb_that_it_hangs_on(
    text: str, value: str | None, events: Events
) -> None:
    found = events(text)
    assert found
    for event in found:
        assert (event.date.value if event.date else None) == value
        if event.date:
            assert text[event.date.start : event.date.end] == event.date.text


def test_at_the_edge_of_the_calendar_a_date_is_left_open(events: Events) -> None:
    (event,) = events("Peru attacked Chile on Sunday.", published_at="0001-01-01T00:00:00Z")
    assert event.date is None

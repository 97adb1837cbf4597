import pytest

from tidings_events.casualties import find_casualties

Toll = tuple[str, int | None, int | None]


@pytest.mark.parametrize(
    ("text", "tolls"),
    [
        (
            "At least 12 people were killed and dozens injured.",
            [("killed", 12, None), ("injured", None, None)],
        ),
        (
            "A second blast killed three, taking the toll to 15.",
            [("killed", 3, 3), ("killed", 15, 15)],
        ),
        ("No one was killed.", [("killed", 0, 0)]),
        ("Seven were pulled out; one later died.", [("killed", 1, 1)]),
        ("An attack left twenty-two soldiers wounded.", [("injured", 22, 22)]),
        ("Up to 1,200 people were arrested.", [("arrested", None, 1200)]),
        ("The plan was killed in committee.", []),
    ],
)
def test_tolls_are_as_the_text_says(text: str, tolls: list[Toll]) -> None:
    assert [(one.kind, one.low, one.high) for one in find_casualties(text, 0)] == tolls


def test_each_toll_has_its_words_and_their_place() -> None:
    text = "Sirens. At least 12 people were killed."
    (toll,) = find_casualties(text[8:], 8)
    assert toll.text == "At least 12 people were killed"
    assert text[toll.start : toll.end] == toll.text


def test_more_than_a_billion_is_no_number() -> None:
    (toll,) = find_casualties("It killed 99,999,999,999,999 people.", 0)
    assert (toll.low, toll.high) == (None, None)

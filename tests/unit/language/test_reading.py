from hypothesis import given
from hypothesis import strategies as st

from tidings.language.reading import read
from tidings.language.segments import Segment


def test_a_segment_without_gaps_is_read_as_it_is() -> None:
    reading = read(Segment("Two talks in Porto.", 7))
    assert reading.text == "Two talks in Porto."
    assert reading.span(13, 18) == (20, 25)


def test_a_run_of_white_space_is_one_space_and_offsets_find_back() -> None:
    content = "Title\n\nMarta\r\nOrvell  left"
    reading = read(Segment("Marta  Orvell  left", 7))
    assert reading.text == "Marta Orvell left"
    start, end = reading.span(0, len("Marta Orvell"))
    assert content[start:end] == "Marta\r\nOrvell"
    start, end = reading.span(13, 17)
    assert content[start:end] == "left"


def test_a_row_of_punctuation_is_one_space() -> None:
    row = "'" * 3_000
    reading = read(Segment(f"Porto {row} Lisbon", 0))
    assert reading.text == "Porto Lisbon"
    assert reading.span(6, 12) == (3_007, 3_013)


@given(st.text(alphabet="ab. \r\n", min_size=1, max_size=30), st.integers(0, 50))
def test_every_character_that_is_read_stands_where_it_is_said_to(text: str, start: int) -> None:
    reading = read(Segment(text, start))
    assert len(reading.text) == len(reading.positions)
    for index, character in enumerate(reading.text):
        at, end = reading.span(index, index + 1)
        assert end == at + 1
        assert character == text[at - start] or (character == " " and text[at - start].isspace())

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings_entities.spans import LABELS, Found, find


def found_in(content: str, marked: str, label: str = "ORG") -> Found | None:
    start = content.index(marked)
    return find(content, label, start, start + len(marked))


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("the European\nCommission", "European Commission"),
        ("Venezuela's", "Venezuela"),
        ("Venezuela ’ s", "Venezuela"),
        ("“Korvat”,", "Korvat"),
        ("Korvat (UK", "Korvat"),
        ("BRA)/Korvat", "Korvat"),
        ("Ministry of Ports and", "Ministry of Ports"),
        ("Korvat Inc.", "Korvat Inc."),
        ("U.S.", "U.S."),
        ("Korvat (Holdings)", "Korvat (Holdings)"),
        ("A Coruña", "A Coruña"),
    ],
)
def test_a_name_is_trimmed_to_its_words_and_offsets_stay_exact(marked: str, name: str) -> None:
    content = f"He saw {marked} there."
    found = found_in(content, marked)
    assert found is not None
    assert found.words == name
    assert " ".join(content[found.start : found.end].split()) == name


@pytest.mark.parametrize(
    "marked", ["the", "—", "“ ”", "harbour", "@korvat", "https://x.org", "Ms", "Media"]
)
def test_what_is_no_name_is_left_out(marked: str) -> None:
    assert found_in(f"So {marked} it is.", marked) is None


def test_noise_takes_no_time_and_is_no_name() -> None:
    for noise in ("'" * 190 + "x", "- " * 90 + "x.", "(" * 150, "word " * 1_000):
        found = find(noise, "ORG", 0, len(noise))
        assert found is None or len(found.words) < 10


def test_a_label_that_nobody_reads_is_left_out() -> None:
    assert found_in("The second one.", "second", "ORDINAL") is None


def test_a_title_is_no_part_of_a_name_but_tells_a_person() -> None:
    content = "Ms Hale and Mayor Piet Orme met Dr. Ruiz."
    hale, orme = found_in(content, "Ms Hale"), found_in(content, "Mayor Piet Orme", "PERSON")
    assert hale == Found("PERSON", 3, 7, "Hale")
    assert orme == Found("PERSON", 18, 27, "Piet Orme")


def test_money_keeps_its_currency() -> None:
    assert found_in("It cost $3 million.", "3 million", "MONEY") == Found(
        "MONEY", 8, 18, "$3 million"
    )


@given(
    st.text(alphabet="aA the'’s.,()[]\n\t-—“”é北", max_size=40),
    st.data(),
    st.sampled_from(sorted(LABELS)),
)
def test_whatever_is_marked_offsets_hold_the_words(
    text: str, data: st.DataObject, label: str
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = find(text, label, start, end)
    if found:
        words = text[found.start : found.end]
        assert words == words.strip() != ""
        assert " ".join(words.split()) == found.words
        assert start <= found.start < found.end <= end

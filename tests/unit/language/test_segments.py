"""An article is read in pieces whose offsets are the article's."""

from hypothesis import given
from hypothesis import strategies as st

from tests.factories import an_article
from tidings.language.segments import MAX_SEGMENT_CHARS, segments


def texts(title: str | None, text: str | None) -> list[str]:
    return [segment.text for segment in segments(an_article(title, text))]


def test_title_and_paragraphs_are_read_apart() -> None:
    assert texts("Lock closed", "One.\n\nTwo.\n \nThree.") == [
        "Lock closed",
        "One.",
        "Two.",
        "Three.",
    ]


def test_a_line_that_ends_like_a_sentence_ends_a_paragraph() -> None:
    assert texts(None, "He said “no.”\nShe left.") == ["He said “no.”", "She left."]


def test_a_line_break_within_a_sentence_does_not_tear_a_name() -> None:
    assert texts(None, "Talks with Marta\nOrvell went on.") == ["Talks with Marta Orvell went on."]


def test_a_long_paragraph_is_cut_after_a_sentence() -> None:
    pieces = texts(None, "The lock is closed. " * 1000)
    assert all(len(piece) <= MAX_SEGMENT_CHARS for piece in pieces)
    assert all(piece.endswith("closed.") for piece in pieces)
    assert sum(piece.count("closed.") for piece in pieces) == 1000


def test_a_long_word_is_cut_where_it_must_be() -> None:
    assert "".join(texts(None, "x" * 10_001)) == "x" * 10_001


@given(
    title=st.none() | st.text("ab .\n\t\U0001f6a2م", max_size=30),
    text=st.text("ab .!\n\r\t\u2029“”\U0001f6a2م", min_size=1, max_size=200),
)
def test_a_piece_is_the_articles_own_words_at_its_offset(title: str | None, text: str) -> None:
    article = an_article(title, text + " x")
    previous_end = 0
    for segment in segments(article):
        end = segment.start + len(segment.text)
        words = article.content[segment.start : end]
        assert "".join(" " if letter.isspace() else letter for letter in words) == segment.text
        assert segment.text.strip() == segment.text != ""
        assert segment.start >= previous_end
        previous_end = end
    seen = sum(len(s.text.replace(" ", "")) for s in segments(article))
    assert seen == len("".join(article.content.split()))

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from tidings_search.marks import Mark, mark_paragraphs, mark_text


class Reader(HTMLParser):
    """Reads marked text back: the words, and for each character the kinds that mark it."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.text = ""
        self.kinds: list[set[str]] = []
        self._open: list[str] = []
        self.ids: list[str] = []
        self.feed(str(markup))
        self.close()
        assert not self._open, "an element was left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "mark"
        attributes = dict(attrs)
        self._open.append(attributes["class"] or "")
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        self.kinds += [set(self._open)] * len(data)


def test_a_mark_inside_another_is_nested() -> None:
    assert mark_text("the US navy", [Mark(4, 6, "place"), Mark(0, 11, "source")]) == (
        '<mark class="source">the <mark class="place">US</mark> navy</mark>'
    )


def test_marks_that_cross_are_parted_where_they_do() -> None:
    assert mark_text("abcdef", [Mark(0, 4, "a"), Mark(2, 6, "b")]) == (
        '<mark class="a">ab<mark class="b">cd</mark></mark><mark class="b">ef</mark>'
    )


def test_markup_in_the_text_and_in_tooltips_is_inert() -> None:
    marked = mark_text('<script>"&', [Mark(0, 8, "entity", 'x" onload="alert(1)')])

    assert "<script" not in marked
    assert marked == (
        '<mark class="entity" title="x&#34; onload=&#34;alert(1)">&lt;script&gt;</mark>&#34;&amp;'
    )


def test_offsets_count_code_points_also_behind_emoji_and_right_to_left_text() -> None:
    text = "👩‍🚒 قال أحمد منصور 🔥 e\u0301"
    start = text.index("أحمد")
    marked = mark_text(text, [Mark(start, start + len("أحمد منصور"), "person")])

    assert '<mark class="person">أحمد منصور</mark>' in marked


def test_an_anchor_is_given_once_although_its_mark_is_parted() -> None:
    marked = mark_text("abcdef", [Mark(0, 4, "a"), Mark(2, 6, "b", anchor="event-1")])

    assert Reader(marked).ids == ["event-1"]


def test_paragraphs_are_parted_by_blank_lines_and_marks_are_clipped_to_each() -> None:
    text = "one two\n \n\nthree\nfour\n\n \n"
    paragraphs = mark_paragraphs(text, [Mark(4, 16, "a", anchor="x")])

    assert paragraphs == [
        'one <mark id="x" class="a">two</mark>',
        '<mark class="a">three</mark>\nfour',
    ]


def test_marks_outside_of_the_text_do_no_harm() -> None:
    assert mark_text("ab", [Mark(5, 9, "a"), Mark(1, 1, "b"), Mark(1, 99, "c")]) == (
        'a<mark class="c">b</mark>'
    )


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)


@given(st.text(max_size=30), SPANS)
def test_marked_text_is_well_formed_keeps_its_words_and_marks_just_its_spans(
    text: str, spans: list[tuple[int, int]]
) -> None:
    text = re.sub(r"[\r\x00]", "?", text)  # an HTML parser reads these as other characters
    read = Reader(
        mark_text(text, [Mark(start, end, f"m{i}") for i, (start, end) in enumerate(spans)])
    )

    assert read.text == text
    assert read.kinds == [
        {f"m{i}" for i, (start, end) in enumerate(spans) if start <= place < end}
        for place in range(len(text))
    ]

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings_search.cursor import (
    FIRST,
    ArticlePlace,
    CursorMistake,
    EventPlace,
    read_articles_place,
    read_events_place,
    write_articles,
    write_events,
)
from tidings_search.request import SearchRequest

ASKED = SearchRequest(q="oil", outlet=("a",))
PLACE = ArticlePlace((1.5, 1_780_000_000_000, "a/é"), "pit==")


def with_cursor(cursor: str, **changes: object) -> SearchRequest:
    return ASKED.model_copy(update={"cursor": cursor, **changes})


@given(
    st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.text(),
    st.text(min_size=1), st.lists(st.integers(), max_size=1),
)  # fmt: skip
def test_a_place_comes_back_as_it_was(
    score: float, published: int, article_id: str, point: str, added: list[int]
) -> None:
    place = ArticlePlace((score, published, article_id, *added), point)
    assert read_articles_place(with_cursor(write_articles(place, ASKED))) == place


@given(st.integers(0, 2**63 - 1), st.text())
def test_an_order_larger_than_other_people_s_numbers_comes_back_whole(
    order: int, event_id: str
) -> None:
    place = EventPlace(order, event_id)
    assert read_events_place(with_cursor(write_events(place, ASKED))) == place


def test_without_a_cursor_events_begin_with_the_first() -> None:
    assert read_events_place(ASKED) == FIRST


def test_a_cursor_travels_in_an_address_as_it_is() -> None:
    assert set(write_articles(PLACE, ASKED)) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    )


def test_the_size_of_pages_may_change_on_the_way() -> None:
    assert read_articles_place(with_cursor(write_articles(PLACE, ASKED), size=7)) == PLACE


@pytest.mark.parametrize(
    "changes", [{"q": "gas"}, {"outlet": ()}, {"sort": "newest"}, {"date_to": "2026-01-01"}]
)
def test_a_cursor_of_another_search_is_refused(changes: dict[str, object]) -> None:
    other = SearchRequest.model_validate({**ASKED.model_dump(exclude_unset=True), **changes})
    for write, read in (
        (write_articles(PLACE, other), read_articles_place),
        (write_events(EventPlace(5, "e"), other), read_events_place),
    ):
        with pytest.raises(CursorMistake, match="another search"):
            read(with_cursor(write))


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "é", "====", "null", packed(None), packed([]), packed({}), packed("text"),
     packed([1, 2, 3, 4]), base64.urlsafe_b64encode(b"[" * 1_490).decode(),
     base64.urlsafe_b64encode(b"\xff\xfe").decode()],
)  # fmt: skip
def test_what_no_answer_gave_is_no_cursor(cursor: str) -> None:
    for read in (read_articles_place, read_events_place):
        with pytest.raises(CursorMistake, match="not a cursor"):
            read(with_cursor(cursor))


def test_a_cursor_that_lost_or_changed_a_letter_is_none() -> None:
    whole = write_articles(PLACE, ASKED)
    for place in range(len(whole)):
        for broken in (
            whole[:place],
            whole[:place] + whole[place + 1 :],
            whole[:place] + ("A" if whole[place] != "A" else "B") + whole[place + 1 :],
        ):
            try:
                assert read_articles_place(with_cursor(broken)) == PLACE
            except CursorMistake:
                continue


@pytest.mark.parametrize(
    "after", [[{"a": 1}], ["x", "y", "z"], [1, 2], [None, None, None], [1.5, 1, "a", "b"], []]
)
def test_a_made_up_place_is_refused(after: list[object]) -> None:
    made_up = write_articles(ArticlePlace(tuple(after), "pit"), ASKED)
    with pytest.raises(CursorMistake, match="not a cursor"):
        read_articles_place(with_cursor(made_up))


@pytest.mark.parametrize("order", ["9" * 19, "٣", "-1", "1.5"])
def test_an_order_that_no_event_has_is_refused(order: str) -> None:
    made_up = write_events(EventPlace(order, "e"), ASKED)  # type: ignore[arg-type]
    with pytest.raises(CursorMistake, match="not a cursor"):
        read_events_place(with_cursor(made_up))

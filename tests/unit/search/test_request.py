from datetime import date

import pytest
from pydantic import ValidationError

from tidings_search.request import EventRequest, SearchRequest


def test_blank_fields_of_a_form_are_not_given() -> None:
    blank = {"q": " ", "outlet": [""], "date_from": "", "sort": "", "page": "", "people": ["", "A"]}

    assert SearchRequest.model_validate(blank) == SearchRequest(people=("A",))


def test_an_empty_list_of_ids_is_given_and_finds_none() -> None:
    assert SearchRequest.model_validate({"ids": [""]}).ids == ()
    assert SearchRequest.model_validate({}).ids is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"outlets": "a"},
        {"page": 0},
        {"size": 101},
        {"page": 101, "size": 100},
        {"event_type": ["MURDER"]},
        {"sort": "best"},
        {"date_from": "2026-02-30"},
        {"date_from": "2026-03-02", "date_to": "2026-03-01"},
        {"q": "x" * 1001},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SearchRequest.model_validate(wrong)


def test_words_are_sorted_by_relevance_and_everything_by_date_unless_asked() -> None:
    assert SearchRequest(q="strike").order == "relevance"
    assert SearchRequest().order == "newest"
    assert SearchRequest(q="strike", sort="oldest").order == "oldest"


def test_a_search_for_events_is_a_search_for_the_articles_that_hold_them() -> None:
    asked = EventRequest(
        q="tanker", type=("COERCE",), source=("USA",), country=("VEN",), date_to=date(2026, 1, 1)
    )

    assert asked.articles == SearchRequest(
        q="tanker", event_type=("COERCE",), source=("USA",), event_country=("VEN",),
        date_to=date(2026, 1, 1), sort="newest",
    )  # fmt: skip

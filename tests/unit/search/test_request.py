import pytest
from pydantic import ValidationError

from tidings_search.request import (
    FacetRequest,
    NameRequest,
    Narrowing,
    SearchRequest,
    TimelineRequest,
)


def test_blank_fields_of_a_form_are_not_given() -> None:
    blank = {"q": " ", "outlet": [""], "date_from": "", "sort": "", "page": "", "people": ["", "A"]}

    assert SearchRequest.model_validate(blank) == SearchRequest(people=("A",))


def test_a_query_keeps_its_blanks_so_that_mistakes_are_pointed_at_where_they_stand() -> None:
    assert SearchRequest.model_validate({"q": "  oil "}).q == "  oil "


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
        {"page": 2, "cursor": "x"},
        {"cursor": "x" * 2_001},
        {"event_type": ["MURDER"]},
        {"event_type": ["COERCE/riot"]},
        {"event_type": ["AID/"]},
        {"modality": ["certain"]},
        {"sort": "best"},
        {"date_from": "2026-02-30"},
        {"date_from": "2026-03-02", "date_to": "2026-03-01"},
        {"outlet": ["x" * 501]},
        {"outlet": [str(number) for number in range(101)]},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SearchRequest.model_validate(wrong)


def test_a_type_or_a_mode_that_is_none_is_told_what_there_is() -> None:
    for value, sentence in (
        ("MURDER", "no type of event: there are AGREE, CONSULT"),
        ("PROTEST/siege", "no mode of PROTEST: it has demo, riot"),
        ("AID/x", "no mode of AID: it has none"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            SearchRequest.model_validate({"event_type": [value]})


def test_words_are_sorted_by_relevance_and_everything_by_date_unless_asked() -> None:
    assert SearchRequest(q="strike").order == "relevance"
    assert SearchRequest().order == SearchRequest(q=" ").order == "newest"
    assert SearchRequest(q="strike", sort="oldest").order == "oldest"


def test_pages_reach_as_far_as_they_are_said_to() -> None:
    SearchRequest(page=100, size=100)
    with pytest.raises(ValidationError, match=r"first 10,000 results; narrow .* or follow `next`"):
        SearchRequest(page=101, size=100)


def test_a_search_becomes_another_request_with_all_that_narrows_it() -> None:
    asked = SearchRequest(q="oil", ids=(), outlet=("a",), sort="oldest", size=50, page=3)

    assert asked.narrowed_to(TimelineRequest, of="events") == TimelineRequest(
        q="oil", ids=(), outlet=("a",), of="events"
    )
    assert asked.narrowed_to(FacetRequest, "size", "sort").model_fields_set == {
        "q", "ids", "outlet", "size",
    }  # fmt: skip
    assert asked.narrowed_to(Narrowing, q="").query.text == ""


def test_a_kind_that_is_left_blank_is_not_given() -> None:
    assert NameRequest.model_validate({"name": " Ida ", "kind": ""}).kind is None


def test_letters_of_a_facet_are_few_and_a_name_is_not_blank() -> None:
    assert FacetRequest.model_validate({"contains": " wi "}).contains == "wi"
    for model, wrong in ((FacetRequest, {"contains": "x" * 51}), (NameRequest, {"name": "  "})):
        with pytest.raises(ValidationError):
            model.model_validate(wrong)

import json
from datetime import date
from typing import Any

from tidings_search.query import build_events, build_search
from tidings_search.request import TERM_FACETS, SearchRequest

ONE_OF_EACH = SearchRequest(
    outlet=("a.example", "b.example"), people=("Ida Knöll",), event_type=("COERCE",),
    source=("USA",), modality=("planned",),
)  # fmt: skip


def filters(clause: dict[str, Any]) -> str:
    return json.dumps(clause["bool"]["filter"])


def test_only_visible_articles_are_ever_found() -> None:
    for body in (build_search(SearchRequest()), build_events(SearchRequest())):
        assert {"term": {"visible": True}} in body["query"]["bool"]["filter"]


def test_words_are_looked_for_in_any_form_and_phrases_in_the_exact_fields() -> None:
    words, phrase = build_search(SearchRequest(q='strikes "new trial"'))["query"]["bool"]["must"]

    assert words["multi_match"]["fields"] == ["title^3", "text"]
    assert phrase["multi_match"]["fields"] == ["title.exact^3", "text.exact"]
    assert phrase["multi_match"]["query"] == "new trial"


def test_an_empty_search_is_a_valid_query_without_empty_lists_of_values() -> None:
    body = build_search(SearchRequest())

    assert body["query"]["bool"]["must"] == []
    assert body["post_filter"] == {"bool": {"filter": []}}
    assert '"terms": {}' not in json.dumps(body)


def test_days_run_from_their_first_to_their_last_moment() -> None:
    asked = SearchRequest(date_from=date(2026, 3, 1), date_to=date(2026, 3, 31))

    assert {
        "range": {
            "published_at": {
                "gte": "2026-03-01||/d",
                "lte": "2026-03-31||/d",
                "format": "yyyy-MM-dd",
            }
        }
    } in build_search(asked)["query"]["bool"]["filter"]


def test_values_narrow_the_hits_and_every_facet_but_their_own() -> None:
    body = build_search(ONE_OF_EACH)

    assert "a.example" in filters(body["post_filter"])
    assert "a.example" not in json.dumps(body["query"])
    for field in TERM_FACETS:
        narrowed = filters(body["aggs"][field]["filter"])
        assert ("a.example" in narrowed) == (field != "outlet")
        assert ("person:ida knoll" in narrowed) == (field != "people")
        assert "COERCE" in narrowed


def test_a_chosen_value_is_counted_even_when_it_is_not_among_the_most_frequent() -> None:
    counted = build_search(ONE_OF_EACH)["aggs"]["outlet"]["aggs"]

    assert list(counted["chosen"]["filters"]["filters"]) == ["a.example", "b.example"]
    assert "chosen" not in build_search(SearchRequest())["aggs"]["outlet"]["aggs"]


def test_a_chosen_name_is_counted_as_it_is_found() -> None:
    body = build_search(SearchRequest(places=("MÜNCHEN",)))

    found = {"terms": {"entity_names": ["place:munchen"]}}
    assert body["post_filter"]["bool"]["filter"] == [found]
    counted = body["aggs"]["places"]["aggs"]["chosen"]["filters"]
    assert counted == {"keyed": False, "filters": {"MÜNCHEN": found}}


def test_conditions_on_events_share_one_nested_query_so_that_one_event_meets_them_all() -> None:
    [*_, nested] = build_search(ONE_OF_EACH)["post_filter"]["bool"]["filter"]

    conditions = filters(nested["nested"]["query"])
    assert "COERCE" in conditions
    assert "planned" in conditions
    assert "events.source.country" in conditions


def test_the_facet_of_event_types_counts_events_under_the_other_conditions() -> None:
    facet = build_search(ONE_OF_EACH)["aggs"]["event_type"]

    matching = facet["aggs"]["events"]["aggs"]["matching"]
    for narrowed in (filters(facet["filter"]), filters(matching["filter"])):
        assert "COERCE" not in narrowed
        assert "planned" in narrowed
    assert facet["aggs"]["events"]["nested"] == {"path": "events"}


def test_inner_hits_are_asked_for_once() -> None:
    for body in (build_search(ONE_OF_EACH), build_events(ONE_OF_EACH)):
        assert json.dumps(body).count("inner_hits") == 1


def test_a_search_for_events_takes_only_articles_that_have_one() -> None:
    narrowed = build_events(SearchRequest(q="tanker"))["query"]["bool"]["filter"]

    assert narrowed[-1]["nested"]["query"] == {"bool": {"filter": []}}


def test_pages_are_cut_from_a_total_order() -> None:
    body = build_search(SearchRequest(page=3, size=50))

    assert (body["from"], body["size"]) == (100, 50)
    assert body["sort"][-1] == {"article_id": {"order": "asc"}}
    assert body["track_total_hits"] is True


def test_one_entity_is_found_by_its_id_whatever_it_is_called_and_in_its_own_facet_too() -> None:
    asked = SearchRequest(entity=("person:orme~1a", "place:Orm"))

    for body in (build_search(asked), build_events(asked)):
        assert {"terms": {"entity_ids": list(asked.entity)}} in body["query"]["bool"]["filter"]
    assert "entity" not in build_search(asked)["aggs"]


def test_a_list_of_ids_is_a_filter_also_where_it_is_empty() -> None:
    assert {"ids": {"values": []}} in build_search(SearchRequest(ids=()))["query"]["bool"]["filter"]

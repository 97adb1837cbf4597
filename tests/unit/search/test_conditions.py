import json
from datetime import date
from typing import Any

import pytest

from tidings_search.conditions import Conditions, has_value
from tidings_search.facets import ARTICLE_FACETS, EVENT_FACETS, FACETS
from tidings_search.querying.mistakes import QueryMistake
from tidings_search.request import Narrowing

ONE_OF_EACH = Narrowing.model_validate(
    {
        **{name: [f"of {name}"] for name in FACETS},
        "event_type": ["COERCE/seize"],
        "modality": ["planned"],
        "q": "oil event:AID",
    }
)


def conditions(**asked: Any) -> Conditions:
    return Conditions(Narrowing.model_validate(asked))


def test_only_visible_articles_are_ever_found() -> None:
    assert {"term": {"visible": True}} in conditions().searched()["bool"]["filter"]


def test_without_a_question_there_are_no_empty_conditions() -> None:
    empty = conditions()

    assert empty.searched()["bool"]["must"] == [{"match_all": {}}]
    assert empty.chosen() == empty.event() == {"bool": {"filter": []}}
    assert not empty.about_events


def test_days_run_from_their_first_to_their_last_moment() -> None:
    asked = conditions(date_from=date(2026, 3, 1), date_to=date(2026, 3, 31))

    assert asked.searched()["bool"]["filter"][-1] == {
        "range": {
            "published_at": {
                "gte": "2026-03-01||/d", "lte": "2026-03-31||/d", "format": "yyyy-MM-dd",
            }
        }
    }  # fmt: skip


def test_ids_and_entities_are_part_of_what_is_searched_also_where_there_are_none() -> None:
    filters = conditions(ids=["a"], entity=["person:orme~1a"]).searched()["bool"]["filter"]

    assert {"ids": {"values": ["a"]}} in filters
    assert {"terms": {"entity_ids": ["person:orme~1a"]}} in filters
    assert {"ids": {"values": []}} in conditions(ids=[""]).searched()["bool"]["filter"]


@pytest.mark.parametrize("facet", FACETS)
def test_a_facet_is_counted_under_all_filters_but_its_own(facet: str) -> None:
    asked = Conditions(ONE_OF_EACH)
    own = json.dumps(has_value(facet, getattr(ONE_OF_EACH, facet)))

    for clause in (asked.chosen, *([asked.event] if facet in EVENT_FACETS else [])):
        assert own in json.dumps(clause())
        assert own not in json.dumps(clause(but=facet))
        for other in FACETS:
            if other != facet and (other in EVENT_FACETS or clause == asked.chosen):
                theirs = json.dumps(has_value(other, getattr(ONE_OF_EACH, other)))
                assert theirs in json.dumps(clause(but=facet))


def test_one_event_meets_all_filters_on_events_and_what_the_query_says_of_one() -> None:
    [nested] = [
        one for one in Conditions(ONE_OF_EACH).chosen()["bool"]["filter"] if "nested" in one
    ]

    filters = nested["nested"]["query"]["bool"]["filter"]
    assert len(filters) == 1 + len(EVENT_FACETS)
    assert '"AID"' in json.dumps(filters[0])
    assert len(Conditions(ONE_OF_EACH).chosen()["bool"]["filter"]) == len(ARTICLE_FACETS) + 1


def test_events_that_a_query_names_apart_are_alternatives_for_a_list_of_events() -> None:
    [either] = conditions(q="(event:AID) AND (event:COERCE)").event()["bool"]["filter"]
    assert len(either["bool"]["should"]) == 2
    assert conditions(q="oil -event:AID").event() == {"bool": {"filter": []}}


def test_words_alone_ask_nothing_of_events() -> None:
    assert not conditions(q="oil", outlet=["a"]).about_events
    assert conditions(q="oil event:AID").about_events
    assert conditions(modality=["planned"]).about_events


def test_an_entity_is_chosen_by_any_of_its_names_however_it_is_spelt() -> None:
    assert has_value("places", ("MÜNCHEN", "Orm")) == {
        "terms": {"entity_names": ["place:munchen", "place:orm"]}
    }


def test_an_actor_is_chosen_by_the_very_name_that_is_counted_or_by_a_code() -> None:
    alternatives = has_value("source", ["Police"])["bool"]["should"]
    assert [next(iter(one["terms"].items())) for one in alternatives] == [
        ("events.source.name", ["Police"]),
        ("events.source.entity_id", ["Police"]),
        ("events.source.country", ["Police"]),
        ("events.source.sector", ["Police"]),
    ]  # fmt: skip


def test_a_type_is_chosen_whole_or_with_one_of_its_modes() -> None:
    whole, mode = has_value("event_type", ["COERCE", "PROTEST/riot"])["bool"]["should"]

    assert whole == {"term": {"events.event_type": "COERCE"}}
    assert mode["bool"]["filter"] == [
        {"term": {"events.event_type": "PROTEST"}}, {"term": {"events.mode": "riot"}},
    ]  # fmt: skip


def test_a_query_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(QueryMistake):
        conditions(q="(")


@pytest.mark.parametrize(
    "q", ["(event:COERCE outlet:a) OR (event:ASSAULT outlet:b)", "(oil event:AID) OR event:AGREE"]
)
def test_events_that_depend_on_their_article_are_not_named(q: str) -> None:
    conditions = Conditions(Narrowing(q=q))
    assert not conditions.name_events
    with pytest.raises(QueryMistake, match="depends on the article"):
        conditions.event()


@pytest.mark.parametrize(
    "q", ["oil OR event:AID", "oil (event:AID OR event:AGREE)", "oil event:AID outlet:a"]
)
def test_events_that_any_article_may_have_are_named(q: str) -> None:
    assert Conditions(Narrowing(q=q)).name_events

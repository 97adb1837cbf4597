"""Conditions as Elasticsearch's clauses: what counts for the order, and where it is looked for."""

import json
from typing import Any

import pytest

from tidings_search.querying.clauses import clause_of
from tidings_search.querying.read import read_query


def clause(query: str) -> dict[str, Any]:
    return clause_of(read_query(query).node)


def filtered(query: str) -> Any:
    """The clause of a property: nothing of it may add to the score."""
    [only] = clause(query)["bool"]["filter"]
    return only


def of_event(query: str) -> Any:
    nested = filtered(query)["nested"]
    assert nested["path"] == "events"
    return nested["query"]


def test_a_word_counts_more_in_the_title_and_in_its_very_form() -> None:
    found = clause("strikes")["multi_match"]

    weights = {name: float(weight) for name, weight in (f.split("^") for f in found["fields"])}
    assert weights["title"] > weights["text"]
    assert weights["title.exact"] > weights["title"]
    assert weights["text.exact"] > weights["text"]
    assert found["type"] == "phrase"


def test_a_phrase_is_looked_for_as_written_with_as_many_words_between_as_are_allowed() -> None:
    for query, slop in (('"new trial"', 0), ('"new trial"~5', 5)):
        found = clause(query)["multi_match"]
        assert {field.split("^")[0] for field in found["fields"]} == {"title.exact", "text.exact"}
        assert (found["query"], found["slop"]) == ("new trial", slop)


def test_a_place_in_the_article_and_a_weight_are_kept() -> None:
    found = clause("title:strike^4")["multi_match"]
    assert {field.split("^")[0] for field in found["fields"]} == {"title", "title.exact"}
    assert found["boost"] == 4


def test_a_misspelt_word_has_its_first_letter_right() -> None:
    for query, edits in (("acquital~", "AUTO"), ("acquital~1", 1)):
        found = clause(query)["multi_match"]
        assert (found["fuzziness"], found["prefix_length"]) == (edits, 1)
        assert "type" not in found


def test_a_pattern_is_one_of_its_places() -> None:
    assert [list(one["wildcard"]) for one in clause("acqu*")["bool"]["should"]] == [
        ["title.exact"], ["text.exact"],
    ]  # fmt: skip
    assert clause("acqu*")["bool"]["minimum_should_match"] == 1


def test_a_pattern_loses_the_accents_that_words_lose_and_other_scripts_keep_their_marks() -> None:
    for query, pattern in (
        ("Erdoğ*n", "erdog*n"),
        ("strAße?", "strasse?"),
        ("ガス*", "ガス*"),
        ("हिन्*", "हिन्*"),
    ):
        [title, _] = clause(query)["bool"]["should"]
        assert title["wildcard"]["title.exact"]["value"] == pattern
    assert clause("section:École*")["bool"]["filter"][0]["wildcard"]["section"]["value"] == "École*"


def test_not_means_not_and_nothing_may_be_left_out() -> None:
    found = clause("a b -c")["bool"]
    assert (len(found["must"]), len(found["must_not"])) == (2, 1)
    assert clause("NOT a")["bool"].keys() == {"must_not"}
    assert "minimum_should_match" not in json.dumps(clause("a b -c"))


def test_an_article_s_properties_never_score() -> None:
    assert filtered("section:World") == {
        "term": {"section": {"value": "World", "case_insensitive": True}}
    }
    assert filtered("outlet:gazette") == {"match_phrase": {"outlet.words": "gazette"}}
    assert filtered("country:iran") == {"term": {"countries": "IRN"}}
    assert filtered("author:*") == any_of({"exists": {"field": "authors"}})


def any_of(*clauses: Any) -> Any:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def test_an_id_is_compared_letter_by_letter() -> None:
    [found] = filtered("id:aB")["term"].values()
    assert found == {"value": "aB", "case_insensitive": False}


def test_an_entity_is_called_by_a_name_an_alias_or_words_of_its_name() -> None:
    assert filtered('person:"Ida KNÖLL"') == any_of(
        {"term": {"entity_names": "person:ida knoll"}},
        {"match_phrase": {"people.words": "Ida KNÖLL"}},
    )


def test_an_actor_is_a_name_an_id_a_country_or_a_sector() -> None:
    name, *codes = of_event("source:mil")["bool"]["should"]
    assert name == {"match_phrase": {"events.source.name.words": "mil"}}
    assert [next(iter(code["term"])) for code in codes] == [
        "events.source.entity_id", "events.source.country", "events.source.sector",
    ]  # fmt: skip
    assert len(of_event("actor:mil")["bool"]["should"]) == 2


def test_conditions_on_one_event_stand_in_one_nested_query() -> None:
    found = of_event("event:COERCE -modality:denied")

    assert found["bool"]["filter"] == [
        {"term": {"events.event_type": "COERCE"}},
        {"bool": {"must_not": [{"term": {"events.modality": "denied"}}]}},
    ]
    assert json.dumps(clause("event:COERCE killed:>5")).count('"nested"') == 1
    assert json.dumps(clause("(event:COERCE) (killed:>5)")).count('"nested"') == 2


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("place:Lima", "places.words"),
        ("event:AID place:Lima", "events.place.name.words"),
        ("event:AID (place:Lima)", "places.words"),
        ("country:PER", '"countries"'),
        ("event:AID country:PER", '"events.countries"'),
        ("event:AID (country:PER)", '"countries"'),
    ],
)
def test_place_and_country_are_looked_for_where_they_are_meant(query: str, path: str) -> None:
    written = json.dumps(clause(query))
    assert path in written
    assert ("events." + path.strip('"')) not in written.replace(path, "")


def test_a_range_keeps_its_ends() -> None:
    assert of_event("killed:{5 TO 10]") == {"range": {"events.killed": {"gt": 5, "lte": 10}}}
    days = filtered("date:2026-03-31")["range"]["published_at"]
    assert (days["gte"], days["lt"]) == ("2026-03-31||", "2026-03-31||+1d")


def test_an_event_that_lasts_happened_on_each_of_its_days() -> None:
    starts, ends = of_event("event_date:2026-03-31")["bool"]["filter"]
    assert starts["range"]["events.date.from"]["lt"] == "2026-03-31||+1d"
    assert ends["range"]["events.date.to"]["gte"] == "2026-03-31||/d"

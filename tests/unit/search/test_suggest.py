import re

import pytest

from tidings_search.querying.nodes import Is
from tidings_search.querying.read import read_query
from tidings_search.suggest import SUGGESTED, build_suggestions, query_of, read_suggestions

FIELD_OF_FACET = {
    "people": "person", "organisations": "org", "places": "place", "groups": "group",
    "outlet": "outlet",
}  # fmt: skip


def test_entities_and_outlets_are_suggested_of_visible_articles() -> None:
    body = build_suggestions("kno")

    assert body["query"] == {"bool": {"filter": [{"term": {"visible": True}}]}}
    assert body["aggs"].keys() == FIELD_OF_FACET.keys()


@pytest.mark.parametrize("name", ["Ida Knoll", "KNÖLL", "Saint-Knoll", "D'Knolly", "knoll"])
def test_any_word_of_a_name_may_begin_so(name: str) -> None:
    include = build_suggestions("kno")["aggs"]["people"]["terms"]["include"]

    assert re.fullmatch(include, name)
    assert not re.fullmatch(include, "Eknoll")


def test_the_most_frequent_come_first_whatever_they_are() -> None:
    counted = {
        facet: {"buckets": [{"key": f"{facet} {n}", "doc_count": 10 * n + at} for n in range(5)]}
        for at, facet in enumerate(FIELD_OF_FACET)
    }
    found = read_suggestions({"aggregations": counted})

    assert len(found) == SUGGESTED
    assert [one.articles for one in found] == sorted((o.articles for o in found), reverse=True)
    assert found[0].name == "outlet 4"
    assert (found[0].kind, found[0].query) == ("outlet", 'outlet:"outlet 4"')


@pytest.mark.parametrize("name", ["Ida Knoll", 'The "Wire"', "a\\b", "AND", "a:b (c)", "x*", "“Q”"])
@pytest.mark.parametrize("field", ["person", "outlet"])
def test_a_suggestion_s_query_finds_that_very_name(field: str, name: str) -> None:
    node = read_query(query_of(field, name)).node

    assert isinstance(node, Is)
    assert (node.field.name, node.value, node.how) == (field, name, "whole")

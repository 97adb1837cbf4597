"""Entities over several articles, each with what Elasticsearch would find of them."""

from typing import Any

from tests.unit.search.newspaper import MET
from tidings.messages import Place
from tidings_search.countries import country_name
from tidings_search.entity import (
    MOST_READ,
    build_entity,
    build_namesakes,
    first_told,
    ids_called,
    read_counts,
    read_entity,
    read_namesakes,
)
from tidings_search.results import ArticleLine, EventPage, FoundEvent

KNOLL = {
    "entity_id": "person:ida-knoll", "name": "Ida Knoll", "kind": "person", "country": "SWE",
    "aliases": ["Knoll", "IDA KNOLL"], "place": None,
    "joined_by": ["last name of a full name", "written otherwise"],
}  # fmt: skip
LATER = {
    **KNOLL, "aliases": ["Knoll", "Knöll"], "country": None,
    "joined_by": ["before “, a tailor”", "last name of a full name"],
}  # fmt: skip
OTHER = {"entity_id": "person:knoll~1a", "name": "Knoll", "kind": "person", "aliases": []}
ORM = {
    "entity_id": "place:orm-swe", "name": "Orm", "kind": "place", "aliases": [], "country": "SWE",
    "place": {"name": "Orm", "country": "SWE", "lat": 57.5, "lon": 12.0},
}  # fmt: skip


def an_answer(*articles: list[dict[str, Any]], total: int | None = None) -> dict[str, Any]:
    hits = [
        {
            "_id": f"a{number}",
            "_source": {"title": f"T{number}", "parts": {"entities": {"entities": entities}}},
        }
        for number, entities in enumerate(articles)
    ]
    return {"hits": {"total": {"value": len(hits) if total is None else total}, "hits": hits}}


def test_a_name_is_looked_for_in_every_kind_however_it_is_spelt() -> None:
    body = build_namesakes("  Ida KNÖLL ")

    [visible, called] = body["query"]["bool"]["filter"]
    assert visible == {"term": {"visible": True}}
    assert "person:ida knoll" in called["terms"]["entity_names"]
    assert len(called["terms"]["entity_names"]) == 5
    assert body["size"] == build_entity("x")["size"] == MOST_READ


def test_everyone_called_so_in_what_was_read_is_found_those_with_most_articles_first() -> None:
    answer = an_answer([OTHER, ORM], [KNOLL], [LATER], total=900)

    assert ids_called("KNOLL", answer) == ["person:knoll~1a", "person:ida-knoll"]
    found = read_namesakes("KNOLL", answer, {"person:ida-knoll": 400, "person:knoll~1a": 1})
    assert (found.articles, found.articles_read) == (900, 3)
    assert [(one.name, one.articles, one.country_name) for one in found.entities] == [
        ("Ida Knoll", 400, "Sweden"),
        ("Knoll", 1, None),
    ]


def test_a_name_is_looked_for_in_one_kind_alone_where_it_is_given() -> None:
    [_, called] = build_namesakes("Orm", "place")["query"]["bool"]["filter"]
    assert called == {"terms": {"entity_names": ["place:orm"]}}

    namesake = {**OTHER, "name": "Orm"}
    found = read_namesakes("orm", an_answer([ORM, namesake]), {}, "place")
    assert (found.kind, [one.entity_id for one in found.entities]) == ("place", ["place:orm-swe"])
    assert ids_called("orm", an_answer([ORM, namesake]), "person") == ["person:knoll~1a"]


def test_each_alias_says_in_how_many_articles_and_why() -> None:
    entity = read_entity("person:ida-knoll", an_answer([LATER, OTHER], [KNOLL, ORM], [KNOLL]))

    assert entity
    assert (entity.name, entity.kind, entity.country, entity.articles) == (
        "Ida Knoll", "person", "SWE", 3,
    )  # fmt: skip
    assert [(one.name, one.articles, one.reasons) for one in entity.aliases] == [
        ("Knoll", 3, ("last name of a full name", "before “, a tailor”")),
        ("IDA KNOLL", 2, ("written otherwise",)),
        ("Knöll", 1, ("last name of a full name",)),
    ]
    assert [article.title for article in entity.newest] == ["T0", "T1", "T2"]


def test_the_usual_name_is_the_canonical_one_and_another_has_the_same_id() -> None:
    accented = {**KNOLL, "name": "Ida Knöll", "aliases": [], "joined_by": []}
    entity = read_entity("person:ida-knoll", an_answer([accented], [KNOLL], [KNOLL]))

    assert entity
    assert entity.name == "Ida Knoll"
    assert [one.reasons for one in entity.aliases if one.name == "Ida Knöll"] == [("same id",)]


def test_an_article_read_before_reasons_were_kept_gives_none() -> None:
    entity = read_entity("person:ida-knoll", an_answer([{**KNOLL, "joined_by": {}}]))

    assert entity
    assert {one.reasons for one in entity.aliases} == {()}


def test_a_place_has_its_coordinates() -> None:
    entity = read_entity("place:orm-swe", an_answer([ORM]))

    assert entity
    assert entity.place == Place(name="Orm", country="SWE", lat=57.5, lon=12.0)


def test_what_no_article_names_is_no_entity() -> None:
    assert read_entity("person:nobody", an_answer()) is None


def test_counts_are_read_by_id() -> None:
    buckets = [{"key": "place:orm-swe", "doc_count": 7}]

    assert read_counts({"aggregations": {"articles": {"buckets": buckets}}}) == {"place:orm-swe": 7}


def test_countries_have_names_and_an_unknown_code_is_its_own() -> None:
    assert (country_name("UKR"), country_name("QQQ"), country_name(None)) == (
        "Ukraine", "QQQ", None,
    )  # fmt: skip


def test_of_events_that_read_the_same_in_one_article_the_first_is_told() -> None:
    told = [
        FoundEvent(event={**MET, "event_id": event_id}, article=ArticleLine(article_id=article_id))
        for event_id, article_id in (("e1", "a1"), ("e2", "a1"), ("e1", "a2"))
    ]
    page = EventPage(total=3, articles=2, size=5, events=tuple(told))

    assert first_told(page) == [told[0], told[2]]

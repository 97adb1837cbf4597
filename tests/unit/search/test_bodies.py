import json

import pytest

from tidings_search.bodies import (
    MOST_INNER,
    build_articles,
    build_event,
    build_event_count,
    build_event_page,
    build_export,
)
from tidings_search.cursor import FIRST, ArticlePlace, EventPlace
from tidings_search.request import SearchRequest, Sort

ABOUT_EVENTS = SearchRequest(q="oil", event_type=("COERCE",))
BODIES = (
    build_articles(ABOUT_EVENTS),
    build_articles(ABOUT_EVENTS, ArticlePlace((1.0, 5, "a1"), "pit")),
    build_event_page(ABOUT_EVENTS, FIRST, 21),
    build_event_count(ABOUT_EVENTS),
    build_event("e1"),
    build_export(ABOUT_EVENTS, ["title"], ()),
)


@pytest.mark.parametrize("body", BODIES)
def test_every_search_has_a_limit_of_time_and_shows_visible_articles_only(
    body: dict[str, object],
) -> None:
    assert '{"term": {"visible": true}}' in json.dumps(body["query"])


def test_totals_are_exact_where_they_are_shown() -> None:
    assert build_articles(ABOUT_EVENTS)["track_total_hits"] is True
    assert build_event_count(ABOUT_EVENTS)["track_total_hits"] is True


def test_pages_are_cut_from_a_total_order() -> None:
    body = build_articles(SearchRequest(page=3, size=50))

    assert (body["from"], body["size"]) == (100, 50)
    assert body["sort"][-1] == {"article_id": {"order": "asc"}}


def test_a_walk_goes_on_behind_an_article_and_not_by_number() -> None:
    first = build_articles(SearchRequest(), ArticlePlace())
    following = build_articles(SearchRequest(), ArticlePlace((5, "a1")))

    assert not {"from", "search_after"} & set(first)
    assert following["search_after"] == [5, "a1"]
    assert "from" not in following


@pytest.mark.parametrize(
    ("sort", "first"),
    [("relevance", "_score"), ("newest", "published_at"), ("oldest", "published_at")],
)
def test_undated_articles_come_last_in_every_order(sort: Sort, first: str) -> None:
    order = build_articles(SearchRequest(q="oil", sort=sort))["sort"]

    assert list(order[0]) == [first]
    [dated] = [one["published_at"] for one in order if "published_at" in one]
    assert dated["missing"] == "_last"
    assert dated["order"] == ("asc" if sort == "oldest" else "desc")


def test_matching_events_are_asked_for_once_and_only_where_events_are_asked_about() -> None:
    about, plain = build_articles(ABOUT_EVENTS), build_articles(SearchRequest(q="oil"))

    assert json.dumps(about).count("inner_hits") == 1
    assert about["query"]["bool"]["minimum_should_match"] == 0
    assert "inner_hits" not in json.dumps(plain)
    assert "events.event_id" in plain["_source"]
    assert "events.event_id" not in about["_source"]


def test_a_page_of_events_begins_at_its_place_in_the_order_of_all_events() -> None:
    newest = build_event_page(ABOUT_EVENTS, EventPlace(2**60, "e7"), 21)
    oldest = build_event_page(
        ABOUT_EVENTS.model_copy(update={"sort": "oldest"}), EventPlace(2**60, "e7"), 500
    )

    assert json.dumps({"range": {"events.order": {"gte": 2**60}}}) in json.dumps(newest)
    assert json.dumps({"range": {"events.order": {"lte": 2**60}}}) in json.dumps(oldest)
    assert (newest["sort"][0]["events.order"]["mode"], newest["size"]) == ("min", 21)
    assert (oldest["sort"][0]["events.order"]["mode"], oldest["size"]) == ("max", 500)
    assert json.dumps(oldest).count(f'"inner_hits": {{"size": {MOST_INNER}') == 1


def test_an_article_is_sorted_by_those_events_alone_that_are_listed() -> None:
    body = build_event_page(ABOUT_EVENTS, FIRST, 21)

    [nested] = [one["nested"] for one in body["query"]["bool"]["filter"] if "nested" in one]
    assert body["sort"][0]["events.order"]["nested"]["filter"] == nested["query"]


def test_an_export_ends_with_all_articles_so_it_needs_no_score() -> None:
    assert "_score" not in json.dumps(build_export(SearchRequest(q="oil"), ["title"], ()))
    following = build_export(SearchRequest(sort="oldest"), ["title"], [5, "a1"])
    assert following["search_after"] == [5, "a1"]
    assert following["sort"][0]["published_at"]["order"] == "asc"

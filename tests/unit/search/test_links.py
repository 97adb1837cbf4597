from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tidings_search.links import Links, Typed, address, entity_address, last_page
from tidings_search.request import SearchRequest

ASKED = SearchRequest(q='100% "sure" & 貨物船', outlet=("a.example",), page=11)
WALKED = SearchRequest(q="met", outlet=("a.example",), cursor="abc", size=50)


def read(link: str) -> SearchRequest:
    """What the service would read out of the address."""
    fields: dict[str, object] = {}
    for name, values in parse_qs(urlsplit(link).query, strict_parsing=True).items():
        single = name in ("q", "page", "size", "sort", "date_from", "date_to", "cursor")
        fields[name] = values[0] if single else values
    return SearchRequest.model_validate(fields)


@pytest.mark.parametrize(
    "asked", [ASKED, SearchRequest(people=("A & B", "a+b", "Müller #3"), date_to=date.max, size=5)]
)
def test_an_address_says_all_that_is_asked(asked: SearchRequest) -> None:
    assert read(address(asked)) == asked


def test_everything_has_the_shortest_address() -> None:
    assert address(SearchRequest()) == "/"


def test_choosing_and_taking_back_a_value_start_at_the_first_page() -> None:
    links = Links(ASKED)

    chosen = read(links.toggle("outlet", "b.example"))
    assert (chosen.outlet, chosen.page, chosen.q) == (("a.example", "b.example"), 1, ASKED.q)
    assert read(links.toggle("outlet", "a.example")).outlet == ()


@pytest.mark.parametrize("asked", [ASKED, WALKED])
def test_whatever_changes_starts_at_the_first_page_and_stays_in_its_view(
    asked: SearchRequest,
) -> None:
    links = Links(asked, "/events")
    for link in (
        links.toggle("people", "Ida Knoll"), links.without("outlet"), links.only(source=("navy",)),
        links.days(date(2026, 3, 1), None), links.sort("oldest"), links.query("left"),
        links.without_filters(),
    ):  # fmt: skip
        changed = read(link)
        assert urlsplit(link).path == "/events"
        assert (changed.page, changed.cursor) == (1, None)


def test_a_page_and_a_cursor_lead_on_in_the_same_search() -> None:
    assert read(Links(ASKED).page(12)) == ASKED.model_copy(update={"page": 12})
    assert read(Links(WALKED).following("def")) == WALKED.model_copy(update={"cursor": "def"})


def test_one_search_is_seen_in_other_views_exported_and_counted() -> None:
    links = Links(WALKED, "/events")

    assert links.view("/map").startswith("/map?")
    assert read(links.view("/map")) == WALKED.model_copy(update={"cursor": None})
    assert links.export("events", "csv") == ("/api/export/events?q=met&outlet=a.example&format=csv")
    assert links.facet("people", contains="kn").startswith("/facets/people?q=met")
    assert links.facet("people").endswith("view=/events") or links.facet("people").endswith(
        "view=%2Fevents"
    )
    assert links.json("/api/events").startswith("/api/events?q=met")


def test_an_address_of_the_api_says_what_the_api_there_knows() -> None:
    asked = WALKED.model_copy(update={"sort": "oldest"})
    assert Links(asked).json("/api/map") == "/api/map?q=met&outlet=a.example"
    assert Links(asked).json("/api/pairs", by="name") == (
        "/api/pairs?q=met&outlet=a.example&by=name"
    )
    assert read(Links(asked).json()) == asked


def test_a_list_of_no_ids_stays_one() -> None:
    links = Links(SearchRequest(q="met", ids=()))

    for link in (links.view("/map"), links.sort("oldest"), links.json("/api/map"), links.again(),
                 links.export("events", "csv"), links.facet("people")):  # fmt: skip
        assert "ids=&" in f"{link}&"
    assert links.kept("q") == [("ids", "")]


def test_what_cannot_be_read_is_left_out_and_all_else_kept() -> None:
    given = [("q", "oil"), ("outlet", "a"), ("size", "x"), ("page", "2"), ("strange", "1")]
    typed = Typed("/facets/people", [*given, ("view", "/map")], {"size"})

    assert (typed.path, typed.q, typed.kept()) == ("/map", "oil", [("outlet", "a")])
    assert typed.query("a & b") == "/map?q=a%20%26%20b&outlet=a"
    assert Typed("/", [("date_to", "2026-01-01"), ("outlet", "a")], {""}).kept() == [
        ("outlet", "a")
    ]
    assert Typed("/entities", [("view", "//evil.example")]).path == "/"


def test_removing_all_filters_keeps_the_words() -> None:
    assert read(Links(ASKED).without_filters()) == SearchRequest(q=ASKED.q)


def test_a_form_carries_along_what_it_does_not_ask() -> None:
    assert Links(ASKED).kept("q") == [("outlet", "a.example")]
    assert Links(WALKED).kept("outlet") == [("q", "met"), ("size", "50")]


def test_one_chosen_entity_has_an_address() -> None:
    one = SearchRequest(people=("A & B",), outlet=("a.example",))

    assert Links(one).entities() == ("A & B", "/entities?name=A%20%26%20B&kind=person")
    assert Links(one.model_copy(update={"places": ("Orm",)})).entities() is None
    assert Links(one.model_copy(update={"entity": ("a/b",)})).entities() is None
    assert Links(ASKED).entities() is None


def test_an_entity_that_is_chosen_by_its_id_has_its_page_and_can_be_taken_back() -> None:
    links = Links(SearchRequest(q="met", entity=("place:a/b",)))

    assert links.entities() == ("place:a/b", "/entities/place%3Aa%2Fb")
    assert links.chosen() == [("entity", "place:a/b")]
    assert read(links.toggle("entity", "place:a/b")) == SearchRequest(q="met")


@pytest.mark.parametrize("entity_id", ["person:orme~1a2b3c", "place:a/b?c#d%", 'é\0"<', ".."])
def test_an_id_of_any_letters_is_one_segment(entity_id: str) -> None:
    written = entity_address(entity_id).removeprefix("/entities/")

    assert not set('/?#"<\0') & set(written)
    assert unquote(written) == entity_id


def test_the_last_page_is_one_that_may_be_asked_for() -> None:
    assert (last_page(0, 20), last_page(20, 20), last_page(21, 20)) == (1, 1, 2)
    assert last_page(10**6, 20) == 500
    SearchRequest(page=last_page(10**6, 30), size=30)

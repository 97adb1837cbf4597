"""What the pages work out beside the templates."""

from markupsafe import Markup

from tidings_search.links import Links
from tidings_search.problems import Problem, problem_of
from tidings_search.querying.mistakes import QueryMistake
from tidings_search.querying.read import read_query
from tidings_search.rendering import (
    facet_page,
    marked_sentence,
    mended,
    new_environment,
    swapped,
)
from tidings_search.request import FacetRequest, SearchRequest
from tidings_search.timeline import Timeline


def problem_in(q: str) -> Problem:
    try:
        read_query(q)
    except QueryMistake as mistake:
        return problem_of(mistake)
    raise AssertionError(f"{q} can be read")


def test_a_suggestion_takes_the_place_of_the_mistake() -> None:
    for wrong, right in (
        ("oil perosn:Trump", "oil person:Trump"),
        ("(event:COERSE oil)", "(event:COERCE oil)"),
        ('country:"Untied States" oil', 'country:"United States" oil'),
    ):
        assert mended(wrong, problem_in(wrong)) == right
        read_query(right)


def test_without_a_suggestion_nothing_is_mended() -> None:
    assert mended("tanker OR", problem_in("tanker OR")) is None


def test_a_mode_takes_the_place_of_its_type() -> None:
    assert swapped(("AID", "COERCE"), "COERCE", "COERCE/seize") == ("AID", "COERCE/seize")


def test_pages_of_a_facet_keep_its_letters() -> None:
    asked = FacetRequest(q="oil", contains="an", page=2)
    links = Links(SearchRequest(q="oil"), "/events")
    assert facet_page(links, asked, "people", 3) == (
        "/facets/people?q=oil&contains=an&page=3&view=%2Fevents"
    )


def test_a_sentence_is_escaped_and_its_slots_are_marked() -> None:
    event = {
        "sentence": {"text": "<b> seized it", "start": 10, "end": 23},
        "trigger": {"text": "seized", "start": 14, "end": 20},
    }
    assert marked_sentence(event) == Markup(
        '&lt;b&gt; <mark class="slot trigger" title="what is done">seized</mark> it'
    )


def test_whatever_is_typed_is_shown_as_words() -> None:
    q = '"><script>alert(1)</script>'
    asked = SearchRequest(q=q)
    page = (
        new_environment()
        .get_template("search.html")
        .render(
            asked=asked, links=Links(asked), elsewhere=Links(asked), path="/", views={"/": "All"},
            problem=Problem(title="Bad", status=400, detail=q, position=2), plain=q,
        )
    )  # fmt: skip
    assert "<script>alert" not in page
    assert 'value="&#34;&gt;&lt;script&gt;' in page


def test_an_empty_chart_has_no_bars() -> None:
    timeline = Timeline(of="articles", interval="1d", total=0, undated=0, bars=())
    source = '{% from "charts.html" import counts %}{{ counts(timeline, links, "article") }}'
    drawn = (
        new_environment()
        .from_string(source)
        .render(timeline=timeline, links=Links(SearchRequest()))
    )
    assert "<svg" not in drawn

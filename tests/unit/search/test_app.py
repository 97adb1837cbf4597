"""The service over an archive in memory: routes, errors, and what the pages say."""

from collections.abc import AsyncIterator
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest

from tests.unit.search.in_memory import InMemoryArchive, a_client
from tests.unit.search.newspaper import TITLE, a_document
from tidings import metrics
from tidings.http import OPERATIONS
from tidings.settings import Settings
from tidings_search.app import build_app
from tidings_search.engine import Notice
from tidings_search.request import SearchRequest

PAGES = ("/", "/events", "/map", "/pairs", "/facets/outlet", "/help", "/events/e1", "/articles/a1",
         "/entities/orm", "/entities?name=Knoll")  # fmt: skip


@pytest.fixture
def archive() -> InMemoryArchive:
    return InMemoryArchive(
        a_document(),
        a_document(article_id="https://s.example/a?b=1", title="<script>alert(1)</script> & co"),
    )


@pytest.fixture
async def client(archive: InMemoryArchive) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client(archive) as client:
        yield client


async def test_the_api_reads_repeated_parameters_as_alternatives(
    client: httpx.AsyncClient, archive: InMemoryArchive
) -> None:
    response = await client.get("/api/articles?q=met&outlet=a&outlet=b&people=&size=5")

    assert response.status_code == 200
    assert response.json()["total"] == 2
    [asked] = archive.asked
    assert asked.model_dump(exclude_defaults=True) == {"q": "met", "outlet": ("a", "b"), "size": 5}


async def test_an_article_has_its_names_spans_events_and_parts(client: httpx.AsyncClient) -> None:
    article = (await client.get("/api/articles/a1")).json()

    assert article["people"] == ["Ida Knoll"]
    assert article["mentions"][0]["text"] == "Orm"
    assert article["events"][0]["trigger"]["text"] == "met"
    assert article["parts"]["entities"]["extractor_version"] == "test 1"


async def test_only_the_fields_that_are_asked_for_are_given(client: httpx.AsyncClient) -> None:
    page = (await client.get("/api/articles?fields=title&fields=outlet")).json()
    assert all(set(one) == {"article_id", "title", "outlet"} for one in page["articles"])
    assert page["total"] == 2
    refused = await client.get("/api/articles?fields=titel")
    assert (refused.status_code, "no field “titel”" in refused.text) == (422, True)


async def test_next_is_an_address_that_works_as_it_is_printed(client: httpx.AsyncClient) -> None:
    page = (
        await client.get("/api/events", params={"q": '100% "sure" AT&T #3 貨物船', "size": 1})
    ).json()

    following = await client.get(page["next"])
    assert following.status_code == 200
    assert urlsplit(page["next"]).netloc == "127.0.0.1:8000"
    for other in (page["next"].replace("sure", "not"), page["next"][:-1]):
        refused = await client.get(other)
        assert (refused.status_code, refused.json()["title"]) == (400, "Bad Request")
        assert refused.json()["detail"].startswith("`cursor`: this")


async def test_next_does_not_believe_what_a_request_says_of_its_host(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/api/events?size=1", headers={"host": "evil.example"})).json()
    assert page["next"].startswith("http://127.0.0.1:8000/api/events?")

    app = build_app(Settings(host="0.0.0.0"), InMemoryArchive(a_document()))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://search") as everywhere:
        page = (await everywhere.get("/api/events?size=1")).json()
        assert page["next"].startswith("/api/events?")
        assert (await everywhere.get(page["next"])).status_code == 200


async def test_numbers_of_pages_lead_on_to_the_last(client: httpx.AsyncClient) -> None:
    for number, following in ((2, None), (1, None)):
        page = (await client.get(f"/api/articles?size=1&page={number}")).json()
        assert page["next"] == following
    many = InMemoryArchive(*(a_document(article_id=f"a{number}") for number in range(3)))
    async with a_client(many) as other:
        page = (await other.get("/api/articles?size=1&page=2&q=met")).json()
    assert page["next"] == "http://127.0.0.1:8000/api/articles?q=met&size=1&page=3"


async def test_a_page_says_that_nothing_new_comes_in_and_the_api_is_as_ever(
    client: httpx.AsyncClient, archive: InMemoryArchive
) -> None:
    before = (await client.get("/api/articles?q=met")).text
    assert "New articles wait" not in (await client.get("/?q=met")).text
    archive.hindrance = Notice("The index is read-only: disk.", "New articles wait.")
    for address in ("/?q=met", "/articles/a1"):
        page = (await client.get(address)).text
        assert "The index is read-only: disk." in page
        assert "New articles wait." in page
    assert (await client.get("/api/articles?q=met")).text == before


async def test_an_id_may_be_an_address(client: httpx.AsyncClient) -> None:
    for path in ("/api/articles/", "/api/trace/", "/articles/"):
        response = await client.get(f"{path}https%3A%2F%2Fs.example%2Fa%3Fb%3D1")
        assert response.status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/articles?q=a+AND", 400, "Character 3: nothing follows “AND”."),
        ("/api/articles?q=perosn:x", 400, "did you mean “person”?"),
        ("/api/articles?cursor=x", 400, "`cursor`: this is not a cursor"),
        ("/api/articles?outlets=x", 422, "did you mean `outlet`?"),
        ("/api/articles?size=500", 422, "`size`='500'"),
        ("/api/articles?size=100&page=101", 422, "first 10,000 results"),
        ("/api/events?event_type=MURDER", 422, "“MURDER” is no type of event"),
        ("/api/facets/none", 422, "`facet`='none'"),
        ("/api/suggest", 422, "`q`"),
        ("/api/export/events?format=xls", 422, "`format`='xls'"),
        ("/api/articles/none", 404, "no article with the id “none”"),
        ("/api/events/none", 404, "no event with the id “none”"),
        ("/api/trace/none", 404, "no article with the id “none”"),
        ("/api/entities/none", 404, "No article names “none”"),
        ("/api/entities?name=+", 422, "`name`"),
        ("/api/entities", 422, "`name`"),
        ("/api/entities?name=n&kind=people", 422, "`kind`='people'"),
        (f"/api/entities?name={'n' * 501}", 422, "at most 500 characters"),
        ("/api/none", 404, "nothing at this address"),
        ("/api/articles?q=a&q=b", 422, "`q`='b': it is given 2 times"),
        ("/api/articles?date_from=2026-02-02&date_to=2026-02-01", 422, "The first day"),
    ],
)
async def test_what_is_wrong_is_a_problem_document_with_a_sentence(
    client: httpx.AsyncClient, path: str, status: int, words: str
) -> None:
    response = await client.get(path)

    assert response.status_code == response.json()["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert words in response.json()["detail"]


async def test_a_method_that_an_address_does_not_take_is_a_problem_document(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/api/articles")
    assert (response.status_code, response.json()["status"]) == (405, 405)
    assert response.headers["allow"] == "GET, HEAD"


async def test_a_mistake_in_the_query_is_pointed_at_and_a_suggestion_made(
    client: httpx.AsyncClient,
) -> None:
    problem = (await client.get("/api/articles?q=oil+perosn:Ida")).json()

    assert (problem["position"], problem["suggestion"]) == (5, "person")
    page = await client.get("/?q=oil+perosn:Ida")
    assert page.status_code == 400
    for shown in ('value="oil perosn:Ida"', "did you mean “person”?", "oil%20person%3AIda"):
        assert shown in page.text


async def test_while_elasticsearch_is_away_everyone_is_told_when_to_ask_again() -> None:
    async with a_client(None) as client:
        for path in ("/api/articles", "/api/events", "/api/facets", "/api/histogram", "/api/pairs",
                     "/api/map", "/api/suggest?q=a", "/api/articles/a1", "/api/events/e1",
                     "/api/entities/x", "/api/export/articles", "/api/export/events",
                     "/", "/events", "/map", "/pairs", "/articles/a1"):  # fmt: skip
            response = await client.get(path)
            assert response.status_code == 503
            assert "Elasticsearch does not answer" in response.text
            assert "Traceback" not in response.text
            assert response.headers["retry-after"] == "5"
        assert (await client.get("/ready")).status_code == 503
        assert (await client.get("/health")).status_code == 200


async def test_an_outage_keeps_what_was_typed() -> None:
    async with a_client(InMemoryArchive()) as client:
        page = await client.get("/?q=oil+tanker")
        assert (page.status_code, 'value="oil tanker"' in page.text) == (503, True)
        page = await client.get("/events?q=oil&cursor=abc")
        assert 'href="/events?q=oil&cursor=abc">Try again' in unescape(page.text)


async def test_a_fault_of_ours_is_not_spelt_out_to_the_asker() -> None:
    broken = InMemoryArchive(a_document())
    broken.documents["a1"]["parts"]["events"] = {"secret": 1}  # type: ignore[typeddict-item, typeddict-unknown-key]
    async with a_client(broken) as client:
        response = await client.get("/api/articles/a1")

    assert response.status_code == 500
    assert "secret" not in response.text
    assert response.json()["detail"].startswith("Something went wrong on our side")


async def test_the_page_shows_markup_in_titles_passages_and_facets_as_words(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get('/?q="<b>bold</b>"')

    for inert in ("<script>", "<i>", "<b>"):
        assert inert not in page.text
    for shown in ("<script>alert(1)</script> & co", '"<b>bold</b>"', "1,234"):
        assert shown in unescape(page.text)


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_whole_lets_nothing_run_and_can_be_asked_for_its_head(
    client: httpx.AsyncClient, path: str
) -> None:
    page, head = await client.get(path), await client.head(path)

    assert page.text.rstrip().endswith("</html>")
    assert (page.status_code, head.status_code, head.content) == (200, 200, b"")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_the_article_page_marks_entities_and_events_and_names_its_parts(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/articles/a1")).text

    assert '<mark id="event-e1" class="trigger"' in page
    assert '<mark class="entity person" title="person: Ida Knoll">Ida Knoll</mark>' in page
    for shown in ("Ormish navy", "test 1", TITLE, 'href="/entities/knoll"', "/?entity=knoll"):
        assert shown in page


async def test_an_entity_page_has_names_with_reasons_articles_and_events(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/entities/orm")).text

    assert "<b>Orm" not in page
    for shown in (
        "<b>Orm</b>", "Sweden", "57.50° N, 12.00° W", "1,234 articles", "GeoNames",
        "table of towns",
        "300 of 1,234 articles", "/?entity=orm", "/articles/a%2F1", "Ormish navy",
    ):  # fmt: skip
        assert shown in unescape(page)


async def test_a_name_leads_to_its_one_entity_or_to_a_list(client: httpx.AsyncClient) -> None:
    one = await client.get("/entities?name=Ida")
    assert (one.status_code, one.headers["location"]) == (307, "/entities/person%3Aknoll~1%2Fa")
    assert (await client.get(one.headers["location"])).status_code == 200

    several = (await client.get("/entities?name=Knoll")).text
    assert "300 of 900 articles" in several
    assert 'href="/entities/person%3Aknoll~1%2Fa"' in several

    other_kind = unescape((await client.get("/entities?name=Knoll&kind=place")).text)
    for address in ("/entities?name=Knoll", "/api/entities?name=Knoll&kind=place"):
        assert f'href="{address}"' in other_kind

    none = await client.get("/entities?name=Nobody+there")
    assert none.status_code == 200
    assert 'href="/?q=Nobody%20there"' in none.text


async def test_the_api_has_entities_by_name_and_by_id(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/entities?name=+Knoll+")).json()
    assert [one["entity_id"] for one in found["entities"]] == ["knoll", "person:knoll~1/a"]
    entity = (await client.get("/api/entities/person%3Aknoll~1%2Fa")).json()
    assert entity["aliases"][0]["reasons"] == ["GeoNames", "table of towns"]


async def test_an_entity_that_is_chosen_is_shown_by_its_id_and_can_be_removed(
    client: httpx.AsyncClient, archive: InMemoryArchive
) -> None:
    page = (await client.get("/?q=met&entity=person:knoll~1/a")).text

    assert SearchRequest(q="met", entity=("person:knoll~1/a",)) in archive.asked
    assert "person:knoll~1/a" in page
    assert 'href="/?q=met"' in page


async def test_an_address_that_leads_nowhere_is_a_page_too(client: httpx.AsyncClient) -> None:
    for path in ("/none", "/articles/none", "/events/none", "/facets/none", "/entities/none",
                 "/entities/", "/static/none"):  # fmt: skip
        response = await client.get(path)
        assert response.status_code == 404
        assert response.headers["content-type"].startswith("text/html")
        assert 'href="/"' in response.text


async def test_a_link_is_only_made_of_an_address_of_the_web() -> None:
    documents = [
        a_document(url="javascript:alert(1)"),
        a_document(article_id="a2", url="https://s.example/a"),
    ]
    async with a_client(InMemoryArchive(*documents)) as client:
        assert "javascript:" not in (await client.get("/articles/a1")).text
        assert 'href="https://s.example/a"' in (await client.get("/articles/a2")).text


async def test_requests_are_counted_by_route_and_not_by_address(client: httpx.AsyncClient) -> None:
    labels = ("/api/articles/{article_id:path}", "404")
    before = metrics.SEARCHES.labels(*labels)._value.get()

    for article_id in ("x", "y"):
        await client.get(f"/api/articles/{article_id}")

    assert metrics.SEARCHES.labels(*labels)._value.get() == before + 2


def test_requests_of_every_address_are_counted_from_0() -> None:
    build_app(Settings())
    [counted] = metrics.SEARCHES.collect()
    routes = {one.labels["route"] for one in counted.samples}
    assert {"/", "/pairs", "/api/articles", "/api/facets/{facet}", "/status"} <= routes
    assert not routes & OPERATIONS


async def test_the_api_describes_itself_without_other_people_s_scripts(
    client: httpx.AsyncClient,
) -> None:
    described = (await client.get("/openapi.json")).json()

    assert {"/api/articles", "/api/events", "/api/facets/{facet}"} <= set(described["paths"])
    assert (await client.get("/docs")).status_code == 404


async def test_a_long_answer_is_packed_for_who_can_unpack_it(client: httpx.AsyncClient) -> None:
    packed = await client.get("/api/articles/a1", headers={"accept-encoding": "gzip"})
    plain = await client.get("/api/articles/a1", headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()

"""The service over an archive in memory: routes, errors, and what the pages say."""

from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest

from tests.unit.search.newspaper import TITLE, a_document
from tidings import metrics
from tidings.documents import ArticleDocument
from tidings.errors import EngineUnavailable
from tidings.messages import EntityKind, Place
from tidings.operations import Health
from tidings.settings import Settings
from tidings_search.app import build_app
from tidings_search.archive import Archive, NoSuchArticle, NoSuchEntity, Notice
from tidings_search.article import ArticleView, Trace, read_article, read_trace
from tidings_search.entity import Alias, EntityLine, EntityView, Namesakes
from tidings_search.request import SearchRequest
from tidings_search.results import (
    ArticleLine,
    ArticlePage,
    EventPage,
    Facets,
    FacetValue,
    FoundEvent,
    Hit,
    Piece,
)

NAMESAKES = {"Knoll": ("knoll", "person:knoll~1/a"), "Ida": ("person:knoll~1/a",)}


class InMemoryArchive(Archive):
    """Finds every article it holds, whatever is asked; without documents it is out of order."""

    def __init__(self, *documents: ArticleDocument) -> None:
        self.documents = {document["article_id"]: document for document in documents}
        self.asked: list[SearchRequest] = []
        self.hindrance: Notice | None = None

    async def search(self, request: SearchRequest) -> ArticlePage:
        hits = tuple(
            Hit(
                article_id=one["article_id"],
                title=one.get("title"),
                published_at=one.get("published_at"),
                highlighted_title=(Piece(text=one.get("title") or ""),),
                highlighted_snippet=(Piece(text="<i>met</i>", marked=True),),
                snippet="<i>met</i>",
            )
            for one in self._answer(request)
        )
        facets = Facets(outlet=(FacetValue(value='"><b>', count=1234),))
        return ArticlePage(
            total=len(hits), page=1, size=20, took_ms=1, articles=hits, facets=facets
        )

    async def search_events(self, request: SearchRequest) -> EventPage:
        events = tuple(
            FoundEvent(event=event, article=ArticleLine(article_id=one["article_id"]))
            for one in self._answer(request)
            for event in read_article(one).events
        )
        return EventPage(total=1, articles=1, page=1, size=20, took_ms=1, events=events)

    async def find(self, article_id: str) -> ArticleView:
        return read_article(self._document(article_id))

    async def namesakes(self, name: str, kind: EntityKind | None = None) -> Namesakes:
        ids = NAMESAKES.get(name, ()) if kind in (None, "person") else ()
        lines = tuple(
            EntityLine(entity_id=one, name=name, kind="person", articles=1) for one in ids
        )
        read = 300 if len(ids) > 1 else 900
        return Namesakes(name=name, kind=kind, articles=900, articles_read=read, entities=lines)

    async def find_entity(self, entity_id: str) -> EntityView:
        if entity_id not in ("orm", *NAMESAKES["Knoll"]):
            raise NoSuchEntity(f"No article names “{entity_id}”.")
        return EntityView(
            entity_id=entity_id,
            name="<b>Orm</b>",
            kind="place",
            country="SWE",
            country_name="Sweden",
            place=Place(name="Orm", country="SWE", lat=57.5, lon=-12),
            articles=1234,
            articles_read=300,
            aliases=(
                Alias(name="Ormstad", articles=7, reasons=("GeoNames", "table of towns")),
                Alias(name="ORM", articles=1, reasons=()),
            ),
            newest=(ArticleLine(article_id="a/1", title="Orm <i>opens</i>"),),
        )

    async def trace(self, article_id: str) -> Trace:
        return read_trace(self._document(article_id))

    async def ready(self) -> Health:
        return Health(bool(self.documents), "In memory.")

    async def notice(self) -> Notice | None:
        return self.hindrance

    async def close(self) -> None:
        self.documents = {}

    def _answer(self, request: SearchRequest) -> list[ArticleDocument]:
        assert request.terms is not None
        self.asked.append(request)
        if not self.documents:
            raise EngineUnavailable("Elasticsearch does not answer.")
        return list(self.documents.values())

    def _document(self, article_id: str) -> ArticleDocument:
        if article_id not in self.documents:
            raise NoSuchArticle(f"There is no article with the id “{article_id}”.")
        return self.documents[article_id]


def a_client(archive: Archive | None, url: str = "http://127.0.0.1:1") -> httpx.AsyncClient:
    app = build_app(Settings(elasticsearch_url=url), archive)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://search")


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
    assert archive.asked == [SearchRequest(q="met", outlet=("a", "b"), size=5)]


async def test_events_are_asked_for_by_type_source_target_and_country(
    client: httpx.AsyncClient, archive: InMemoryArchive
) -> None:
    response = await client.get("/api/events?type=CONSULT&source=navy&target=Knoll&country=USA")

    assert response.json()["events"][0]["event"]["event_id"] == "e1"
    assert archive.asked == [
        SearchRequest(
            event_type=("CONSULT",), source=("navy",), target=("Knoll",), event_country=("USA",),
            sort="newest",
        )
    ]  # fmt: skip


async def test_an_article_has_its_names_spans_events_and_parts(client: httpx.AsyncClient) -> None:
    article = (await client.get("/api/articles/a1")).json()

    assert article["people"] == ["Ida Knoll"]
    assert article["mentions"][0]["text"] == "Orm"
    assert article["events"][0]["trigger"]["text"] == "met"
    assert article["parts"]["entities"]["extractor_version"] == "test 1"


async def test_a_page_says_that_nothing_new_comes_in_and_the_api_is_as_ever(
    client: httpx.AsyncClient, archive: InMemoryArchive
) -> None:
    before = (await client.get("/api/articles?q=met")).text
    assert "New articles wait" not in (await client.get("/?q=met")).text
    archive.hindrance = Notice("The index is read-only: disk.", "New articles wait.")
    for address in ("/?q=met", "/articles/a1"):
        page = (await client.get(address)).text
        assert "<strong>The index is read-only: disk.</strong> New articles wait." in page
    assert (await client.get("/api/articles?q=met")).text == before


async def test_an_id_may_be_an_address(client: httpx.AsyncClient) -> None:
    for path in ("/api/articles/", "/api/trace/", "/articles/"):
        response = await client.get(f"{path}https%3A%2F%2Fs.example%2Fa%3Fb%3D1")
        assert response.status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/articles?q=a+OR+b", 422, "Character 3: “OR” is an operator"),
        ("/api/articles?outlets=x", 422, "did you mean `outlet`?"),
        ("/api/articles?size=500", 422, "`size`='500'"),
        ("/api/articles?size=100&page=101", 422, "first 10,000 articles"),
        ("/api/events?type=MURDER", 422, "`type`='MURDER'"),
        ("/api/articles/none", 404, "no article with the id “none”"),
        ("/api/trace/none", 404, "no article with the id “none”"),
        ("/api/entities/none", 404, "No article names “none”"),
        ("/api/entities?name=+", 422, "`name`"),
        ("/api/entities", 422, "`name`"),
        ("/api/entities?name=n&kind=people", 422, "`kind`='people'"),
        (f"/api/entities?name={'n' * 501}", 422, "at most 500 characters"),
        ("/api/none", 404, "nothing at this address"),
    ],
)
async def test_what_is_wrong_is_a_problem_document_with_a_sentence(
    client: httpx.AsyncClient, path: str, status: int, words: str
) -> None:
    response = await client.get(path)

    assert response.status_code == response.json()["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert words in response.json()["detail"]


async def test_a_mistake_in_the_query_is_pointed_at() -> None:
    async with a_client(InMemoryArchive()) as client:
        assert (await client.get("/api/articles?q=a+OR+b")).json()["position"] == 3
        page = await client.get("/?q=a+OR+b")

    assert page.status_code == 422
    assert "a <b>O</b>R b" in page.text
    assert 'value="a OR b"' in page.text


async def test_while_elasticsearch_is_away_everyone_is_told_when_to_ask_again() -> None:
    async with a_client(None) as client:
        for path in ("/api/articles", "/api/events", "/api/articles/a1", "/", "/articles/a1"):
            response = await client.get(path)
            assert response.status_code == 503
            assert response.headers["retry-after"] == "5"
            assert "Elasticsearch does not answer" in response.text
            assert "Traceback" not in response.text
        assert (await client.get("/ready")).status_code == 503
        assert (await client.get("/health")).status_code == 200


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
    for shown in ("<script>alert(1)</script> & co", "“<b>bold</b>”", "1,234"):
        assert shown in unescape(page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_the_article_page_marks_entities_and_events_and_names_its_parts(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/articles/a1")).text

    assert '<mark id="event-e1" class="trigger"' in page
    assert 'href="#event-e1"' in page
    assert '<mark class="entity person" title="person: Ida Knoll">Ida Knoll</mark>' in page
    assert "Ormish navy" in page
    assert "0.25 s, test 1" in page
    assert TITLE in page


async def test_an_entity_page_has_names_with_reasons_articles_and_events(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/entities/orm")).text

    assert "<b>Orm" not in page
    for shown in (
        "<bdi><b>Orm</b></bdi>",
        "<span>place</span>",
        "Sweden",
        "57.50° N, 12.00° W",
        "1,234 articles",
        "GeoNames; table of towns",
        "the reason was not kept",
        "newest 300 of 1,234 articles",
        'href="/?entity=orm"',
        'href="/articles/a%2F1"',
        'href="/articles/a1#event-e1"',
        "Ormish navy",
    ):
        assert shown in unescape(page)


async def test_a_name_leads_to_its_one_entity_or_to_a_list(client: httpx.AsyncClient) -> None:
    one = await client.get("/entities?name=Ida")
    assert (one.status_code, one.headers["location"]) == (307, "/entities/person%3Aknoll~1%2Fa")
    assert (await client.get(one.headers["location"])).status_code == 200

    several = (await client.get("/entities?name=Knoll")).text
    assert "2 entities are called so" in several
    assert "newest 300 of 900 articles" in several
    assert 'href="/entities/person%3Aknoll~1%2Fa"' in several

    other_kind = unescape((await client.get("/entities?name=Knoll&kind=place")).text)
    assert "Nothing of this kind is called so" in other_kind
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


async def test_an_article_leads_to_the_pages_of_what_it_names_and_to_searches(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/articles/a1")).text

    assert 'href="/entities/knoll"' in page
    assert 'href="/?entity=knoll"' in page


async def test_a_search_for_one_entity_leads_to_what_is_known_of_it(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/?people=Ida+Knoll")).text
    assert 'href="/entities?name=Ida%20Knoll&kind=person"' in unescape(page)


async def test_an_entity_that_is_chosen_is_shown_by_its_id_and_can_be_removed(
    client: httpx.AsyncClient, archive: InMemoryArchive
) -> None:
    page = (await client.get("/?q=met&entity=person:knoll~1/a")).text

    assert archive.asked == [SearchRequest(q="met", entity=("person:knoll~1/a",))]
    assert '<li><a href="/?q=met"><bdi>person:knoll~1/a</bdi>' in page
    assert 'href="/entities/person%3Aknoll~1%2Fa"' in page


async def test_an_address_that_leads_nowhere_is_a_page_too(client: httpx.AsyncClient) -> None:
    for path in ("/none", "/articles/none", "/entities/none", "/entities/", "/static/none"):
        response = await client.get(path)
        assert response.status_code == 404
        assert "Go to the start page" in response.text


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


async def test_the_api_describes_itself_without_other_people_s_scripts(
    client: httpx.AsyncClient,
) -> None:
    described = (await client.get("/openapi.json")).json()

    assert "/api/articles" in described["paths"]
    assert (await client.get("/docs")).status_code == 404


async def test_the_head_of_a_page_can_be_asked_for(client: httpx.AsyncClient) -> None:
    for path in ("/", "/articles/a1", "/entities/orm", "/entities?name=Knoll"):
        response = await client.head(path)
        assert (response.status_code, response.content) == (200, b"")

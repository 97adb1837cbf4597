"""What a page shows of an address that cannot be read, or that finds nothing."""

from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest

from tests.unit.search.in_memory import InMemoryArchive, a_client
from tests.unit.search.newspaper import a_document
from tidings_search.request import SearchRequest
from tidings_search.results import ArticlePage


class Nothing(InMemoryArchive):
    """Nothing is found."""

    async def search(self, asked: SearchRequest) -> ArticlePage:
        page = await super().search(asked)
        return page.model_copy(update={"total": 0, "articles": ()})


class NoPages(InMemoryArchive):
    """No page that is asked for has anything."""

    async def search(self, asked: SearchRequest) -> ArticlePage:
        page = await super().search(asked)
        return page.model_copy(update={"articles": ()})


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with a_client(InMemoryArchive(a_document())) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status", "shown"),
    [
        ("/?q=oil+x&outlet=o&date_from=2026-02-02&date_to=2026-02-01", 422, "The first day"),
        ("/?q=oil+x&cursor=garbage", 400, "this is not a cursor"),
        ("/events?q=oil+x&page=2", 422, "`page`='2'"),
        ("/?q=oil&q=oil+x", 422, "it is given 2 times"),
        ("/facets/people?q=oil+x+event:COERSE&view=/events", 400, "event%3ACOERCE"),
        ("/map?q=oil+x&outlets=o", 422, "did you mean `outlet`?"),
    ],
)
async def test_what_was_typed_stays_in_the_box_whatever_cannot_be_read(
    client: httpx.AsyncClient, path: str, status: int, shown: str
) -> None:
    page = await client.get(path)

    assert page.status_code == status
    assert 'value="oil x' in page.text
    assert shown in unescape(page.text)


async def test_days_that_cannot_be_are_shown_to_be_mended_and_other_filters_kept(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/?q=oil&outlet=o&date_from=2026-02-02&date_to=2026-02-01")).text

    assert '<input type="hidden" name="outlet" value="o">' in page
    assert '<input type="date" name="date_from" value="2026-02-02">' in page
    assert 'href="/?q=oil&outlet=o"' in unescape(page)


async def test_a_page_behind_the_last_says_so(client: httpx.AsyncClient) -> None:
    documents = (a_document(article_id=f"a{number}") for number in range(3))
    async with a_client(NoPages(*documents)) as other:
        page = (await other.get("/?size=2&page=9")).text
    assert "There is no page 9" in page
    assert 'href="/?size=2&page=2"' in unescape(page)
    assert "Page 9 of" not in page


async def test_an_empty_result_says_what_each_part_of_the_query_finds() -> None:
    async with a_client(Nothing(a_document())) as client:
        page = unescape((await client.get("/?q=zzz+met")).text)
        assert "finds no articles" in page
        for q in ("a", "%3Cb%3E", "%3Cb%3E%20OR%20a"):
            assert f'href="/?q={q}"' in page
        assert "finds no articles" not in (await client.get("/?q=zzz")).text


async def test_a_list_of_no_ids_finds_nothing_through_every_link(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/?ids=")).text
    for link in ('href="/events?ids="', 'name="ids" value=""', 'href="/api/articles?ids="'):
        assert link in page


async def test_an_entity_id_that_is_too_long_is_nobody_s(client: httpx.AsyncClient) -> None:
    for length in (500, 501, 5_000):
        for path in ("/entities/", "/api/entities/"):
            assert (await client.get(path + "n" * length)).status_code == 404


async def test_a_filter_that_a_form_leaves_empty_is_not_given(client: httpx.AsyncClient) -> None:
    for path in ("/entities?name=Knoll&kind=", "/api/entities?name=Knoll&kind="):
        assert (await client.get(path)).status_code == 200

"""docs/search.md: what its examples find is what it says, among the articles of seeds/."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import httpx
import pytest

from tests import search_docs
from tests.pipeline import demonstration
from tests.search_docs import Example
from tidings.settings import Settings
from tidings_local.engines import LocalEngines
from tidings_search.app import build_app


@pytest.fixture(scope="module")
def filled(engines: LocalEngines) -> Settings:
    """The settings of an index of the seeds."""
    settings = engines.settings.model_copy(update={"index_name": f"docs-{uuid.uuid4().hex[:8]}"})
    asyncio.run(demonstration.fill(settings))
    return settings


@pytest.fixture
async def client(filled: Settings) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=build_app(filled))
    async with httpx.AsyncClient(transport=transport, base_url=search_docs.HOST) as client:
        yield client


@pytest.mark.parametrize("example", search_docs.examples(), ids=lambda one: one.query)
async def test_an_example_finds_what_it_says(client: httpx.AsyncClient, example: Example) -> None:
    articles = (await client.get("/api/articles", params={"q": example.query})).json()
    events = (await client.get("/api/events", params={"q": example.query})).json()

    if example.articles is not None:
        assert articles["total"] == example.articles
    if example.events is not None:
        assert events["total"] == example.events
    if example.first is not None:
        assert articles["articles"][0]["title"] == example.first


async def test_every_address_with_curl_is_answered(client: httpx.AsyncClient) -> None:
    statuses = [
        (await client.get(path, params=parameters)).status_code
        for path, parameters in search_docs.requests()
    ]
    assert statuses.count(200) == len(statuses) - 2
    assert {400, 422} < {*statuses}

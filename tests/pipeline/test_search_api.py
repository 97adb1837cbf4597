"""The API as it describes itself, over a real index: whatever is asked is answered as promised."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.pipeline import newsroom, shelves
from tests.pipeline.browsing import serving
from tidings.elastic import new_client
from tidings.settings import Settings
from tidings_local.engines import LocalEngines
from tidings_search.app import build_app

MOST_EXAMPLES = 40
"""Of each address."""

PATHS = (
    "/api/articles", "/api/events", "/api/facets", "/api/facets/outlet", "/api/histogram",
    "/api/histogram?of=events", "/api/pairs", "/api/map",
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(engines: LocalEngines) -> Settings:
    settings = engines.settings.model_copy(update={"index_name": f"api-{uuid.uuid4().hex[:8]}"})
    asyncio.run(newsroom.fill(settings, shelves.small()))
    return settings


@pytest.fixture(scope="module")
def address(filled: Settings) -> Iterator[str]:
    with serving(filled) as found:
        yield found


def test_every_answer_is_as_it_is_described(address: str) -> None:
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 10
    for operation in operations:
        _ask(operation)


def _ask(operation: Any) -> None:
    """A schema cannot say which queries can be read, and how size and page go together: that a
    refusal is one that is described is all that is asked of it."""

    @seed(20260101)
    @settings(
        max_examples=MOST_EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy())
    def answered(case: schemathesis.Case[Any]) -> None:
        response = case.call()
        case.validate_response(response, excluded_checks=[positive_data_acceptance])
        assert response.status_code < 500, response.text
        if response.status_code >= 400:
            assert response.headers["content-type"][0].startswith("application/problem+json")

    answered()


@pytest.fixture
async def client(filled: Settings) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=build_app(filled))
    async with httpx.AsyncClient(transport=transport, base_url="http://search") as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_who_has_an_answer_already_gets_no_second_one(
    client: httpx.AsyncClient, path: str, coding: str
) -> None:
    coded = {"accept-encoding": coding}
    first = await client.get(path, headers=coded)
    again = await client.get(path, headers=coded | {"if-none-match": first.headers["etag"]})

    assert first.status_code == 200
    assert (again.status_code, again.content) == (304, b"")


async def test_a_long_answer_is_packed(client: httpx.AsyncClient) -> None:
    for path in ("/api/facets", f"/api/articles/{shelves.GRAIN.article_id}", "/api/export/events"):
        packed = await client.get(path, headers={"accept-encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        plain = await client.get(path, headers={"accept-encoding": "identity"})
        assert packed.text == plain.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/articles?ids=", 200),
        ("/api/articles?outlet=", 200),
        ("/api/articles?outlet=&people=&q=&date_from=", 200),
        ("/api/events?ids=", 200),
        ("/api/facets?q=zzzz", 200),
        ("/api/facets/people?ids=", 200),
        ("/api/histogram?q=zzzz", 200),
        ("/api/histogram?of=events&by=happened&ids=", 200),
        ("/api/pairs?q=zzzz", 200),
        ("/api/map?q=zzzz", 200),
        ("/api/suggest?q=zzzz", 200),
        ("/api/entities?name=zzzz", 200),
        ("/api/entities/zzzz", 404),
        ("/api/events/zzzz", 404),
        ("/api/articles/zzzz", 404),
    ],
)
async def test_nothing_is_an_answer_too(client: httpx.AsyncClient, path: str, status: int) -> None:
    response = await client.get(path)
    assert response.status_code == status
    if status == 404:
        assert response.json()["detail"].endswith("“zzzz”.")
    elif "ids=" in path or "zzzz" in path:
        assert not response.json().get("total")


async def test_an_article_that_was_taken_down_is_nowhere(client: httpx.AsyncClient) -> None:
    gone = shelves.GONE.article_id
    for path in (
        f"/api/articles?ids={gone}",
        f"/api/events?ids={gone}",
        "/api/events?q=event:REJECT",
    ):
        assert (await client.get(path)).json()["total"] == 0
    for path in (f"/api/articles/{gone}", f"/api/events/{gone}-0", "/api/entities/grain-board"):
        assert (await client.get(path)).status_code == 404
    for of in ("articles", "events"):
        assert gone not in (await client.get(f"/api/export/{of}")).text


@pytest.fixture(scope="module")
def torn(engines: LocalEngines) -> Iterator[Settings]:
    """An alias of two indexes, one of which has nowhere to be. It makes the whole cluster red, and
    so is gone when the next test begins."""
    settings = engines.settings.model_copy(update={"index_name": f"torn-{uuid.uuid4().hex[:8]}"})

    async def tear() -> None:
        await newsroom.fill(settings, shelves.small())
        client = new_client(settings)
        await client.indices.create(
            index=f"{settings.index_name}-lost",
            settings={"index.routing.allocation.include._name": "nobody"},
            aliases={settings.index_name: {}},
            wait_for_active_shards="0",
        )
        await client.close()

    async def mend() -> None:
        client = new_client(settings)
        await client.indices.delete(index=f"{settings.index_name}-lost")
        await client.close()

    asyncio.run(tear())
    yield settings
    asyncio.run(mend())


@pytest.mark.parametrize(
    "path", [*PATHS, "/api/suggest?q=a", "/api/export/articles", "/api/export/events"]
)
async def test_a_part_of_the_shards_is_no_answer(torn: Settings, path: str) -> None:
    transport = httpx.ASGITransport(app=build_app(torn))
    async with httpx.AsyncClient(transport=transport, base_url="http://search") as client:
        response = await client.get(path)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"
    assert "Elasticsearch does not answer" in response.json()["detail"]

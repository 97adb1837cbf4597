"""Walks to the end of a result, and exports of all of it, on a real Elasticsearch."""

import asyncio
import base64
import csv
import io
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.pipeline import newsroom, shelves
from tidings.elastic import new_client
from tidings.settings import Settings
from tidings_local.engines import LocalEngines
from tidings_search.app import build_app

ARTICLES = 326
EVENTS = 2 * 325 + shelves.LONG_EVENTS
TIED = "outlet-00"
"""All events of this outlet's articles get one and the same key to be sorted by."""


@pytest.fixture(scope="module")
def filled(engines: LocalEngines) -> Settings:
    settings = engines.settings.model_copy(update={"index_name": f"walks-{uuid.uuid4().hex[:8]}"})
    asyncio.run(newsroom.fill(settings, [*shelves.many()]))
    asyncio.run(tie_events(settings))
    return settings


async def tie_events(settings: Settings) -> None:
    """As if the hashes of some ids were the same."""
    script = "for (e in ctx._source.events) { e.order = params.order }"
    client = new_client(settings)
    try:
        await client.update_by_query(
            index=settings.index_name,
            query={"term": {"outlet": TIED}},
            script={"source": script, "params": {"order": 2**60 + 1}},
            refresh=True,
        )
    finally:
        await client.close()


@pytest.fixture
async def client(filled: Settings) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=build_app(filled))
    async with httpx.AsyncClient(transport=transport, base_url="http://search") as client:
        yield client


async def walk(
    client: httpx.AsyncClient, of: str, **asked: Any
) -> tuple[list[dict[str, Any]], int]:
    """All that `next` leads to, and the total that the first page says."""
    response = await client.get(f"/api/{of}", params=asked)
    total = response.json()["total"]
    found: list[dict[str, Any]] = []
    while True:
        assert response.status_code == 200, response.text
        page = response.json()
        found += page[of]
        if page["next"] is None:
            return found, total
        assert len(page[of]) <= asked.get("size", 20)
        response = await client.get(page["next"])


def event_ids(found: list[dict[str, Any]]) -> list[str]:
    return [one["event"]["event_id"] for one in found]


def article_ids(found: list[dict[str, Any]]) -> list[str]:
    return [one["article_id"] for one in found]


@pytest.mark.parametrize("size", [7, 100])
@pytest.mark.parametrize(
    "order", [{}, {"sort": "oldest"}, {"q": "wheat"}, {"q": "wheat", "sort": "newest"}]
)
async def test_a_walk_gives_every_article_once(
    client: httpx.AsyncClient, order: Mapping[str, str], size: int
) -> None:
    found, total = await walk(client, "articles", size=size, **order)
    assert len(article_ids(found)) == len(set(article_ids(found))) == total == ARTICLES


@pytest.mark.parametrize("size", [13, 100])
@pytest.mark.parametrize("sort", ["newest", "oldest"])
async def test_a_walk_gives_every_event_once(
    client: httpx.AsyncClient, sort: str, size: int
) -> None:
    """Also those that share a key, and all of an article with 250."""
    found, total = await walk(client, "events", size=size, sort=sort)
    assert len(event_ids(found)) == len(set(event_ids(found))) == total == EVENTS
    assert sum(one["article"]["article_id"] == shelves.LONG.article_id for one in found) == 250


@pytest.mark.parametrize(
    ("asked", "total"),
    [
        ({"q": "event:COERCE"}, 325),
        ({"event_type": "ACCUSE"}, shelves.LONG_EVENTS),
        ({"q": "event:AID event_date:2026-01-05", "outlet": "outlet-03"}, 2),
        ({"outlet": TIED}, 50),
        ({"q": "nothing like it"}, 0),
    ],
)
async def test_a_walk_through_some_events_has_these_alone(
    client: httpx.AsyncClient, asked: Mapping[str, str], total: int
) -> None:
    found, said = await walk(client, "events", size=9, **asked)
    assert len(set(event_ids(found))) == len(found) == said == total


@pytest.mark.parametrize(
    "q",
    [
        '"100% sure"',
        "AT&T",
        "a+b",
        "Müller #3",
        'text:"x & y"',
        "貨物船",
        '"harbour strike" -outlet:x',
    ],
)
async def test_the_next_address_works_as_it_is_printed(client: httpx.AsyncClient, q: str) -> None:
    found, total = await walk(client, "articles", q=q, size=100, fields="title")
    assert len(set(article_ids(found))) == total == 325
    events, total = await walk(client, "events", q=f"{q} event:AID", size=100)
    assert len(set(event_ids(events))) == total == 325


async def test_the_size_of_pages_changes_nothing_of_an_article(client: httpx.AsyncClient) -> None:
    every: dict[str, Any] = {}
    for size in (1, 10, 100):
        page = (await client.get("/api/articles", params={"q": "wheat", "size": size})).json()
        for one in page["articles"]:
            assert every.setdefault(one["article_id"], one) == one
    assert len(every) == 100
    assert (await client.get("/api/articles?size=101")).status_code == 422


@pytest.mark.parametrize("order", [{}, {"q": "wheat"}])
async def test_what_arrives_on_the_way_costs_no_article_and_brings_none_twice(
    engines: LocalEngines, order: Mapping[str, str]
) -> None:
    settings = engines.settings.model_copy(update={"index_name": f"grows-{uuid.uuid4().hex[:8]}"})
    before = [shelves.an_issue(1, number) for number in range(40)]
    await newsroom.fill(settings, [one for issue in before for one in newsroom.as_read(issue)])
    transport = httpx.ASGITransport(app=build_app(settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://search") as client:
        found: list[str] = []
        address: str | None = "/api/articles"
        parameters: Mapping[str, Any] | None = {**order, "size": 10}
        while address:
            page = (await client.get(address, params=parameters)).json()
            found += article_ids(page["articles"])
            late = shelves.an_issue(50, len(found))
            await newsroom.fill(settings, newsroom.as_read(late))
            address, parameters = page["next"], None
    assert len(found) == len(set(found))
    assert set(found) >= {issue.article_id for issue in before}


async def test_a_cursor_of_another_search_or_a_cut_one_is_a_mistake(
    client: httpx.AsyncClient,
) -> None:
    for of in ("articles", "events"):
        page = (await client.get(f"/api/{of}", params={"q": "wheat", "size": 5})).json()
        for broken in (
            page["next"].replace("wheat", "harbour"), page["next"][:-3], f"/api/{of}?cursor=none",
            page["next"].replace("q=wheat&", ""), f"{page['next']}&sort=oldest",
            f"{page['next']}&outlet=x",
        ):  # fmt: skip
            response = await client.get(broken)
            assert response.status_code == 400, broken
            assert response.headers["content-type"] == "application/problem+json"
            assert "cursor" in response.json()["detail"]
        assert (await client.get(f"{page['next']}&page=2")).status_code == 422


async def test_a_point_in_time_that_is_over_is_a_sentence(
    client: httpx.AsyncClient, filled: Settings
) -> None:
    page = (await client.get("/api/articles?q=wheat&size=5")).json()
    [cursor] = parse_qs(urlsplit(page["next"]).query)["cursor"]
    *_, point_in_time = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    elastic = new_client(filled)
    await elastic.close_point_in_time(id=point_in_time)
    await elastic.close()
    response = await client.get(page["next"])
    assert (response.status_code, "too old" in response.text) == (400, True)


@pytest.mark.parametrize("asked", [{}, {"q": "wheat event:COERCE"}, {"outlet": "outlet-07"}])
async def test_an_export_is_the_walk_in_every_format(
    client: httpx.AsyncClient, asked: Mapping[str, str]
) -> None:
    articles, _ = await walk(client, "articles", size=100, **asked)
    events, _ = await walk(client, "events", size=100, **asked)

    async def export(of: str, kind: str) -> httpx.Response:
        response = await client.get(f"/api/export/{of}", params={**asked, "format": kind})
        assert response.headers["tidings-total"] == str(
            len({"articles": articles, "events": events}[of])
        )
        return response

    lines = [json.loads(line) for line in (await export("articles", "jsonl")).text.splitlines()]
    assert sorted(article_ids(lines)) == sorted(article_ids(articles))
    rows = list(
        csv.DictReader(io.StringIO((await export("articles", "csv")).text.lstrip("\ufeff")))
    )
    assert [row["article_id"] for row in rows] == article_ids(lines)

    lines = [json.loads(line) for line in (await export("events", "jsonl")).text.splitlines()]
    assert [one.get("event_id") or one["event"]["event_id"] for one in lines] == event_ids(events)
    rows = list(csv.DictReader(io.StringIO((await export("events", "csv")).text.lstrip("\ufeff"))))
    assert [row["event_id"] for row in rows] == event_ids(events)
    features = (await export("events", "geojson")).json()["features"]
    assert [one["id"] for one in features] == event_ids(events)
    for one in features:
        assert one["geometry"] is None or one["geometry"]["coordinates"] == [-77.04, -12.05]


async def test_an_empty_result_is_exported_as_headers_and_an_empty_collection(
    client: httpx.AsyncClient,
) -> None:
    rows = (await client.get("/api/export/events?q=zzzz&format=csv")).text.splitlines()
    assert (len(rows), rows[0].lstrip("\ufeff")[:8]) == (1, "event_id")
    assert (await client.get("/api/export/articles?ids=&format=jsonl")).text == ""
    found = (await client.get("/api/export/events?q=zzzz&format=geojson")).json()
    assert (found["type"], found["features"]) == ("FeatureCollection", [])

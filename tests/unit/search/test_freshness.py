from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse, StreamingResponse

from tidings_search.freshness import ETags


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.state.words = "now " * 1_000

    @app.get("/")
    async def read() -> str:
        words: str = app.state.words
        return words

    @app.get("/file")
    async def export() -> StreamingResponse:
        headers = {"content-disposition": "attachment"}
        return StreamingResponse(iter(["a", "b"]), headers=headers)

    @app.get("/wrong")
    async def refuse() -> JSONResponse:
        return JSONResponse({}, 400)

    app.add_middleware(GZipMiddleware, minimum_size=100)
    app.add_middleware(ETags)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://s") as client:
        client.app = app  # type: ignore[attr-defined]
        yield client


@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_who_has_an_answer_already_gets_no_second_one(
    client: httpx.AsyncClient, coding: str
) -> None:
    coded = {"accept-encoding": coding}
    first = await client.get("/", headers=coded)
    again = await client.get("/", headers=coded | {"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"


async def test_tags_are_compared_weakly_and_a_star_is_any(client: httpx.AsyncClient) -> None:
    tag = (await client.get("/")).headers["etag"]
    strong = tag.removeprefix("W/")
    for known in (tag, strong, f'"a, b", {tag}', f'W/"a",{strong}', "*", " * "):
        assert (await client.get("/", headers={"if-none-match": known})).status_code == 304
    for known in (strong.strip('"'), '"*"', f'"a{strong[1:]}', ""):
        assert (await client.get("/", headers={"if-none-match": known})).status_code == 200


async def test_another_answer_is_given_whole(client: httpx.AsyncClient) -> None:
    first = await client.get("/")
    client.app.state.words = "then"  # type: ignore[attr-defined]
    again = await client.get("/", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.json()) == (200, "then")
    assert again.headers["etag"] != first.headers["etag"]


async def test_files_and_refusals_are_passed_on_as_they_come(client: httpx.AsyncClient) -> None:
    file = await client.get("/file")
    assert (file.text, "etag" in file.headers) == ("ab", False)
    assert "etag" not in (await client.get("/wrong")).headers

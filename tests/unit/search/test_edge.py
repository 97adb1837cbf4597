"""What holds for every answer."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse

from tidings_search.edge import Edge


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.state.made = 0

    @app.get("/")
    async def read() -> str:
        return "words"

    @app.get("/wrong")
    async def refuse() -> None:
        raise HTTPException(400)

    @app.get("/file")
    async def export() -> StreamingResponse:
        async def pages() -> AsyncIterator[str]:
            while app.state.made < 1_000:
                app.state.made += 1
                yield "page"
                await asyncio.sleep(0)

        return StreamingResponse(pages(), headers={"Total": "1000"})

    app.add_middleware(Edge)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://s") as client:
        client.app = app  # type: ignore[attr-defined]
        yield client


@pytest.mark.parametrize("path", ["/", "/wrong", "/none"])
async def test_a_head_is_that_of_the_whole_answer(client: httpx.AsyncClient, path: str) -> None:
    whole, head = await client.get(path), await client.head(path)

    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers == whole.headers
    assert head.headers["x-content-type-options"] == "nosniff"


async def test_a_file_is_not_made_for_its_head(client: httpx.AsyncClient) -> None:
    head = await client.head("/file")
    assert (head.headers["total"], head.content) == ("1000", b"")
    assert client.app.state.made < 10  # type: ignore[attr-defined]
    assert (await client.get("/file")).text.startswith("page")


async def test_who_may_read_may_ask_for_the_head(client: httpx.AsyncClient) -> None:
    refused = await client.post("/")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")

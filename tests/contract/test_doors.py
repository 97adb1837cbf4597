"""Where keys are required, no address of the HTTP services answers without one, but for what is
meant to be open."""

import re
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from tidings.http import OPERATIONS
from tidings.settings import Settings
from tidings_ingest.app import build_app as build_ingest
from tidings_search.app import build_app as build_search

Build = Callable[[Settings], FastAPI]
LOCKED = Settings(keys_required=True)
BOTH = pytest.mark.parametrize("build", [build_ingest, build_search], ids=["ingest", "search"])


def asked(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service")


@BOTH
async def test_every_address_needs_a_key_but_those_of_operators(build: Build) -> None:
    app = build(LOCKED)
    doors = [
        (method, str(route.path))
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute)
        for method in route.methods or ()
        if route.path not in OPERATIONS
    ]
    assert doors
    async with asked(app) as client:
        for method, path in doors:
            answer = await client.request(method, re.sub(r"\{.*?\}", "x", path))
            assert answer.status_code == 401, (method, path)
            assert "WWW-Authenticate" in answer.headers


OPEN = {"/openapi.json", "/static"}
"""What describes the service and how its page looks; neither is about the news."""


@BOTH
def test_what_no_key_guards_is_known(build: Build) -> None:
    others = {
        str(route.path)
        for route in iter_route_contexts(build(LOCKED).routes)
        if not isinstance(route.original_route, APIRoute)
    }
    assert others <= OPEN


@BOTH
async def test_a_program_gets_a_problem_document(build: Build) -> None:
    async with asked(build(LOCKED)) as client:
        path, method = ("/articles", "POST") if build is build_ingest else ("/api/articles", "GET")
        answer = await client.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 401
    assert answer.json()["title"] == "Unauthorized"
    assert "`Authorization: Bearer KEY`" in answer.json()["detail"]
    assert answer.json()["detail"].endswith(".")


async def test_a_person_gets_a_page_that_says_what_to_type() -> None:
    async with asked(build_search(LOCKED)) as client:
        answer = await client.get("/")
    assert answer.headers["content-type"].startswith("text/html")
    assert "browser asks for it as a password" in answer.text


@BOTH
async def test_on_a_laptop_no_key_is_needed(build: Build) -> None:
    async with asked(build(Settings())) as client:
        paths = ("/articles", "/api/articles")
        assert [(await client.get(path)).status_code for path in paths].count(401) == 0


async def test_ingest_is_not_ready_before_it_knows_the_keys() -> None:
    async with asked(build_ingest(LOCKED)) as client:
        answer = await client.get("/ready")
    assert answer.status_code == 503
    assert "the keys could not be read yet" in answer.text

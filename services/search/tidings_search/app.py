"""The search service: API, page, and what operators watch."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.routing import iter_route_contexts
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tidings import __version__, metrics
from tidings.elastic import new_client
from tidings.guard import Guard
from tidings.http import OPERATIONS, add_operations
from tidings.operations import Health
from tidings.settings import Settings
from tidings_search.api import api_router
from tidings_search.archive import Archive
from tidings_search.edge import Edge
from tidings_search.engine import Engine
from tidings_search.freshness import ETags
from tidings_search.links import Typed
from tidings_search.pages import page_router
from tidings_search.problems import EXPECTED, problem_of, problem_response, wrong_parameters
from tidings_search.rendering import error_page, new_render
from tidings_search.status import status_router

_WORTH_PACKING: Final = 1_000
"""Bytes from which an answer is sent packed."""

_EVERYWHERE: Final = ("0.0.0.0", "::")


def build_app(settings: Settings, archive: Archive | None = None) -> FastAPI:
    """The whole service; nothing is asked of Elasticsearch before the first request."""
    archive = archive or Archive(Engine(new_client(settings), settings.index_name))
    guard = Guard(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with guard:
            yield
        await archive.close()

    app = FastAPI(
        title="Tidings",
        summary="What happened, who says so, and where to read it.",
        version=__version__,
        lifespan=lifespan,
        dependencies=guard.dependencies,
        # Their scripts come from other people's servers; /openapi.json says the same.
        docs_url=None,
        redoc_url=None,
    )
    render = new_render()
    app.add_middleware(GZipMiddleware, minimum_size=_WORTH_PACKING)
    app.add_middleware(ETags)
    app.add_middleware(_Measured)
    app.add_middleware(Edge)
    add_operations(app, health=_health, ready=archive.ready)
    # What listens everywhere cannot know by which name it is reached.
    own_address = "" if settings.host in _EVERYWHERE else settings.search_address
    app.include_router(api_router(archive, own_address))
    app.include_router(page_router(archive, render))
    app.include_router(status_router(settings, render))
    metrics.declare_routes(
        path
        for one in iter_route_contexts(app.routes)
        if (path := getattr(one.route, "path", "")) not in OPERATIONS
    )
    app.mount("/static", StaticFiles(directory=str(files("tidings_search") / "static")))

    async def answer_error(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        response: Response
        if request.url.path.startswith("/api/"):
            response = problem_response(problem)
        else:
            given, wrong = request.query_params.multi_items(), wrong_parameters(error)
            response = error_page(render, problem, Typed(request.url.path, given, wrong))
        if isinstance(error, HTTPException):
            response.headers.update(error.headers or {})
        return response

    for kind in (*EXPECTED, Exception):
        app.add_exception_handler(kind, answer_error)
    return app


def _health() -> Health:
    return Health(True, "Search is running.")


class _Measured:
    """Counts what people and programs ask, and times it until the answer begins, by route; an
    address that leads nowhere is one label, not many."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, seconds = time.perf_counter(), 500, None

        async def noted(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.perf_counter() - began
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            if route not in OPERATIONS:
                metrics.SEARCHES.labels(route, str(status)).inc()
                taken = time.perf_counter() - began if seconds is None else seconds
                metrics.SEARCH_SECONDS.labels(route).observe(taken)

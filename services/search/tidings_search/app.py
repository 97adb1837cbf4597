"""The search service: API, page, and what operators watch."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from tidings import __version__, metrics
from tidings.elastic import new_client
from tidings.http import add_operations
from tidings.operations import Health
from tidings.settings import Settings
from tidings_search.api import api_router
from tidings_search.archive import Archive
from tidings_search.pages import error_page, new_render, page_router
from tidings_search.problems import EXPECTED, problem_of, problem_response

OPERATIONS: Final = frozenset({"/metrics", "/health", "/ready"})
"""Probes come every few seconds and search for nothing."""


def build_app(settings: Settings, archive: Archive | None = None) -> FastAPI:
    """The whole service; nothing is asked of Elasticsearch before the first request."""
    archive = archive or Archive(new_client(settings), settings.index_name)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await archive.close()

    app = FastAPI(
        title="Tidings",
        summary="What happened, who says so, and where to read it.",
        version=__version__,
        lifespan=lifespan,
        # Their scripts come from other people's servers; /openapi.json says the same.
        docs_url=None,
        redoc_url=None,
    )
    render = new_render()
    app.middleware("http")(_measure)
    add_operations(app, health=_health, ready=archive.ready)
    app.include_router(api_router(archive))
    app.include_router(page_router(archive, render))
    metrics.declare_routes(
        path for route in app.routes if (path := getattr(route, "path", "")) not in OPERATIONS
    )
    app.mount("/static", StaticFiles(directory=str(files("tidings_search") / "static")))

    async def answer_error(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if request.url.path.startswith("/api/"):
            return problem_response(problem)
        return error_page(render, problem)

    for kind in (*EXPECTED, Exception):
        app.add_exception_handler(kind, answer_error)
    return app


def _health() -> Health:
    return Health(True, "Search is running.")


async def _measure(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Counts and times what people and programs ask, by route; an address that leads nowhere is one
    label, not many."""
    start = time.perf_counter()
    status = 500
    try:
        response = await call_next(request)
        status = response.status_code
    finally:
        route = getattr(request.scope.get("route"), "path", "unknown")
        if route not in OPERATIONS:
            metrics.SEARCHES.labels(route, str(status)).inc()
            metrics.SEARCH_SECONDS.labels(route).observe(time.perf_counter() - start)
    return response

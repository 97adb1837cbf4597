"""The API: the same searches as the page, for programs."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from tidings_search.archive import Archive
from tidings_search.article import ArticleView, Trace
from tidings_search.entity import EntityView, Namesakes
from tidings_search.problems import Problem
from tidings_search.request import EventRequest, NameRequest, SearchRequest
from tidings_search.results import ArticlePage, EventPage

_PROBLEM: Final = {"content": {"application/problem+json": {}}, "model": Problem}
_WHILE_SEARCHING: Final[dict[int | str, dict[str, Any]]] = {
    422: {**_PROBLEM, "description": "A parameter, or the query, cannot be read."},
    503: {**_PROBLEM, "description": "Elasticsearch does not answer; see Retry-After."},
}
_WHILE_READING: Final[dict[int | str, dict[str, Any]]] = {
    404: {**_PROBLEM, "description": "There is no such article, or no longer, or not yet."},
    503: _WHILE_SEARCHING[503],
}
_WHILE_LOOKING_UP: Final[dict[int | str, dict[str, Any]]] = {
    404: {**_PROBLEM, "description": "No article names such an entity, or no longer, or not yet."},
    503: _WHILE_SEARCHING[503],
}


def api_router(archive: Archive) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["search"])

    @router.get("/articles", responses=_WHILE_SEARCHING)
    async def search_articles(asked: Annotated[SearchRequest, Query()]) -> ArticlePage:
        """Articles with highlights, their first events, and facets."""
        return await archive.search(asked)

    @router.get("/events", responses=_WHILE_SEARCHING)
    async def search_events(asked: Annotated[EventRequest, Query()]) -> EventPage:
        """Events that match, in the order of their articles, newest first."""
        return await archive.search_events(asked.articles)

    # Ids are the producer's: one may be an address, with slashes in it.
    @router.get("/articles/{article_id:path}", responses=_WHILE_READING)
    async def read_article(article_id: str) -> ArticleView:
        """One article with its entities and events."""
        return await archive.find(article_id)

    @router.get("/trace/{article_id:path}", responses=_WHILE_READING)
    async def trace_article(article_id: str) -> Trace:
        """What happened to one article, stage by stage, whether it can be shown or not."""
        return await archive.trace(article_id)

    @router.get("/entities", responses=_WHILE_SEARCHING)
    async def find_entities(asked: Annotated[NameRequest, Query()]) -> Namesakes:
        """The entities that are called so in the newest articles with that name (how many were read
        is in the answer), those with most articles first."""
        return await archive.namesakes(asked.name, asked.kind)

    # Ids hold names of people and places: any character.
    @router.get("/entities/{entity_id:path}", responses=_WHILE_LOOKING_UP)
    async def read_entity(entity_id: str) -> EntityView:
        """One entity with its aliases, each with why it is one, and its newest articles."""
        return await archive.find_entity(entity_id)

    return router

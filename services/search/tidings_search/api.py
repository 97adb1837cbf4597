"""The API: the same searches as the page, for programs."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator, BaseModel, Field

from tidings_search.archive import Archive
from tidings_search.article import ArticleView, Trace
from tidings_search.counting import FacetValues
from tidings_search.entity import EntityView, Namesakes
from tidings_search.examples import example
from tidings_search.export import FORMATS, Format, exported_articles, exported_events
from tidings_search.facets import FACETS
from tidings_search.links import address
from tidings_search.pairs import Pairs
from tidings_search.problems import Problem, refuse_repeated
from tidings_search.request import (
    MAX_RESULTS,
    EventsRequest,
    FacetRequest,
    NameRequest,
    Narrowing,
    PairsRequest,
    SearchRequest,
    Sort,
    TimelineRequest,
)
from tidings_search.results import ArticlePage, EventPage, FoundEvent, Hit
from tidings_search.shown import IndexedEvent, Shown
from tidings_search.suggest import Suggestion
from tidings_search.timeline import Timeline
from tidings_search.whereabouts import Whereabouts

Responses = dict[int | str, dict[str, Any]]

_PROBLEM: Final = {"content": {"application/problem+json": {}}, "model": Problem}
_WHILE_SEARCHING: Final[Responses] = {
    400: {**_PROBLEM, "description": "The query, or the cursor, cannot be read: see `position`."},
    422: {**_PROBLEM, "description": "A parameter cannot be read."},
    503: {**_PROBLEM, "description": "Elasticsearch does not answer; see Retry-After."},
}
_EXPORTED: Final[Responses] = {
    **_WHILE_SEARCHING,
    200: {"content": {kind: {} for kind in FORMATS.values()}, "description": "All of the result."},
}


def _while_reading(what: str) -> Responses:
    return {
        404: {**_PROBLEM, "description": f"There is no such {what}, or no longer, or not yet."},
        422: _WHILE_SEARCHING[422],
        503: _WHILE_SEARCHING[503],
    }


Fields = tuple[str, ...]


def _known(model: type[BaseModel], what: str, *also: str) -> AfterValidator:
    fields = [*model.model_fields, *also]

    def check(names: Fields) -> Fields:
        if strange := sorted(set(names) - set(fields)):
            raise ValueError(f"{what} has no field “{strange[0]}”: {', '.join(fields)}")
        return names

    return AfterValidator(check)


HitFields = Annotated[Fields, _known(Hit, "an article that was found")]
ArticleFields = Annotated[Fields, _known(ArticleView, "an article")]
EventFields = Annotated[Fields, _known(IndexedEvent, "an event", "article")]


class ArticlesRequest(SearchRequest):
    fields: HitFields = Field((), description="only these fields of each article, and its id")


class FoundEventsRequest(EventsRequest):
    fields: EventFields = Field((), description="only these fields of each event, and its id")


class FacetsRequest(Narrowing):
    """The most frequent values of each facet."""


class ExportRequest(Narrowing):
    """All of a result. Relevance is no order of a file: it begins with the newest."""

    sort: Sort | None = Field(None, description="by default newest")
    format: Format = "jsonl"

    @property
    def searched(self) -> SearchRequest:
        return self.narrowed_to(SearchRequest, "sort")


class ArticleExportRequest(ExportRequest):
    format: Literal["csv", "jsonl"] = "jsonl"


class FacetsFound(Shown):
    facets: tuple[FacetValues, ...]


class Suggestions(Shown):
    suggestions: tuple[Suggestion, ...]


def api_router(archive: Archive, own_address: str = "") -> APIRouter:
    """`own_address` begins the address in `next`: http://127.0.0.1:8000, or "" where the service
    does not know it. What a request says of its host is not believed."""
    router = APIRouter(prefix="/api", tags=["search"], dependencies=[Depends(refuse_repeated)])
    _add_results(router, archive, own_address)
    _add_counts(router, archive)
    _add_exports(router, archive)
    _add_records(router, archive)
    return router


def _add_results(router: APIRouter, archive: Archive, own_address: str) -> None:
    @router.get(
        "/articles",
        responses=_WHILE_SEARCHING | example("articles"),
        response_model_exclude_unset=True,
    )
    async def search_articles(
        request: Request, asked: Annotated[ArticlesRequest, Query()]
    ) -> ArticlePage:
        """A page of articles with highlights and their first events. `next` is the address of the
        following page, and leads to the end of the result."""
        if asked.page > 1:
            page = await archive.search(asked)
            following = _page_behind(asked, page.total)
        else:
            page = await archive.walk(asked)
            following = _behind(asked, page.next)
        update: dict[str, Any] = {"next": _address(own_address, request, following)}
        if asked.fields:
            kept = {"article_id", *asked.fields}
            update["articles"] = tuple(hit.only(kept) for hit in page.articles)
        return page.model_copy(update=update)

    @router.get(
        "/events",
        responses=_WHILE_SEARCHING | example("events"),
        response_model_exclude_unset=True,
    )
    async def search_events(
        request: Request, asked: Annotated[FoundEventsRequest, Query()]
    ) -> EventPage:
        """A page of events from whatever articles, by the day on which they happened or else were
        told, newest first. `next` is the address of the following page, and leads to the end of the
        result."""
        page = await archive.events(asked)
        following = _address(own_address, request, _behind(asked, page.next))
        events = tuple(_event(found, asked.fields) for found in page.events)
        return page.model_copy(update={"next": following, "events": events})

    @router.get("/suggest", responses=_WHILE_SEARCHING | example("suggest"))
    async def suggest(
        q: Annotated[
            str,
            Query(
                min_length=1, max_length=50, description="the letters so far", examples=["zelen"]
            ),
        ],
    ) -> Suggestions:
        """Entities and outlets of whose name a word begins with these letters."""
        return Suggestions(suggestions=await archive.suggest(q))


def _add_counts(router: APIRouter, archive: Archive) -> None:
    @router.get("/facets", responses=_WHILE_SEARCHING | example("facets"))
    async def count_facets(asked: Annotated[FacetsRequest, Query()]) -> FacetsFound:
        """The most frequent values of each facet."""
        found = await archive.facets(asked)
        return FacetsFound(facets=tuple(found.values()))

    @router.get(
        "/facets/{facet}",
        responses=_while_reading("facet") | _WHILE_SEARCHING | example("facet"),
    )
    async def count_facet(
        facet: Literal[*FACETS],  # type: ignore[valid-type]
        asked: Annotated[FacetRequest, Query()],
    ) -> FacetValues:
        """All values of one facet, page by page, or those with some letters in them."""
        return await archive.facet(facet, asked)

    @router.get("/histogram", responses=_WHILE_SEARCHING | example("histogram"))
    async def count_by_time(asked: Annotated[TimelineRequest, Query()]) -> Timeline:
        """Articles by day of publication, or events by type and day."""
        return await archive.timeline(asked)

    @router.get("/pairs", responses=_WHILE_SEARCHING | example("pairs"))
    async def count_pairs(asked: Annotated[PairsRequest, Query()]) -> Pairs:
        """Who acted on whom, with the mean intensity of the events between them."""
        return await archive.pairs(asked)

    @router.get("/map", responses=_WHILE_SEARCHING | example("map"))
    async def count_by_place(asked: Annotated[Narrowing, Query()]) -> Whereabouts:
        """Where events happened, by country and by place."""
        return await archive.whereabouts(asked)


def _add_exports(router: APIRouter, archive: Archive) -> None:
    @router.get("/export/articles", responses=_EXPORTED, response_class=StreamingResponse)
    async def export_articles(asked: Annotated[ArticleExportRequest, Query()]) -> StreamingResponse:
        """Every article of a result, as a file."""
        return await exported_articles(archive, asked.searched, asked.format)

    @router.get("/export/events", responses=_EXPORTED, response_class=StreamingResponse)
    async def export_events(asked: Annotated[ExportRequest, Query()]) -> StreamingResponse:
        """Every event of a result, as a file."""
        return await exported_events(archive, asked.searched, asked.format)


def _add_records(router: APIRouter, archive: Archive) -> None:
    """Ids of articles and entities are other people's: any character, slashes too."""

    @router.get(
        "/events/{event_id}",
        responses=_while_reading("event") | example("event"),
        response_model_exclude_unset=True,
    )
    async def read_event(
        event_id: str,
        fields: Annotated[EventFields, Query(description="only these, and its id")] = (),
    ) -> FoundEvent:
        """One event, and the article that tells it."""
        return _event(await archive.find_event(event_id), fields)

    @router.get(
        "/articles/{article_id:path}",
        responses=_while_reading("article") | example("article"),
        response_model_exclude_unset=True,
    )
    async def read_article(
        article_id: str,
        fields: Annotated[ArticleFields, Query(description="only these, and its id")] = (),
    ) -> ArticleView:
        """One article with its entities and events."""
        article = await archive.find(article_id)
        return article.only({"article_id", *fields}) if fields else article

    @router.get("/trace/{article_id:path}", responses=_while_reading("article") | example("trace"))
    async def trace_article(article_id: str) -> Trace:
        """What happened to one article, stage by stage, whether it can be shown or not."""
        return await archive.trace(article_id)

    @router.get("/entities", responses=_WHILE_SEARCHING | example("entities"))
    async def find_entities(asked: Annotated[NameRequest, Query()]) -> Namesakes:
        """The entities that are called so in the newest articles with that name (how many were read
        is in the answer), those with most articles first."""
        return await archive.namesakes(asked.name, asked.kind)

    @router.get(
        "/entities/{entity_id:path}", responses=_while_reading("entity") | example("entity")
    )
    async def read_entity(entity_id: str) -> EntityView:
        """One entity with its aliases, each with why it is one, and its newest articles."""
        return await archive.find_entity(entity_id)


def _event(found: FoundEvent, fields: Fields) -> FoundEvent:
    if not fields:
        return found
    kept = {"event_id", *fields}
    event = {name: value for name, value in found.event.items() if name in kept}
    kept_article = {"article"} & kept
    return found.model_copy(update={"event": event}).only({"event", *kept_article})


def _behind(asked: SearchRequest, cursor: str | None) -> SearchRequest | None:
    return asked.model_copy(update={"cursor": cursor, "page": 1}) if cursor else None


def _page_behind(asked: SearchRequest, total: int) -> SearchRequest | None:
    """The page with the next number, while there are more and numbers reach so far."""
    reached = asked.page * asked.size
    if reached >= total or reached + asked.size > MAX_RESULTS:
        return None
    return asked.model_copy(update={"page": asked.page + 1})


def _address(own: str, request: Request, asked: SearchRequest | None) -> str | None:
    return f"{own}{address(asked, request.url.path)}" if asked else None

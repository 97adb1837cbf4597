"""The pages for people: rendered here, complete without JavaScript, their state all in the
address."""

from collections.abc import Awaitable
from functools import partial
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from tidings.errors import EngineUnavailable
from tidings.linking import ROLES
from tidings_search.archive import Archive, NoSuchEntity
from tidings_search.cursor import CursorMistake
from tidings_search.entity import EVENTS_SHOWN, MAX_ENTITY_ID
from tidings_search.facets import FACETS
from tidings_search.kept import together
from tidings_search.links import VIEWS, Links, entity_address
from tidings_search.pairs import Matrix, Pairs, matrix_of
from tidings_search.problems import problem_of, refuse_repeated
from tidings_search.querying.fields import FIELDS
from tidings_search.querying.mistakes import QueryMistake
from tidings_search.querying.read import plain_words
from tidings_search.querying.wording import wording_of
from tidings_search.rendering import Render, marked, marked_sentence
from tidings_search.request import (
    MAX_SIZE,
    EventsRequest,
    FacetRequest,
    NameRequest,
    Narrowing,
    PairsRequest,
    SearchRequest,
    Sort,
    TimelineRequest,
)
from tidings_search.results import ArticlePage, EventPage
from tidings_search.whereabouts import Whereabouts
from tidings_search.worldmap import WorldMap, draw_map

_BESIDE_ENTITY: Final = ("people", "organisations", "places", "event_type", "outlet")
"""What an entity's page counts of its articles."""

_PAIRS_READ: Final = 500
_OF_A_PAGE: Final = ("sort", "size", "page", "cursor")


def page_router(archive: Archive, render: Render) -> APIRouter:
    router = APIRouter(
        include_in_schema=False,
        default_response_class=HTMLResponse,
        dependencies=[Depends(refuse_repeated)],
    )
    _add_searches(router, archive, render)
    _add_records(router, archive, render)

    @router.get("/help")
    async def help_page() -> HTMLResponse:
        return render("help.html", fields=FIELDS, notice=None)

    return router


def _add_searches(router: APIRouter, archive: Archive, render: Render) -> None:
    searched = partial(_searched, archive, render)

    @router.get("/")
    async def articles_page(asked: Annotated[SearchRequest, Query()]) -> HTMLResponse:
        page = archive.walk(asked) if asked.cursor else archive.search(asked)
        return await searched("search.html", asked, "/", page, archive.timeline(_over(asked)))

    @router.get("/events")
    async def events_page(asked: Annotated[EventsRequest, Query()]) -> HTMLResponse:
        timeline = archive.timeline(_over(asked, of="events"))
        return await searched("events.html", asked, "/events", archive.events(asked), timeline)

    @router.get("/map")
    async def map_page(asked: Annotated[EventsRequest, Query()]) -> HTMLResponse:
        return await searched("map.html", asked, "/map", _drawn(archive.whereabouts(asked)))

    @router.get("/pairs")
    async def pairs_page(asked: Annotated[PairsPageRequest, Query()]) -> HTMLResponse:
        """The matrix; of one source and one target, how it went between them."""
        if len(asked.source) == len(asked.target) == 1:
            timeline = archive.timeline(_over(asked, of="events"))
            return await searched("pair.html", asked, "/pairs", archive.events(asked), timeline)
        return await searched("pairs.html", asked, "/pairs", _paired(archive, asked))

    @router.get("/facets/{facet}")
    async def facet_page(facet: str, asked: Annotated[FacetPageRequest, Query()]) -> HTMLResponse:
        if facet not in FACETS:
            raise HTTPException(status_code=404)
        wanted = asked.narrowed_to(FacetRequest, "contains", "size", "page")
        found = await archive.facet(facet, wanted)
        kind = PairsPageRequest if asked.view == "/pairs" else SearchRequest
        links = Links(asked.narrowed_to(kind, "sort", "size", "by"), asked.view)
        return render(
            "facet.html", found=found, facet=FACETS[facet], asked=asked, links=links,
            notice=await archive.notice(),
        )  # fmt: skip


async def _searched(
    archive: Archive,
    render: Render,
    template: str,
    asked: SearchRequest,
    path: str,
    *answers: Awaitable[Any],
) -> HTMLResponse:
    """One of the pages that show a search: its `answers` and the facets, asked for together."""
    narrowed = asked.narrowed_to(SearchRequest, *_OF_A_PAGE)
    shown = {
        "asked": asked, "links": Links(asked, path), "elsewhere": Links(narrowed, path),
        "path": path, "views": VIEWS,
    }  # fmt: skip
    try:
        facets, notice, *found = await together(archive.facets(asked), archive.notice(), *answers)
        understood = wording_of(asked.query.node) if asked.q.strip() else None
        parts = await archive.parts_of(asked) if _is_empty(found[0]) else None
    except (QueryMistake, CursorMistake, EngineUnavailable) as error:
        problem = problem_of(error)
        response = render(
            template, problem.status, problem=problem, plain=plain_words(asked.q), **shown
        )
        response.headers.update(problem.headers)
        return response
    return render(
        template, found=found, facets=facets, understood=understood, notice=notice,
        parts=parts, **shown,
    )  # fmt: skip


def _add_records(router: APIRouter, archive: Archive, render: Render) -> None:
    @router.get("/events/{event_id}")
    async def event_page(event_id: str) -> HTMLResponse:
        found = await archive.find_event(event_id)
        return render(
            "event.html", event=found.event, article=found.article,
            sentence=marked_sentence(found.event), notice=await archive.notice(),
        )  # fmt: skip

    @router.get("/articles/{article_id:path}")
    async def article_page(article_id: str) -> HTMLResponse:
        article = await archive.find(article_id)
        notice = await archive.notice()
        return render("article.html", article=article, notice=notice, **marked(article))

    @router.get("/entities")
    async def namesakes_page(asked: Annotated[NameRequest, Query()]) -> Response:
        found = await archive.namesakes(asked.name, asked.kind)
        if len(found.entities) == 1 and found.articles_read == found.articles:
            return RedirectResponse(entity_address(found.entities[0].entity_id))
        notice = await archive.notice()
        return render("entities.html", found=found, notice=notice)

    @router.get("/entities/{entity_id:path}")
    async def entity_page(entity_id: str) -> HTMLResponse:
        if len(entity_id) > MAX_ENTITY_ID:
            raise NoSuchEntity("No article names anyone or anything with an id as long as this.")
        about = SearchRequest(entity=(entity_id,), size=EVENTS_SHOWN)
        acting = {
            role: SearchRequest.model_validate({role: (entity_id,), "size": EVENTS_SHOWN})
            for role in ROLES
        }
        entity, facets, timeline, notice, *told = await together(
            archive.find_entity(entity_id),
            archive.facets(about, _BESIDE_ENTITY),
            archive.timeline(_over(about)),
            archive.notice(),
            *(archive.events(asked) for asked in acting.values()),
        )
        return render(
            "entity.html", entity=entity, told=dict(zip(ROLES, told, strict=True)),
            facets=facets, timeline=timeline, notice=notice, links=Links(about),
        )  # fmt: skip


class PairsPageRequest(EventsRequest):
    """Actors are told apart by name or by country."""

    by: Literal["name", "country"] = "country"


class FacetPageRequest(FacetRequest):
    """`view`: the page whose search is narrowed; `sort`, `by` and `size` are kept for it."""

    size: int = Field(50, ge=1, le=MAX_SIZE)
    view: Literal["/", "/events", "/map", "/pairs"] = "/"
    sort: Sort | None = None
    by: Literal["name", "country"] = "country"


def _over(asked: Narrowing, of: Literal["articles", "events"] = "articles") -> TimelineRequest:
    """The timeline of a search."""
    return asked.narrowed_to(TimelineRequest, of=of)


def _is_empty(found: Any) -> bool:
    """Is there nothing in what a page shows first?"""
    match found:
        case ArticlePage() | EventPage():
            return found.total == 0
        case (Whereabouts() | Pairs() as counted, _):
            return counted.events == 0
    return False


async def _drawn(asked: Awaitable[Whereabouts]) -> tuple[Whereabouts, WorldMap]:
    found = await asked
    return found, draw_map(found.countries, found.spots)


async def _paired(archive: Archive, asked: PairsPageRequest) -> tuple[Pairs, Matrix]:
    found = await archive.pairs(asked.narrowed_to(PairsRequest, by=asked.by, size=_PAIRS_READ))
    return found, matrix_of(found.pairs)

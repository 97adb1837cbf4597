"""The pages for people: rendered here, complete without JavaScript, their state all in the
address."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from pydantic import Field
from starlette.exceptions import HTTPException

from tidings.errors import EngineUnavailable
from tidings.linking import ROLES
from tidings.plover import SECTORS
from tidings_search.archive import Archive, NoSuchEntity
from tidings_search.article import ArticleView, anchor_of, find_marks
from tidings_search.charts import QUAD_OF, QUADS, draw_counts, draw_intensity, interval_name
from tidings_search.countries import country_name
from tidings_search.cursor import CursorMistake
from tidings_search.dates import day, moment, stretch
from tidings_search.entity import EVENTS_SHOWN, MAX_ENTITY_ID, first_told
from tidings_search.facets import FACETS
from tidings_search.kept import together
from tidings_search.labels import (
    MODALITIES,
    coordinates,
    day_named,
    label_of,
    signed,
    tone_of,
    weight_of,
)
from tidings_search.links import (
    VIEWS,
    Links,
    Typed,
    entity_address,
    event_address,
    last_page,
    namesakes_address,
    segment,
)
from tidings_search.marks import Mark, mark_paragraphs, mark_text
from tidings_search.pairs import Matrix, Pairs, matrix_of
from tidings_search.problems import Problem, problem_of, refuse_repeated
from tidings_search.querying.fields import FIELDS
from tidings_search.querying.mistakes import QueryMistake
from tidings_search.querying.read import plain_words
from tidings_search.querying.wording import wording_of
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

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Nothing in an article, whatever it says, may run or load anything: scripts come from here."""

_BESIDE_ENTITY: Final = ("people", "organisations", "places", "event_type", "outlet")
"""What an entity's page counts of its articles."""

_PAIRS_READ: Final = 500
_OF_A_PAGE: Final = ("sort", "size", "page", "cursor")

_WORD: Final = re.compile(r'"[^"]*"|[^\s:()\[\]{}"^~]+')
"""What a suggestion stands for in a query."""

Render = Callable[..., HTMLResponse]


def page_router(archive: Archive, render: Render) -> APIRouter:
    router = APIRouter(
        include_in_schema=False,
        default_response_class=HTMLResponse,
        dependencies=[Depends(refuse_repeated)],
    )

    async def searched(
        template: str, asked: SearchRequest, path: str, *answers: Awaitable[Any]
    ) -> HTMLResponse:
        """One of the pages that show a search: its `answers` and the facets, asked for together."""
        narrowed = asked.narrowed_to(SearchRequest, *_OF_A_PAGE)
        shown = {
            "asked": asked, "links": Links(asked, path), "elsewhere": Links(narrowed, path),
            "path": path, "views": VIEWS,
        }  # fmt: skip
        try:
            facets, notice, *found = await together(
                archive.facets(asked), archive.notice(), *answers
            )
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

    @router.get("/help")
    async def help_page() -> HTMLResponse:
        return render("help.html", fields=FIELDS, notice=None)

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

    return router


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


def marked_sentence(event: Mapping[str, Any]) -> Markup:
    """The sentence of an event with each of its slots marked."""
    sentence = event["sentence"]
    spans = [
        ("trigger", "what is done", event["trigger"]),
        ("source", "who acts", event.get("source")),
        ("target", "to whom", event.get("target")),
        ("date", "when", event.get("date")),
        ("place", "where", event.get("place")),
        ("attribution", "who says so", event.get("attribution")),
        ("modality", "by what it is not simply asserted", event.get("modality_evidence")),
        *(("toll", one["kind"], one) for one in event.get("casualties") or ()),
    ]
    start = sentence["start"]
    marks = [
        Mark(span["start"] - start, span["end"] - start, f"slot {kind}", tooltip)
        for kind, tooltip, span in spans
        if span and span.get("start") is not None
    ]
    return mark_text(sentence["text"], marks)


def new_render() -> Render:
    """The function that fills a template; missing values are errors, and all text is escaped."""
    environment = new_environment()

    def render(template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
        body = environment.get_template(template).render(values)
        return HTMLResponse(body, status, headers=HEADERS)

    return render


def new_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tidings_search"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=day,
        moment=moment,
        count="{:,}".format,
        web=_web,
        segment=segment,
        coordinates=coordinates,
    )
    environment.globals.update(
        anchor_of=anchor_of,
        stretch=stretch,
        only=Links.start,
        entity_address=entity_address,
        event_address=event_address,
        last_page=last_page,
        country_name=country_name,
        sectors=SECTORS,
        all_facets=FACETS,
        namesakes_address=namesakes_address,
        first_told=first_told,
        marked_sentence=marked_sentence,
        label_of=label_of,
        mended=mended,
        swapped=swapped,
        facet_page=facet_page,
        day_named=day_named,
        signed=signed,
        tone_of=tone_of,
        weight_of=weight_of,
        modalities=MODALITIES,
        plain_words=plain_words,
        draw_counts=draw_counts,
        draw_intensity=draw_intensity,
        interval_name=interval_name,
        quads=QUADS,
        quad_of=QUAD_OF,
    )
    return environment


def swapped(chosen: Sequence[str], one: str, other: str) -> tuple[str, ...]:
    """The values that are chosen, with another in the place of one."""
    return (*(value for value in chosen if value != one), other)


def facet_page(links: Links, asked: FacetPageRequest, name: str, number: int) -> str:
    """The address of a page of the values of a facet."""
    given = asked.model_dump(include={"contains", "size"}, exclude_defaults=True)
    return links.facet(name, **given, page=number)


def mended(q: str, problem: Problem) -> str | None:
    """The query with what is suggested in the place of the mistake."""
    if not problem.suggestion or not problem.position:
        return None
    start = problem.position - 1
    wrong = _WORD.match(q, start)
    if wrong is None:
        return None
    spaced = " " in problem.suggestion
    return (
        q[:start] + (f'"{problem.suggestion}"' if spaced else problem.suggestion) + q[wrong.end() :]
    )


def error_page(render: Render, problem: Problem, typed: Typed) -> HTMLResponse:
    """With what was typed still in the box."""
    response = render("error.html", problem.status, problem=problem, typed=typed)
    response.headers.update(problem.headers)
    return response


def marked(article: ArticleView) -> Mapping[str, Any]:
    """Title and paragraphs of an article with all marks in them."""
    content, marks = article.content, find_marks(article)
    title_end = len(article.title or "")
    return {
        "title": mark_text(content, marks, 0, title_end),
        "paragraphs": mark_paragraphs(content, marks, title_end),
    }


def _web(url: str | None) -> str | None:
    """The address where it is one of the web, and not a script or a file."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None

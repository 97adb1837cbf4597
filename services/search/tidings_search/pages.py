"""The pages for people: rendered here, complete without JavaScript, their state all in the
address."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from tidings.linking import ROLES
from tidings.messages import Place
from tidings_search.archive import Archive
from tidings_search.article import ArticleView, anchor_of, find_marks
from tidings_search.dates import day, moment, stretch
from tidings_search.entity import EVENTS_SHOWN, first_told
from tidings_search.links import Links, entity_address, last_page, namesakes_address, segment
from tidings_search.marks import mark_paragraphs, mark_text
from tidings_search.problems import Problem, problem_of
from tidings_search.request import EventRequest, NameRequest, SearchRequest
from tidings_search.words import QueryMistake

FACET_TITLES: Final = {
    "event_type": "Event types",
    "people": "People",
    "organisations": "Organisations",
    "places": "Places",
    "countries": "Countries",
    "groups": "Groups",
    "outlet": "Outlets",
    "language": "Languages",
}
"""In the order of the page."""

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Nothing in an article, whatever it says, may run or load anything."""

_READING: Final = ["GET", "HEAD"]
"""Monitors and link checkers ask for the head alone."""

Render = Callable[..., HTMLResponse]


def page_router(archive: Archive, render: Render) -> APIRouter:
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.api_route("/", methods=_READING)
    async def search_page(asked: Annotated[SearchRequest, Query()]) -> HTMLResponse:
        shown = {"asked": asked, "links": Links(asked), "facet_titles": FACET_TITLES}
        try:
            terms, found = asked.terms, await archive.search(asked)
        except QueryMistake as mistake:
            problem = problem_of(mistake)
            return render("search.html", problem.status, problem=problem, **shown)
        pages = last_page(found.total, asked.size)
        notice = await archive.notice()
        return render(
            "search.html", found=found, terms=terms, last_page=pages, notice=notice, **shown
        )

    @router.api_route("/articles/{article_id:path}", methods=_READING)
    async def article_page(article_id: str) -> HTMLResponse:
        article = await archive.find(article_id)
        notice = await archive.notice()
        return render("article.html", article=article, notice=notice, **marked(article))

    @router.api_route("/entities", methods=_READING)
    async def namesakes_page(asked: Annotated[NameRequest, Query()]) -> Response:
        found = await archive.namesakes(asked.name, asked.kind)
        if len(found.entities) == 1 and found.articles_read == found.articles:
            return RedirectResponse(entity_address(found.entities[0].entity_id))
        notice = await archive.notice()
        return render("entities.html", found=found, notice=notice)

    @router.api_route("/entities/{entity_id:path}", methods=_READING)
    async def entity_page(entity_id: str) -> HTMLResponse:
        entity = await archive.find_entity(entity_id)
        told = {
            role: await archive.search_events(
                EventRequest.model_validate({role: (entity_id,), "size": EVENTS_SHOWN}).articles
            )
            for role in ROLES
        }
        notice = await archive.notice()
        return render("entity.html", entity=entity, told=told, notice=notice)

    return router


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
        coordinates=_coordinates,
    )
    environment.globals.update(
        anchor_of=anchor_of,
        stretch=stretch,
        only=Links.start,
        entity_address=entity_address,
        namesakes_address=namesakes_address,
        first_told=first_told,
    )
    return environment


def error_page(render: Render, problem: Problem) -> HTMLResponse:
    response = render("error.html", problem.status, problem=problem)
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


def _coordinates(place: Place) -> str | None:
    """50.45° N, 30.52° E."""
    if place.lat is None or place.lon is None:
        return None
    north, east = "N" if place.lat >= 0 else "S", "E" if place.lon >= 0 else "W"
    return f"{abs(place.lat):.2f}° {north}, {abs(place.lon):.2f}° {east}"

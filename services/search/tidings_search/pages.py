"""The pages for people: rendered here, complete without JavaScript, their state all in the
address."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from tidings_search.archive import Archive
from tidings_search.article import ArticleView, anchor_of, find_marks
from tidings_search.dates import day, moment, stretch
from tidings_search.links import Links, last_page
from tidings_search.marks import mark_paragraphs, mark_text
from tidings_search.problems import Problem, problem_of
from tidings_search.request import SearchRequest
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
        day=day, moment=moment, count="{:,}".format, web=_web, segment=_segment
    )
    environment.globals.update(anchor_of=anchor_of, stretch=stretch, only=Links.start)
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


def _segment(value: str) -> str:
    """An id as one segment of an address."""
    return quote(value, safe="")

"""Templates and what they call."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tidings.plover import SECTORS
from tidings_search.article import ArticleView, anchor_of, find_marks
from tidings_search.charts import QUAD_OF, QUADS, draw_counts, draw_intensity, interval_name
from tidings_search.countries import country_name
from tidings_search.dates import day, moment, stretch
from tidings_search.entity import first_told
from tidings_search.facets import FACETS
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
    Links,
    Typed,
    entity_address,
    event_address,
    last_page,
    namesakes_address,
    segment,
)
from tidings_search.marks import Mark, mark_paragraphs, mark_text
from tidings_search.problems import Problem
from tidings_search.querying.read import plain_words
from tidings_search.request import FacetRequest

Render = Callable[..., HTMLResponse]

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Nothing in an article, whatever it says, may run or load anything: scripts come from here."""

_WORD: Final = re.compile(r'"[^"]*"|[^\s:()\[\]{}"^~]+')
"""What a suggestion stands for in a query."""


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


def facet_page(links: Links, asked: FacetRequest, name: str, number: int) -> str:
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

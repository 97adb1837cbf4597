"""The page for operators: is it healthy, how far behind, how fast; and the runbooks."""

import json
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Final, NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from starlette.exceptions import HTTPException

from tidings.overview import FLOW, NOW, PROCESSES, Figure, Grade
from tidings.settings import Settings
from tidings_search.amounts import in_words
from tidings_search.measured import (
    Line,
    Measured,
    Reason,
    Verdict,
    grade_of,
    reasons,
    verdict,
    waiting,
)
from tidings_search.measuring import STEP_SECONDS, measure
from tidings_search.sparkline import draw_line

UNKNOWN: Final = "not known"
LEAST_SECONDS: Final = 300


class Number(NamedTuple):
    title: str
    words: str
    grade: Grade | None

    @property
    def is_known(self) -> bool:
        return self.words != UNKNOWN


class Row(NamedTuple):
    """One line of a figure; `path` is '' where nothing is known of its past."""

    name: str
    words: str
    path: str


class Course(NamedTuple):
    """A figure of one or several lines, on one scale from 0 to `highest`."""

    title: str
    bad: str
    runbook: str | None
    rows: tuple[Row, ...]
    highest: str


class Overview(NamedTuple):
    verdict: Verdict
    waiting: str
    reasons: tuple[Reason, ...]
    numbers: tuple[Number, ...]
    courses: tuple[Course, ...]
    untold: tuple[str, ...]


def status_router(settings: Settings, render: Callable[..., HTMLResponse]) -> APIRouter:
    runbooks = read_runbooks()
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/status")
    async def status_page() -> HTMLResponse:
        found = await measure(settings)
        return render(
            "status.html", measured=found, shown=overview_of(found), pages=frozenset(runbooks),
            notice=None,
        )  # fmt: skip

    @router.get("/status/runbooks")
    async def runbooks_page() -> HTMLResponse:
        return page_of("README", "Runbooks", sorted(runbooks.keys() - {"README"}))

    @router.get("/status/runbooks/{name}")
    async def runbook_page(name: str) -> HTMLResponse:
        if name not in runbooks:
            raise HTTPException(status_code=404)
        return page_of(name, name)

    def page_of(name: str, title: str, others: Sequence[str] = ()) -> HTMLResponse:
        words = Markup(runbooks[name])
        return render("runbook.html", name=title, words=words, others=others, notice=None)

    return router


def read_runbooks() -> dict[str, str]:
    """The pages as HTML, by name; `make dashboards` makes them of docs/runbooks."""
    pages: dict[str, str] = json.loads(
        files("tidings_search").joinpath("runbooks.json").read_text("utf-8")
    )
    return pages


def overview_of(measured: Measured) -> Overview:
    found, untold, begin = reasons(measured), measured.untold, _begin(measured)
    return Overview(
        verdict(measured, found), waiting(measured), tuple(found),
        tuple(_number(one, measured) for one in NOW if one not in untold),
        tuple(_course(one, measured, begin) for one in (*FLOW, *PROCESSES) if one not in untold),
        tuple(dict.fromkeys(one.title for one in untold)),
    )  # fmt: skip


def _number(figure: Figure, measured: Measured) -> Number:
    value = measured.value(figure)
    words = UNKNOWN if value is None else in_words(value, figure.unit)
    title = figure.title.replace("in this time", "in the last hour")
    if measured.alerts is None and figure.reading and figure.reading.title:
        title = figure.reading.title
    return Number(title, words, grade_of(figure, value))


def _course(figure: Figure, measured: Measured, begin: float) -> Course:
    lines = measured.lines.get(figure, ())
    values = [value for line in lines for _, value in line.past]
    highest = max(values, default=0.0)
    rows = tuple(_row(figure, line, (begin, measured.at.timestamp()), highest) for line in lines)
    scale = in_words(highest, figure.unit) if values else ""
    return Course(figure.title, figure.bad, figure.runbook, rows, scale)


def _begin(measured: Measured) -> float:
    """From when on there is something to draw, in seconds since 1970: five minutes at least."""
    moments = (line.past[0][0] for lines in measured.lines.values() for line in lines if line.past)
    end = measured.at.timestamp()
    return min(min(moments, default=end), end - LEAST_SECONDS)


def _row(figure: Figure, line: Line, span: tuple[float, float], highest: float) -> Row:
    begin, end = span
    path = draw_line(line.past, begin=begin, end=end, highest=highest, step=STEP_SECONDS)
    return Row(line.name, UNKNOWN if line.now is None else in_words(line.now, figure.unit), path)

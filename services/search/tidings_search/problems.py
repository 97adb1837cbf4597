"""Errors as answers: problem documents (RFC 9457) for programs, the same sentence on a page for
people."""

import difflib
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from tidings.errors import EngineUnavailable
from tidings_search.archive import NoSuchArticle, NoSuchEntity, NoSuchEvent
from tidings_search.cursor import CursorMistake
from tidings_search.querying.mistakes import QueryMistake
from tidings_search.request import (
    FacetRequest,
    NameRequest,
    Narrowing,
    PairsRequest,
    SearchRequest,
    TimelineRequest,
)
from tidings_search.timeline import TooManyBars

RETRY_AFTER_SECONDS: Final = 5
_REQUESTS: Final = (SearchRequest, FacetRequest, TimelineRequest, PairsRequest)
_SEVERAL: Final = {"ids", *(name for name, one in Narrowing.model_fields.items()
                            if one.default == ())}  # fmt: skip
_SINGLE: Final = {"format", "view"} | {
    name for asked in (*_REQUESTS, NameRequest) for name in asked.model_fields
} - _SEVERAL
"""Parameters with one value."""


class Problem(BaseModel):
    """`position` is the character of `q` that the detail speaks of, counted from 1; `suggestion`
    what may have been meant there."""

    model_config = ConfigDict(frozen=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    position: int | None = None
    suggestion: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        unavailable = self.status == HTTPStatus.SERVICE_UNAVAILABLE
        return {"Retry-After": str(RETRY_AFTER_SECONDS)} if unavailable else {}


EXPECTED: Final[tuple[type[Exception], ...]] = (
    QueryMistake, CursorMistake, TooManyBars, NoSuchArticle, NoSuchEvent, NoSuchEntity,
    EngineUnavailable, RequestValidationError, HTTPException,
)  # fmt: skip


def problem_of(error: Exception) -> Problem:
    """What went wrong, as far as it is the asker's business."""
    match error:
        case QueryMistake():
            return _problem(400, str(error), error.position, error.suggestion)
        case TooManyBars():
            return _problem(400, str(error))
        case CursorMistake():
            return _problem(400, f"`cursor`: {error}")
        case RequestValidationError():
            return _problem(422, " ".join(_clause(detail) for detail in error.errors()))
        case NoSuchArticle() | NoSuchEvent() | NoSuchEntity():
            return _problem(404, str(error))
        case EngineUnavailable():
            return _problem(503, f"{error} Please try again in a moment.")
        case HTTPException(status_code=404):
            return _problem(404, "There is nothing at this address.")
        case HTTPException():
            return _problem(error.status_code, f"{error.detail}.")
        case _:
            return _problem(500, "Something went wrong on our side; the log of search says what.")


def wrong_parameters(error: Exception) -> set[str]:
    """The names of those that cannot be read; "" for several that do not go together."""
    if isinstance(error, RequestValidationError):
        return {
            str(detail["loc"][1]) if len(detail["loc"]) > 1 else "" for detail in error.errors()
        }
    return {"cursor"} if isinstance(error, CursorMistake) else set()


async def refuse_repeated(request: Request) -> None:
    """Of two values for a parameter that has one, neither is silently taken. Raises
    RequestValidationError."""
    given = request.query_params
    for name in _SINGLE & given.keys():
        if len(values := given.getlist(name)) > 1:
            sentence = f"it is given {len(values)} times, and can have only one value"
            detail = {"type": "value_error", "loc": ("query", name), "msg": sentence,
                      "input": values[-1]}  # fmt: skip
            raise RequestValidationError([detail])


def problem_response(problem: Problem) -> JSONResponse:
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=problem.status,
        media_type="application/problem+json",
        headers=problem.headers,
    )


def _problem(
    status: int, detail: str, position: int | None = None, suggestion: str | None = None
) -> Problem:
    return Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        position=position,
        suggestion=suggestion,
    )


def _clause(detail: Mapping[str, Any]) -> str:
    path: Sequence[Any] = detail["loc"][1:]
    name = str(path[0]) if path else ""
    if detail["type"] == "extra_forbidden":
        return _unknown(name)
    message = detail["msg"].removeprefix("Value error, ")
    if not name:
        return f"{message[0].upper()}{message[1:]}."
    return f"`{name}`={str(detail['input'])[:100]!r}: {message[0].lower()}{message[1:]}."


def _unknown(name: str) -> str:
    known = {field for asked in _REQUESTS for field in asked.model_fields} - {name}
    close = difflib.get_close_matches(name, sorted(known), n=1)
    hint = f"; did you mean `{close[0]}`?" if close else "; /openapi.json lists them all."
    return f"`{name}` is no parameter of this address{hint}"

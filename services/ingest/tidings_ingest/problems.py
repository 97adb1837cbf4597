"""Answers of the service to what it cannot do: problem documents (RFC 9457)."""

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from tidings.guard import Refused

RETRY_AFTER_SECONDS: Final = 5


class Problem(Exception):
    """An answer after RFC 9457; `more` are members of its own."""

    def __init__(self, status: int, title: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail, self.more = status, title, detail, more

    def response(self) -> JSONResponse:
        content = {"title": self.title, "status": self.status, "detail": self.detail, **self.more}
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if self.status == 503 else None
        return JSONResponse(
            content, self.status, headers=headers, media_type="application/problem+json"
        )


def away(reason: str, what_now: str) -> Problem:
    return Problem(503, "Kafka is away", f"{reason.rstrip('.')}. {what_now}")


def answer_with_problems(app: FastAPI) -> None:
    """Also where FastAPI finds the fault itself: no such address, no such method, a parameter."""

    @app.exception_handler(Problem)
    async def show_problem(request: Request, problem: Problem) -> JSONResponse:
        return problem.response()

    @app.exception_handler(HTTPException)
    async def show_refusal(request: Request, error: HTTPException) -> JSONResponse:
        detail = (
            f"{request.method} {request.url.path}: this service has /articles; see /openapi.json."
        )
        title = error.detail
        if isinstance(error, Refused):
            title, detail = HTTPStatus(error.status_code).phrase, f"{error.detail}."
        answer = Problem(error.status_code, title, detail).response()
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    async def show_mistake(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [f"`{one['loc'][-1]}`: {one['msg']}" for one in error.errors()]
        return Problem(422, "A parameter cannot be used", "; ".join(faults)).response()

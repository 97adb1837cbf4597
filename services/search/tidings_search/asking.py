"""The running search service, asked from a terminal: its answers, or why there is none."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx
import typer
from rich.cells import cell_len

from tidings.errors import EngineUnavailable, TidingsError
from tidings.settings import Settings, bearer

TIMEOUT_SECONDS: Final = 30

_USAGE_ERROR: Final = 2
_BAD_REQUESTS: Final = (400, 422)
_AROUND_A_MISTAKE: Final = 35
"""Characters of a query on each side; more would not fit into a line."""

Parameters = Mapping[str, str | int]


def new_http(settings: Settings) -> httpx.Client:
    """Files of an export come unpacked: on one machine packing only costs time."""
    return httpx.Client(
        base_url=settings.search_address,
        timeout=TIMEOUT_SECONDS,
        trust_env=False,
        headers={"Accept-Encoding": "identity", **bearer(settings)},
    )


def ask(settings: Settings, path: str, parameters: Parameters | None = None) -> dict[str, Any]:
    """The answer of the running service. Raises EngineUnavailable where there is none, and
    TidingsError with the service's own sentence where it refuses; what is asked wrongly ends the
    command as a mistake of usage."""
    try:
        with new_http(settings) as client:
            response = client.get(path, params=parameters)
    except httpx.TransportError:
        raise no_answer(settings) from None
    answer = read_answer(response, settings)
    if response.is_error:
        refuse(response, answer, parameters or {})
    return answer


def no_answer(settings: Settings) -> EngineUnavailable:
    return EngineUnavailable(
        f"The search service does not answer at {settings.search_address}; start it with "
        "`tidings up`, or set TIDINGS_HOST and TIDINGS_SEARCH_PORT to where it is."
    )


def read_answer(response: httpx.Response, settings: Settings) -> dict[str, Any]:
    """Raises TidingsError for what the search service would not say."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise TidingsError(
            f"What answers at {settings.search_address} is not the search service; set "
            "TIDINGS_SEARCH_PORT to its port."
        )
    return answer


def refuse(response: httpx.Response, problem: Mapping[str, Any], parameters: Parameters) -> None:
    """Raises typer.Exit for what was asked wrongly, with the mistake shown on standard error, and
    TidingsError for everything else."""
    sentence = str(problem.get("detail", response.reason_phrase))
    if response.status_code not in _BAD_REQUESTS:
        raise TidingsError(sentence)
    typer.echo(f"tidings: {sentence}", err=True)
    position = problem.get("position")
    if isinstance(position, int):
        for line in pointed_at(str(parameters.get("q", "")), position):
            typer.echo(line, err=True)
    raise typer.Exit(_USAGE_ERROR)


def pointed_at(query: str, position: int) -> Iterator[str]:
    """The query, and below it a caret under the character at `position`, counted from 1."""
    at = position - 1
    first, last = max(0, at - _AROUND_A_MISTAKE), at + _AROUND_A_MISTAKE
    before = ("…" if first else "") + printable(query[first:at])
    yield f"  {before}{printable(query[at:last])}{'…' if last < len(query) else ''}"
    yield f"  {' ' * cell_len(before)}^"


def printable(text: str) -> str:
    """In one line, without control characters: a title must not be able to steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def counted(number: int, what: str) -> str:
    """`1 article` of 1 and `articles`."""
    return f"{number:,} {what.removesuffix('s') if number == 1 else what}"

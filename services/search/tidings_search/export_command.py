"""`tidings export`: all of a result into a file."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import httpx
import typer
from rich.console import Console

from tidings.bar import Bar
from tidings.errors import EngineUnavailable, TidingsError
from tidings.settings import Settings
from tidings_search.asking import counted, new_http, no_answer, read_answer, refuse
from tidings_search.commands import QueryWords
from tidings_search.export import FORMATS, TOTAL_HEADER, Format

STREAM: Final = "-"
_USAGE_ERROR: Final = 2
_INTERRUPTED: Final = 130
_LINES_AROUND: Final[dict[Format, int]] = {"csv": 1, "jsonl": 0, "geojson": 2}
"""Lines of a file that are neither articles nor events."""


def export(
    query: QueryWords = None,
    kind: Annotated[
        str | None,
        typer.Option("--format", help="csv, jsonl or geojson; by default as FILE ends, or jsonl."),
    ] = None,
    events: Annotated[
        bool | None,
        typer.Option("--events/--articles", help="What to write; of geojson always events."),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="- for standard output.")
    ] = STREAM,
) -> None:
    """Write every article or event that a query finds, or that there is, into a file.

    The file is there when it is whole: an export that breaks off leaves what was there before.
    """
    format = format_of(kind, output)
    of = "events" if events or format == "geojson" else "articles"
    if format == "geojson" and events is False:
        _bad_usage("geojson is a map of events: leave out --articles, or choose csv or jsonl.")
    settings = Settings.load()
    parameters = {"q": " ".join(query or ()).strip(), "format": format}
    try:
        with (
            new_http(settings) as client,
            client.stream("GET", f"/api/export/{of}", params=parameters) as response,
        ):
            if response.is_error or TOTAL_HEADER not in response.headers:
                response.read()
                refuse(response, read_answer(response, settings), parameters)
            total = write(response, of, format, output)
    except httpx.TransportError:
        raise no_answer(settings) from None
    except KeyboardInterrupt:
        typer.echo(f"stopped: interrupted; {_what_is_left(output)}.", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    typer.echo(f"wrote {counted(total, of)}", err=True)


def format_of(kind: str | None, output: str) -> Format:
    """The format that is asked for, or that the file's name says."""
    named = kind or Path(output).suffix.removeprefix(".").lower() or "jsonl"
    if named not in FORMATS:
        if kind is None:
            return "jsonl"
        _bad_usage(f"“{kind}” is no format: there are {', '.join(FORMATS)}.")
    return next(one for one in FORMATS if one == named)


def write(response: httpx.Response, of: str, kind: Format, output: str) -> int:
    """Writes the file and returns how many it holds. Raises EngineUnavailable where the service
    breaks off, and TidingsError where the file has not as many as it should or cannot be written.
    """
    total = int(response.headers[TOTAL_HEADER])
    tally = Tally(kind)
    with whole_file(output) as file, Bar(f"export {of}", total, _console(output)) as bar:
        try:
            for part in response.iter_bytes():
                file.write(part)
                bar.reach(tally.add(part))
        except httpx.TransportError:
            raise EngineUnavailable(
                f"The search service broke off after {tally.rows:,} of {counted(total, of)}; "
                f"{_what_is_left(output)}, try again."
            ) from None
        if tally.rows != total:
            raise TidingsError(
                f"The search service said {counted(total, of)} and sent {tally.rows:,}; "
                f"{_what_is_left(output)}."
            )
    return total


class Tally:
    """How many articles or events the parts of a file hold: its lines, but for those that in CSV
    stand in quotation marks, and those around."""

    def __init__(self, kind: Format) -> None:
        self._lines = 0
        self._around = _LINES_AROUND[kind]
        self._quoting = kind == "csv"
        self._quoted = False

    @property
    def rows(self) -> int:
        return max(0, self._lines - self._around)

    def add(self, part: bytes) -> int:
        """Returns how many there are now."""
        if not self._quoting:
            self._lines += part.count(b"\n")
            return self.rows
        first, *others = part.split(b'"')
        for piece, opens in [(first, False), *((other, True) for other in others)]:
            self._quoted ^= opens
            self._lines += 0 if self._quoted else piece.count(b"\n")
        return self.rows


@contextmanager
def whole_file(output: str) -> Iterator[BinaryIO]:
    """The file under a name of its own until it is whole; standard output, a pipe or a device as it
    is. Raises TidingsError where it cannot be written."""
    if output == STREAM:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(output).resolve()
    as_it_is = path.exists() and not path.is_file()
    beside = path if as_it_is else path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            yield file
        if not as_it_is:
            beside.replace(path)
    except OSError as error:
        raise TidingsError(f"{output}: cannot be written ({error.strerror}).") from None
    finally:
        if not as_it_is:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def _what_is_left(output: str) -> str:
    return "what was written is not whole" if output == STREAM else f"{output} was not written"


def _console(output: str) -> Console:
    """No bar on the terminal that shows the data."""
    shows_data = output == STREAM and sys.stdout.isatty()
    return Console(stderr=True, force_terminal=False if shows_data else None)


def _bad_usage(sentence: str) -> None:
    typer.echo(f"tidings export: {sentence}", err=True)
    raise typer.Exit(_USAGE_ERROR)

"""`tidings extract`."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tidings.errors import TidingsError
from tidings.settings import Settings

STREAM: Final = "-"


def extract(
    input: Annotated[str, typer.Option(help="JSON Lines file, - for standard input.")] = STREAM,
    output: Annotated[str, typer.Option(help="JSON Lines file, - for standard output.")] = STREAM,
    workers: Annotated[
        int, typer.Option(help="Processes; 0 for one on each core.", min=0, max=256)
    ] = 0,
) -> None:
    """Find entities and events in articles, one JSON object {"id", "text"[, "title",
    "published_at"]} a line, without engines.

    Offsets count in title, blank line, text. A line that cannot be used is named on standard error
    and passed over; exit status 1 then.
    """
    from tidings.batch import Refusal, extract_lines

    settings = Settings.load()
    refused = 0
    with ExitStack() as stack:
        source = stack.enter_context(_reading(input))
        sink = stack.enter_context(_writing(output, input))
        bar = stack.enter_context(_progress(source, input))
        for outcomes in extract_lines(_counted(source, bar), settings, workers or _cores()):
            for outcome in outcomes:
                if isinstance(outcome, Refusal):
                    refused += 1
                    bar.console.print(
                        f"line {outcome.number}: {outcome.reason}", markup=False, soft_wrap=True
                    )
                else:
                    sink.write(outcome.line.encode("utf-8") + b"\n")
            sink.flush()
    if refused:
        raise typer.Exit(1)


def _cores() -> int:
    """Those that this process may use; macOS cannot say and gives all."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@contextmanager
def _reading(path: str) -> Iterator[BinaryIO]:
    if path == STREAM:
        yield sys.stdin.buffer
        return
    try:
        with Path(path).open("rb") as file:
            yield file
    except OSError as error:
        if error.filename is None:
            raise
        raise TidingsError(f"{error.filename}: cannot be opened ({error.strerror}).") from None


@contextmanager
def _writing(path: str, source: str) -> Iterator[BinaryIO]:
    if path == STREAM:
        yield sys.stdout.buffer
        return
    if source != STREAM and Path(path).exists() and Path(path).samefile(source):
        raise TidingsError(f"{path} is the input too; give --output another name.")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    except OSError as error:
        raise TidingsError(f"{path}: cannot be written ({error.strerror}).") from None
    with os.fdopen(descriptor, "wb") as file:
        yield file


@contextmanager
def _progress(source: BinaryIO, path: str) -> Iterator[Progress]:
    """On a terminal only; by bytes where the size is known, else by lines read."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )  # fmt: skip
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as bar:
        bar.add_task("bytes read" if path != STREAM else "lines read", total=_size(source, path))
        yield bar


def _size(source: BinaryIO, path: str) -> int | None:
    return os.fstat(source.fileno()).st_size if path != STREAM else None


def _counted(source: BinaryIO, bar: Progress) -> Iterator[bytes]:
    task = bar.tasks[0]
    for line in source:
        yield line
        bar.advance(task.id, len(line) if task.total else 1)

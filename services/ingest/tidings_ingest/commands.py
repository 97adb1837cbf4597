"""`tidings push`."""

import io
import os
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tidings.errors import EngineUnavailable, InvalidMessage
from tidings.kafka import COMMAND_PATIENCE_SECONDS, ensure_topics, wait_for_kafka
from tidings.logs import configure_logging
from tidings.messages import Article
from tidings.settings import Settings
from tidings_ingest.link import SharedProducer
from tidings_ingest.normalise import Defaults, check_language, parse_time
from tidings_ingest.producer import Pusher, push_all
from tidings_ingest.sources import READABLE, STDIN, Sources

_USAGE_ERROR: Final = 2
_INTERRUPTED: Final = 130
_PATIENCE_SECONDS: Final = 30.0
_GRACE_SECONDS: Final = 3.0


def push(
    paths: Annotated[
        list[str], typer.Argument(help=f"Files ({READABLE}), folders, - for standard input.")
    ],
    outlet: Annotated[str, typer.Option(help="Who published what does not say it.")] = "",
    published_at: Annotated[
        str, typer.Option(help="ISO 8601; a date is midnight UTC, a time without a zone UTC.")
    ] = "",
    language: Annotated[str, typer.Option(help="BCP 47, e.g. en or pt-BR.")] = "",
    url: Annotated[str, typer.Option(help="The address of a single article.")] = "",
    section: Annotated[str, typer.Option(help="The outlet's section.")] = "",
    author: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    print_ids: Annotated[
        bool, typer.Option("--print-ids", help="Print each article's id once it is confirmed.")
    ] = False,
    restore: Annotated[
        bool,
        typer.Option("--restore", help="Bring back those of them that `tidings delete` took down."),
    ] = False,
) -> None:
    """Push articles: text files (first line the title), JSON, JSON Lines, folders of these.

    Options fill in what a record does not say itself. Nothing counts as pushed before Kafka has
    confirmed it. What `tidings delete` took down counts as pushed too, but stays out of sight
    without --restore. Exit status 1 where anything was refused or is not confirmed, 2 on bad
    usage.
    """
    defaults = Defaults(
        outlet or None,
        published_at or None,
        language or None,
        url or None,
        section or None,
        tuple(author or ()),
    )
    _check_usage(paths, defaults)
    settings = Settings.load()
    configure_logging("push", settings)
    sources = Sources(paths, stdin=standard_input())
    try:
        wait_for_kafka(settings, patience_seconds=COMMAND_PATIENCE_SECONDS)
        ensure_topics(settings, only_missing=True)
    except KeyboardInterrupt:
        typer.echo("stopped: interrupted; nothing was pushed.", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    producers = SharedProducer(settings)
    printed: Callable[[Article], None] = _print_id if print_ids else lambda article: None
    pusher = Pusher(
        producers.producer(),
        settings,
        patience_seconds=_PATIENCE_SECONDS,
        replace=producers.replace,
        on_confirmed=printed,
        restore=restore,
    )
    try:
        status = run(sources, pusher, defaults)
    finally:
        producers.discard()
    raise typer.Exit(status)


def run(sources: Sources, pusher: Pusher, defaults: Defaults) -> int:
    """Pushes everything and says on standard error how far it got; returns the exit status."""
    failure, status = "", 0
    try:
        with _progress_bar(sources, pusher):
            push_all(sources, pusher, defaults)
    except KeyboardInterrupt:
        failure, status = "interrupted", _INTERRUPTED
    except EngineUnavailable as error:
        failure, status = str(error).rstrip("."), 1
    report = pusher.close(_GRACE_SECONDS if status == _INTERRUPTED else 0)
    skipped = sources.skipped_summary()
    typer.echo(report.summary() + (f"; {skipped}" if skipped else ""), err=True)
    if ignored := report.ignored_summary():
        typer.echo(ignored, err=True)
    for refusal in report.refused:
        typer.echo(f"refused: {refusal}", err=True)
    if failure:
        typer.echo(f"stopped: {failure}; {report.how_far()}.", err=True)
    return status or (1 if report.refused else 0)


def _check_usage(paths: list[str], defaults: Defaults) -> None:
    for path in paths:
        if path != STDIN and not os.path.lexists(path):
            _bad_usage(f"there is no file or folder {path!r}.")
    try:
        if defaults.published_at:
            parse_time(defaults.published_at)
        if defaults.language:
            check_language(defaults.language)
    except InvalidMessage as error:
        _bad_usage(f"an option cannot be used: {error}.")


def _bad_usage(sentence: str) -> None:
    typer.echo(f"tidings push: {sentence}", err=True)
    raise typer.Exit(_USAGE_ERROR)


def standard_input() -> io.BufferedReader | None:
    """None where whoever started us has closed it."""
    if sys.stdin is None:
        return None
    return io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False))


def _print_id(article: Article) -> None:
    try:
        typer.echo(article.article_id)
    except BrokenPipeError:
        # Nobody reads the ids any more; that is no reason to leave articles behind.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _progress_bar(sources: Sources, pusher: Pusher) -> AbstractContextManager[Any]:
    """A bar on a terminal, by the bytes that were read; nothing elsewhere."""
    console = Console(stderr=True)
    return _Bar(sources, pusher, console) if console.is_terminal else nullcontext()


class _Bar(AbstractContextManager["_Bar"]):
    """Redraws itself from a thread, so that pushing knows nothing of it."""

    def __init__(self, sources: Sources, pusher: Pusher, console: Console) -> None:
        self._sources, self._pusher = sources, pusher
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), console=console
        )
        self._task = self._progress.add_task("pushing", total=sources.total_bytes())
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._redraw, name="progress", daemon=True)

    def __enter__(self) -> "_Bar":
        self._progress.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._progress.stop()

    def _redraw(self) -> None:
        while True:
            last = self._stop.wait(0.2)
            self._progress.update(
                self._task,
                completed=self._sources.bytes_read,
                description=self._pusher.report.summary(),
            )
            if last:
                return

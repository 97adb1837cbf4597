"""`tidings outlets`: which outlets are heard, and which have fallen silent."""

import time
from datetime import UTC, datetime

import typer
from elasticsearch import ApiError, TransportError
from rich.console import Console
from rich.table import Table

from tidings.elastic import new_blocking_client, reason_of
from tidings.errors import EngineUnavailable
from tidings.settings import Settings
from tidings_watch.outlets import WINDOW_DAYS, Outlet, read_outlets


def outlets() -> None:
    """Show each outlet with its habit and its last article; exit 1 where one has gone silent."""
    settings = Settings.load()
    now = time.time()
    with new_blocking_client(settings) as client:
        try:
            found = read_outlets(client, settings.index_name, now)
        except (ApiError, TransportError) as error:
            raise EngineUnavailable(
                f"Elasticsearch at {settings.elasticsearch} does not tell ({reason_of(error)}); "
                "see `tidings status`."
            ) from None
    console = Console()
    console.width = max(console.width, 100) if console.is_terminal else 160
    console.print(table_of(found, now))
    if any(one.is_silent(now) for one in found):
        raise typer.Exit(1)


def table_of(outlets: list[Outlet], now: float) -> Table:
    """The silent first, then the one that was heard last."""
    articles = f"articles in {WINDOW_DAYS} days"
    table = Table("outlet", articles, "last article", "usually within", "", box=None)
    for one in sorted(outlets, key=lambda outlet: not outlet.is_silent(now)):
        last = datetime.fromtimestamp(one.last, UTC)
        habit = "-" if one.gap_seconds is None else f"{one.gap_seconds / 3600:.0f} h"
        said = f"{last:%Y-%m-%d %H:%M} UTC, {(now - one.last) / 3600:.0f} h ago"
        silent = "silent" if one.is_silent(now) else ""
        table.add_row(one.name, f"{one.articles:,}", said, habit, silent)
    return table

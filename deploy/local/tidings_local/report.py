"""A survey as people read it, and as programs do."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidings_local.flow import Flow, Lag
from tidings_local.status import ENGINES, Row, Survey


def print_report(survey: Survey) -> None:
    console = Console()
    console.width = max(console.width, 100) if console.is_terminal else 200
    console.print(_parts(survey.rows))
    console.print()
    if survey.flow is None:
        console.print("Kafka does not say what waits and what was set aside.")
    else:
        console.print(_lags(survey.flow))
        console.print()
    console.print(_facts(survey))
    for notice in survey.flow.notices if survey.flow else ():
        console.print(Text(notice, "yellow"), soft_wrap=True)


def to_json(survey: Survey) -> dict[str, Any]:
    """Times are ISO 8601, ages in seconds; what is not known is null."""
    flow = survey.flow
    return {
        "well": survey.well,
        "engines": [vars(row) for row in survey.rows if row.name in ENGINES],
        "services": [vars(row) for row in survey.rows if row.name not in ENGINES],
        "lags": [vars(lag) for lag in flow.lags] if flow else None,
        "dead_letters": [vars(count) for count in flow.dead] if flow else None,
        "last_article_in": _iso(flow.last_in) if flow else None,
        "last_article_complete": _iso(survey.last_complete),
        "notices": list(flow.notices) if flow else [],
    }


def ago(then: datetime | None, now: datetime) -> str:
    """2026-03-01 12:00:00 UTC, 5 min ago."""
    if then is None:
        return "-"
    return f"{then:%Y-%m-%d %H:%M:%S} UTC, {length((now - then).total_seconds())} ago"


def length(seconds: float) -> str:
    """The largest unit of which there are two."""
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def _parts(rows: Iterable[Row]) -> Table:
    table = Table("", "pid", "address", "state", "detail", box=None)
    for row in rows:
        state = Text("well", "green") if row.well else Text("not well", "red")
        table.add_row(row.name, str(row.pid or "-"), row.address, state, Text(row.detail))
    return table


def _lags(flow: Flow) -> Table:
    table = Table("stage", "records that wait", "the oldest is", box=None)
    for lag in flow.lags:
        age = "-" if lag.seconds is None else f"{length(lag.seconds)} old"
        table.add_row(_name(lag), f"{lag.records:,}", age)
    return table


def _name(lag: Lag) -> str:
    return f"{lag.stage} (back-fill)" if lag.group.endswith("-backfill") else lag.stage


def _facts(survey: Survey) -> Table:
    table, now = Table.grid(padding=(0, 2)), datetime.now(UTC)
    if flow := survey.flow:
        counts = [f"{one.letters:,} {one.stage} {one.reason}" for one in flow.dead]
        table.add_row(" open dead letters", ", ".join(counts) or "none")
        table.add_row(" last article in", ago(flow.last_in, now))
    table.add_row(" newest complete article", ago(survey.last_complete, now))
    return table


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

"""The commands `tidings run`, `up`, `down`, `status` and `logs`."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from tidings.errors import TidingsError
from tidings.settings import Settings

Seeds = Annotated[Path, typer.Option(help="articles to push: a folder or a file")]


def run(seeds: Seeds = Path("seeds")) -> None:
    """Start everything, push the seeds, show what was found; Ctrl-C stops it all again."""
    from tidings_local.foreground import run_here, show_there
    from tidings_local.state import AlreadyRunning

    if not seeds.exists():
        raise TidingsError(f"{seeds} is not there: name articles to push with --seeds PATH.")
    settings = Settings.load()
    try:
        run_here(settings, seeds)
    except AlreadyRunning as running:
        show_there(settings, seeds)
        typer.echo(str(running))


def up() -> None:
    """Start the engines and the services in the background, and wait until they are ready."""
    from tidings_local.background import start
    from tidings_local.prometheus import address, find_program
    from tidings_local.state import AlreadyRunning

    settings = Settings.load()
    try:
        is_ready = start(settings)
    except AlreadyRunning as running:
        typer.echo(str(running))
        return
    typer.echo(f"Tidings {'is ready' if is_ready else 'runs'}: {settings.search_address}")
    if find_program(settings):
        typer.echo(f"Prometheus watches it at {address(settings)}")
    if not is_ready:
        raise typer.Exit(1)


def down() -> None:
    """Stop what `up` or `run` has started."""
    from tidings_local.background import stop

    typer.echo("Stopped." if stop(Settings.load()) else "Nothing was running.")


def status(
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Show how everything fares and what waits; exit 1 where something is not well."""
    from tidings_local import report
    from tidings_local.status import survey

    found = survey(Settings.load())
    if as_json:
        typer.echo(json.dumps(report.to_json(found), ensure_ascii=False))
    else:
        report.print_report(found)
    if not found.well:
        raise typer.Exit(1)


def logs(
    service: Annotated[str, typer.Argument(help="a service, kafka, elasticsearch or supervisor")],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="go on as more is logged")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="how many, the last")] = 50,
) -> None:
    """Print the log of a service or an engine."""
    from tidings_local.state import log_file
    from tidings_local.tail import appended, last_lines

    file = log_file(Settings.load(), service)
    if not file.is_file():
        there = ", ".join(sorted(one.stem for one in file.parent.glob("*.log"))) or "none yet"
        raise TidingsError(f"There is no log of {service} in {file.parent}; there are: {there}.")
    with file.open("rb") as opened:
        typer.echo(last_lines(opened, lines), nl=False)
        try:
            while follow:
                typer.echo(appended(opened), nl=False)
                time.sleep(0.3)
        except KeyboardInterrupt:
            return

"""`tidings`: one command whose subcommands are brought by the services that are installed."""

import os
import sys
from importlib.metadata import entry_points
from typing import Final

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from tidings import __version__
from tidings.errors import exit_with_a_sentence
from tidings.evaluation.command import evaluate
from tidings.extract_command import extract
from tidings.settings import Settings, variable

GROUP: Final = "tidings.commands"


def build_cli(wanted: str | None = None) -> typer.Typer:
    """Gathers the entry points of the group: each is a function or a Typer app. Where `wanted`
    names a command, no other is loaded, since all of them together take seconds."""
    cli = typer.Typer(
        help="News articles in, searchable events out.", no_args_is_help=True, add_completion=False,
        pretty_exceptions_enable=False,
    )  # fmt: skip
    own = (settings, extract, evaluate, version)
    for function in own:
        cli.command()(function)
    if wanted in {function.__name__ for function in own}:
        return cli
    points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    for point in [one for one in points if one.name == wanted] or points:
        command = point.load()
        if isinstance(command, typer.Typer):
            cli.add_typer(command, name=point.name)
        else:
            cli.command(point.name)(command)
    return cli


def settings() -> None:
    """List every setting with its value, its default and its meaning."""
    current = Settings.load()
    table = Table("variable", "value", "meaning", box=None)
    for name, field in Settings.model_fields.items():
        value = getattr(current, name)
        changed = value != field.get_default(call_default_factory=True)
        shown = "" if value is None else ("…" if isinstance(value, SecretStr) else str(value))
        table.add_row(
            variable(name), f"[bold]{shown}[/] (set)" if changed else shown, field.description
        )
    width = None if sys.stdout.isatty() else 200
    Console(width=width).print(table)


def version() -> None:
    """Print the version."""
    typer.echo(__version__)


@exit_with_a_sentence
def main() -> None:
    """Runs the command. A reader that closes the pipe early (`| head`) is no error."""
    try:
        build_cli(wanted=sys.argv[1] if len(sys.argv) > 1 else None)()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)

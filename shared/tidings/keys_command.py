"""`tidings keys`: makes, lists and revokes keys."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer
from elasticsearch import ApiError, Elasticsearch, TransportError
from rich.console import Console
from rich.table import Table

from tidings.elastic import new_blocking_client, reason_of
from tidings.errors import EngineUnavailable
from tidings.keys import SCOPES, Scope, create_key, keys_index, read_keys, revoke_key
from tidings.settings import Settings

keys = typer.Typer(
    help="Who may read, push and take down, where TIDINGS_KEYS_REQUIRED is on.",
    no_args_is_help=True,
)

_RATE: Final = re.compile(r"(\d+(?:\.\d+)?)/s")


@keys.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Whose it is, for people.")],
    scope: Annotated[list[str], typer.Option(help=f"{', '.join(SCOPES)}; may be repeated.")],
    rate: Annotated[str, typer.Option(metavar="N/s", help="Most requests, each service.")] = "50/s",
) -> None:
    """Make a key and print it, this once: only its hash is kept.

    read: search, page and API. push: POST /articles. admin: everything. Services know it within
    seconds.
    """
    scopes, requests = [_scope(one) for one in scope], _rate(rate)
    settings = Settings.load()
    with _elasticsearch(settings) as client:
        typer.echo(create_key(client, settings, name, scopes, requests))
    typer.echo("keep it: it is not shown again", err=True)


@keys.command("list")
def list_keys(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show every key but what is secret of it: id, name, scopes, rate, when it was made."""
    settings = Settings.load()
    with _elasticsearch(settings) as client:
        found = read_keys(client, keys_index(settings)).values()
    table = Table("id", "name", "scopes", "rate", "made", box=None)
    for key in sorted(found, key=lambda one: one.created_at):
        row = (key.key_id, key.name, ",".join(key.scopes), f"{key.rate:g}/s", f"{key.created_at}")
        table.add_row(*row)
        if as_json:
            names = ("key_id", "name", "scopes", "rate", "created_at")
            typer.echo(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False))
    if not as_json:
        console = Console()
        console.width = max(console.width, 100) if console.is_terminal else 200
        console.print(table)


@keys.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `tidings keys list` shows it.")],
) -> None:
    """Take a key back: every service refuses it within seconds."""
    settings = Settings.load()
    with _elasticsearch(settings) as client:
        revoke_key(client, settings, key_id)
    typer.echo(f"revoked {key_id}")


def _scope(text: str) -> Scope:
    for scope in SCOPES:
        if text == scope:
            return scope
    raise typer.BadParameter(f"{text!r} is none of {', '.join(SCOPES)}", param_hint="--scope")


def _rate(text: str) -> float:
    """Requests a second."""
    match = _RATE.fullmatch(text)
    if not match or not float(match[1]):
        raise typer.BadParameter(f"{text!r} is no rate: write e.g. 10/s", param_hint="--rate")
    return float(match[1])


@contextmanager
def _elasticsearch(settings: Settings) -> Iterator[Elasticsearch]:
    try:
        with new_blocking_client(settings) as client:
            yield client
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(
            f"Elasticsearch at {settings.elasticsearch} does not do it ({reason_of(error)}); see "
            "`tidings status`."
        ) from None

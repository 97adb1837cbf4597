"""`tidings index`: building it anew, comparing it with the topics, deleting what is old."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer
from elasticsearch import ApiError, AsyncElasticsearch, TransportError
from elasticsearch.helpers import ScanError

from tidings.bar import Bar
from tidings.elastic import Outage, new_client, reason_of, until_answered, wait_for_elasticsearch
from tidings.errors import EngineUnavailable, TidingsError
from tidings.history import open_history
from tidings.kafka import COMMAND_PATIENCE_SECONDS, wait_for_kafka
from tidings.logs import configure_logging
from tidings.settings import Settings
from tidings_index.access import make_keys, new_owner
from tidings_index.check import FAULTS, Finding
from tidings_index.indexes import Index, find_indexes
from tidings_index.inspection import Inspected, Inspection
from tidings_index.rebuild import Rebuild
from tidings_index.schema import names_several

T = TypeVar("T")

_USAGE_ERROR: Final = 2
_INTERRUPTED: Final = 130

index = typer.Typer(
    help="The search index: build it anew, compare it with the topics, delete what is old.",
    no_args_is_help=True,
)


@index.command("rebuild")
def rebuild_index(
    accept_fewer: Annotated[
        bool,
        typer.Option("--accept-fewer", help="Even if the topics no longer hold every article."),
    ] = False,
) -> None:
    """Fill a new index from the topics and move the alias to it, while everything runs.

    Searches are answered all the time. The old index stays until `tidings index prune`. What was
    interrupted goes on where it stopped. Prints the new index's name.
    """
    settings = _connect(kafka=True)
    alias = settings.index_name

    async def work(client: AsyncElasticsearch) -> None:
        with open_history(settings) as history, Bar("rebuild") as bar:
            rebuild = Rebuild(client, history, settings, bar, Outage())
            try:
                typer.echo(await rebuild.run(accept_fewer=accept_fewer))
            except EngineUnavailable as error:
                raise EngineUnavailable(f"{error} What is done is kept: run it again.") from None
            bar.say(f"read {bar.done:,} records")
            for count, what in (
                (rebuild.passed.unreadable, "cannot be read (`tidings dead list` says why)"),
                (rebuild.passed.refused, "are refused by Elasticsearch"),
            ):
                if count:
                    bar.say(f"passed over {count:,} records that {what}")
        old = [one.name for one in await find_indexes(client, alias) if not one.is_named]
        if old:
            typer.echo(f"kept until `tidings index prune`: {', '.join(old)}", err=True)

    _run(settings, work, "rebuild: what it has done is kept, run it again to go on")


@index.command("prune")
def prune_indexes(
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Also those that a rebuild has not finished.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete the indexes that the alias does not name: a line each, with its documents."""
    settings = _connect(kafka=False)
    if not yes and not sys.stdin.isatty():
        _bad_usage("prune", "nobody can be asked here: add --yes to delete.")

    async def work(client: AsyncElasticsearch) -> None:
        there = await _ask(partial(find_indexes, client, settings.index_name))
        old = prunable(settings.index_name, there, unfinished=unfinished)
        for one in old:
            counted = await _ask(partial(client.count, index=one.name))
            typer.echo(f"{one.name}\t{counted['count']}")
        if not old:
            typer.echo("there is nothing to delete", err=True)
        for sentence in spared(there, old):
            typer.echo(sentence, err=True)
        if not old:
            return
        if not yes and not typer.confirm("Delete these with their documents?", err=True):
            typer.echo("nothing was deleted", err=True)
            raise typer.Exit(1)
        # Meanwhile a rebuild may have moved the alias to one of them.
        there = await _ask(partial(find_indexes, client, settings.index_name))
        still = prunable(settings.index_name, there, unfinished=unfinished)
        names = {one.name for one in old} & {one.name for one in still}
        if names:
            await _ask(partial(client.indices.delete, index=",".join(sorted(names))))
        typer.echo(f"deleted {len(names)}", err=True)

    _run(settings, work, "prune")


def prunable(alias: str, there: Iterable[Index], *, unfinished: bool) -> list[Index]:
    """Those that nobody needs any more. Raises TidingsError where it is not clear which are."""
    there = list(there)
    named = [one for one in there if one.is_named]
    if not named:
        raise TidingsError(f"there is no alias {alias}, so no index is the right one: keep all.")
    if any(one.positions is not None for one in named):
        raise TidingsError("a rebuild is not finished: `tidings index rebuild` finishes it.")
    old = [one for one in there if not one.is_named]
    return [one for one in old if unfinished or one.positions is None]


def spared(there: Iterable[Index], old: Iterable[Index]) -> list[str]:
    """A sentence on what no alias names and `old` has not: a rebuild left it, or still fills it."""
    names = [one.name for one in there if not one.is_named and one not in list(old)]
    return [
        f"{name} stays: a rebuild has not finished it (run it again, or add --unfinished here)"
        for name in names
    ]


@index.command("check")
def check_against_topics(
    repair: Annotated[
        bool, typer.Option("--repair", help="Write what the topics say, and check again.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Compare the index with the topics, article by article: a line for each that differs.

    Only what the index workers have acknowledged is compared. Nothing is ever deleted that the
    topics do not know. Exit status 1 where something differs, and was not repaired.
    """
    settings = _connect(kafka=True)

    async def work(client: AsyncElasticsearch) -> None:
        with open_history(settings) as history, Bar("check") as bar:
            inspection = Inspection(client, history, settings, bar, Outage())
            if repair and len(names := await inspection.indexes()) > 1:
                raise TidingsError(names_several(settings.index_name, names))
            found = await inspection.run()
            for finding in found.findings:
                typer.echo(_line(finding, as_json=as_json))
            _summarise(found, bar)
            if repair and found.faults:
                await inspection.repair(found.findings)
                found = await inspection.run()
                for finding in found.findings:
                    bar.say("not repaired: " + _line(finding, as_json=False))
                _summarise(found, bar)
        if found.faults:
            raise typer.Exit(1)

    _run(settings, work, "check: whatever was repaired stays so")


@index.command("access")
def make_access(
    folder: Annotated[Path, typer.Argument(help="Has a folder `reader` and one `writer`.")],
    password: Annotated[
        str,
        typer.Option(
            envvar="ELASTIC_PASSWORD",
            prompt=True,
            hide_input=True,
            show_default=False,
            help="That of Elasticsearch's own user `elastic`.",
        ),
    ],
) -> None:
    """Make the API keys by which the services enter Elasticsearch: a secret file each.

    Those that are there and work stay. The services need no other password.
    """
    settings = Settings.load()
    with new_owner(settings, password) as client:
        for line in make_keys(client, settings.index_name, folder):
            typer.echo(line)


def _line(finding: Finding, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(finding._asdict(), ensure_ascii=False)
    return "\t".join(finding)


def _summarise(found: Inspected, bar: Bar) -> None:
    by_fault = Counter(one.fault for one in found.findings)
    for fault, meaning in FAULTS.items():
        if by_fault[fault]:
            bar.say(f"{by_fault[fault]:,} {fault}: {meaning}")
    bar.say(
        f"compared {found.articles:,} articles of the topics with {found.documents:,} documents: "
        + (_findings(len(found.findings)) if found.findings else "nothing differs")
    )
    if found.waiting:
        bar.say(f"{found.waiting:,} records wait for the index workers and were not compared")


def _findings(count: int) -> str:
    return f"{count:,} finding{'' if count == 1 else 's'}"


def _connect(*, kafka: bool) -> Settings:
    settings = Settings.load()
    configure_logging("index", settings)
    if kafka:
        wait_for_kafka(settings, patience_seconds=COMMAND_PATIENCE_SECONDS)
    return settings


def _run(
    settings: Settings,
    work: Callable[[AsyncElasticsearch], Coroutine[Any, Any, None]],
    interrupted: str,
) -> None:
    """Does the work with a client of Elasticsearch. Raises EngineUnavailable where that is away,
    exits with 130 where the user stops it."""

    async def with_client() -> None:
        client = new_client(settings)
        try:
            await _wait(client, settings)
            await work(client)
        except (ApiError, TransportError) as error:
            raise TidingsError(f"Elasticsearch could not do it: {reason_of(error)}.") from None
        except ScanError as error:
            raise EngineUnavailable(
                f"Elasticsearch could not be read to the end: {error}"
            ) from None
        finally:
            await client.close()

    try:
        asyncio.run(with_client())
    except KeyboardInterrupt:
        typer.echo(f"interrupted the {interrupted}", err=True)
        raise typer.Exit(_INTERRUPTED) from None


async def _wait(client: AsyncElasticsearch, settings: Settings) -> None:
    try:
        await asyncio.wait_for(wait_for_elasticsearch(client), COMMAND_PATIENCE_SECONDS)
    except TimeoutError:
        raise EngineUnavailable(
            f"Elasticsearch does not answer at {settings.elasticsearch}; start it "
            "(`tidings up`) or set TIDINGS_ELASTICSEARCH_URL."
        ) from None


async def _ask(request: Callable[[], Awaitable[T]]) -> T:
    return await until_answered(request, Outage())


def _bad_usage(command: str, sentence: str) -> None:
    typer.echo(f"tidings index {command}: {sentence}", err=True)
    raise typer.Exit(_USAGE_ERROR)

"""`tidings search`, `entity` and `trace`: the running service, asked from a terminal.

Standard output is the data and nothing else; numbers about it go to standard error.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

import httpx
import typer
from rich.console import Console
from rich.text import Text

from tidings.errors import EngineUnavailable, TidingsError
from tidings.identity import named_article
from tidings.settings import Settings
from tidings_search.request import MAX_SIZE

TIMEOUT_SECONDS: Final = 30
MOST_ENTITIES: Final = 20


def search(
    query: Annotated[
        list[str] | None,
        typer.Argument(help="Words, all of which must be there; '\"exact phrases\"' in quotes."),
    ] = None,
    size: Annotated[int, typer.Option(min=1, max=MAX_SIZE, help="How many articles.")] = 10,
    newest: Annotated[bool, typer.Option("--newest", help="Newest first.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Find articles: title, outlet, date, a passage, and what happened in it."""
    parameters: dict[str, str | int] = {"q": " ".join(query or ()), "size": size}
    if newest:
        parameters["sort"] = "newest"
    found = ask(Settings.load(), "/api/articles", parameters)
    for hit in found["articles"]:
        if as_json:
            print(json.dumps(hit, ensure_ascii=False))
        else:
            _print_lines(lines_of_hit(hit))
    shown, total = len(found["articles"]), found["total"]
    typer.echo(f"{shown} of {total:,} {'article' if total == 1 else 'articles'}", err=True)


def trace(
    article: Annotated[
        str, typer.Argument(help="Its id, as push and search print it, or its URL.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Tell what happened to one article: each stage with its time, or why it failed."""
    article_id = named_article(article)
    found = ask(Settings.load(), f"/api/trace/{quote(article_id, safe='')}")
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        _print_lines(lines_of_trace(found))


def entity(
    name: Annotated[
        list[str], typer.Argument(help="Its name or an alias, whole, in any letter case.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Tell who or what is called so: each name that it has, and why these were joined."""
    settings, called = Settings.load(), " ".join(name)
    found = ask(settings, "/api/entities", {"name": called})
    if not found["entities"]:
        raise TidingsError(
            f"no article names anyone or anything “{printable(called)}”; a name is found whole, or "
            "by an alias. `tidings search` finds articles by their words."
        )
    for line in found["entities"][:MOST_ENTITIES]:
        one = ask(settings, f"/api/entities/{quote(line['entity_id'], safe='')}")
        if as_json:
            print(json.dumps(one, ensure_ascii=False))
        else:
            _print_lines(lines_of_entity(one))
    typer.echo(_amount(found), err=True)


def ask(
    settings: Settings, path: str, parameters: Mapping[str, str | int] | None = None
) -> dict[str, Any]:
    """The answer of the running service. Raises EngineUnavailable where there is none, and
    TidingsError with the service's own sentence where it refuses."""
    try:
        with httpx.Client(
            base_url=settings.search_address, timeout=TIMEOUT_SECONDS, trust_env=False
        ) as client:
            response = client.get(path, params=parameters)
    except httpx.TransportError:
        raise EngineUnavailable(
            f"The search service does not answer at {settings.search_address}; start it with "
            "`tidings up`, or set TIDINGS_HOST and TIDINGS_SEARCH_PORT to where it is."
        ) from None
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise TidingsError(
            f"What answers at {settings.search_address} is not the search service; set "
            "TIDINGS_SEARCH_PORT to its port."
        )
    if response.is_error:
        raise TidingsError(str(answer.get("detail", response.reason_phrase)))
    return answer


def lines_of_hit(hit: Mapping[str, Any]) -> Iterator[Text]:
    yield Text(printable(hit["title"] or "Without a title"), style="bold")
    facts = (hit["outlet"], (hit["published_at"] or "undated")[:10], hit["article_id"])
    yield Text("  " + printable(" · ".join(fact for fact in facts if fact)), style="dim")
    if hit["snippet"]:
        yield _marked_line(hit["highlighted_snippet"])
    for event in hit["events"]:
        yield Text(f"  {printable(_event_line(event))}")
    yield Text("")


def lines_of_trace(found: Mapping[str, Any]) -> Iterator[Text]:
    yield Text(printable(found["title"] or found["article_id"]), style="bold")
    if found["taken_down"]:
        yield Text("taken down")
        return
    yield Text(f"{'pushed':<9} {found['pushed_at'] or 'not known'}")
    for name, part in found["parts"].items():
        yield Text(f"{name:<9} {printable(_part_line(part))}")
    yield Text(f"{'complete':<9} {found['completed_at'] or 'not yet'}")


def lines_of_entity(found: Mapping[str, Any]) -> Iterator[Text]:
    yield Text(printable(found["name"]), style="bold")
    articles, read = found["articles"], found["articles_read"]
    amount = f"{articles:,} {'article' if articles == 1 else 'articles'}"
    facts = (found["entity_id"], found["kind"], found["country_name"], amount)
    yield Text("  " + printable(" · ".join(fact for fact in facts if fact)), style="dim")
    if read < articles:
        yield Text(f"  its names in the newest {read:,} of them:", style="dim")
    width = max((len(alias["name"]) for alias in found["aliases"]), default=0)
    for alias in found["aliases"]:
        reasons = "; ".join(alias["reasons"]) or "the reason was not kept"
        yield Text(printable(f"  {alias['name']:<{width}}  {alias['articles']:>5,}  {reasons}"))
    yield Text("")


def printable(text: str) -> str:
    """In one line, without control characters: a title must not be able to steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _marked_line(pieces: list[Mapping[str, Any]]) -> Text:
    line = Text("  ")
    for piece in pieces:
        line.append(printable(piece["text"]), style="bold" if piece["marked"] else "")
    return line


def _event_line(event: Mapping[str, Any]) -> str:
    modality = "" if event["modality"] == "asserted" else f" ({event['modality']})"
    return f"{event['source'] or '…'} — {event['event_type']} — {event['target'] or '…'}{modality}"


def _amount(found: Mapping[str, Any]) -> str:
    """What was shown, and what may be missing."""
    total = len(found["entities"])
    amount = f"{min(total, MOST_ENTITIES)} of {total:,} {'entity' if total == 1 else 'entities'}"
    if found["articles_read"] == found["articles"]:
        return amount
    return (
        f"{amount} in the newest {found['articles_read']:,} of {found['articles']:,} articles with "
        "that name; others may be called so in older ones"
    )


def _part_line(part: Mapping[str, Any]) -> str:
    if part["state"] == "waiting":
        return "not there yet"
    seconds = f"{part['seconds']:.3f} s" if part["seconds"] is not None else None
    state = {
        "failed": f"failed: {part['failure']}",
        "skipped": f"skipped: {part['skipped']}",
        "other-version": "for another version of the text",
    }.get(part["state"])
    facts = (part["at"], seconds, part["extractor_version"], state)
    return "  ".join(fact for fact in facts if fact)


def _print_lines(lines: Iterator[Text]) -> None:
    """Colour only on a terminal that wants it; no line is ever cut or wrapped."""
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line)

"""`tidings search`, `entity` and `trace`: the running service, asked from a terminal.

Standard output is the data and nothing else; numbers about it go to standard error.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer
from rich.console import Console
from rich.text import Text

from tidings.errors import TidingsError
from tidings.identity import named_article
from tidings.settings import Settings
from tidings_search.asking import ask, counted, printable
from tidings_search.dates import day
from tidings_search.request import MAX_SIZE

MOST_ENTITIES: Final = 20

QueryWords = Annotated[
    list[str] | None,
    typer.Argument(
        help="As on the page: words, '\"exact phrases\"', AND OR NOT, fields (person:macron). "
        "Behind --, it may begin with -."
    ),
]
Lines = Callable[[Mapping[str, Any]], Iterator[Text]]


def search(
    query: QueryWords = None,
    events: Annotated[bool, typer.Option("--events", help="Events, not articles.")] = False,
    size: Annotated[int, typer.Option(min=1, max=MAX_SIZE, help="How many.")] = 10,
    newest: Annotated[bool, typer.Option("--newest", help="Newest first.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Find articles (title, outlet, date, a passage, and what happened in it), or the events
    themselves, each with its sentence."""
    parameters: dict[str, str | int] = {"q": " ".join(query or ()).strip(), "size": size}
    if newest:
        parameters["sort"] = "newest"
    what = "events" if events else "articles"
    lines_of: Lines = lines_of_event if events else lines_of_hit
    found = ask(Settings.load(), f"/api/{what}", parameters)
    for one in found[what]:
        if as_json:
            print(json.dumps(one, ensure_ascii=False))
        else:
            _print_lines(lines_of(one))
    typer.echo(f"{len(found[what])} of {counted(found['total'], what)}", err=True)


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


def lines_of_hit(hit: Mapping[str, Any]) -> Iterator[Text]:
    yield Text(printable(hit["title"] or "Without a title"), style="bold")
    facts = (hit["outlet"], (hit["published_at"] or "undated")[:10], hit["article_id"])
    yield Text("  " + printable(" · ".join(fact for fact in facts if fact)), style="dim")
    if hit["snippet"]:
        yield _marked_line(hit["highlighted_snippet"])
    for event in hit["events"]:
        yield Text(f"  {printable(_event_line(event))}")
    yield Text("")


def lines_of_event(found: Mapping[str, Any]) -> Iterator[Text]:
    event, article = found["event"], found["article"]
    names = {role: (event.get(role) or {}).get("name") for role in ("source", "target")}
    yield Text(printable(_event_line({**event, **names})), style="bold")
    date, place = event.get("date") or {}, event.get("place") or {}
    facts = (date.get("value"), place.get("name"), event["event_id"])
    yield Text("  " + printable(" · ".join(fact for fact in facts if fact)), style="dim")
    yield Text(f"  “{printable(event['sentence']['text'])}”")
    told = day(article["published_at"]) if article["published_at"] else "undated"
    facts = (article["title"] or "Without a title", article["outlet"], told)
    yield Text("  " + printable(" · ".join(fact for fact in facts if fact)))
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
    amount = counted(articles, "articles")
    facts = (found["entity_id"], found["kind"], found["country_name"], amount)
    yield Text("  " + printable(" · ".join(fact for fact in facts if fact)), style="dim")
    if read < articles:
        yield Text(f"  its names in the newest {read:,} of them:", style="dim")
    width = max((len(alias["name"]) for alias in found["aliases"]), default=0)
    for alias in found["aliases"]:
        reasons = "; ".join(alias["reasons"]) or "the reason was not kept"
        yield Text(printable(f"  {alias['name']:<{width}}  {alias['articles']:>5,}  {reasons}"))
    yield Text("")


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

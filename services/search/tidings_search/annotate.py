"""`tidings annotate`: what the extractors find in a text, and why."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer
from markupsafe import Markup
from rich.console import Console
from rich.text import Text

from tidings.batch import load_extractor
from tidings.errors import InvalidMessage, TidingsError
from tidings.linking import link_actors
from tidings.messages import Article, ArticleEntities, ArticleEvents
from tidings.metrics import now_ms
from tidings.settings import Settings
from tidings.text_argument import read_text
from tidings_search.article import ArticleView, Part
from tidings_search.asking import printable
from tidings_search.rendering import marked, new_environment

_USAGE_ERROR: Final = 2


class NameLine(NamedTuple):
    """A name as it stands, what it means, and what speaks for its kind."""

    words: str
    kind: str
    meaning: str
    why: str


def annotate(
    text: Annotated[str, typer.Argument(help="A text, or a file of one; - for standard input.")],
    title: Annotated[str, typer.Option(help="Its headline.")] = "",
    published: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="When it appeared; dates count from there."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Draw it into this file, as the search page does.")
    ] = None,
) -> None:
    """Show the names and events that are found in a text, each with the rule, table or model behind
    it and the words of every slot."""
    day = published.replace(tzinfo=UTC) if published else None
    fields = {"text": read_text(text), "title": title or None, "published_at": day}
    try:
        article = Article.build({k: v for k, v in fields.items() if v}, version=now_ms())
    except InvalidMessage as error:
        typer.echo(f"tidings annotate: {error}", err=True)
        raise typer.Exit(_USAGE_ERROR) from None
    settings = Settings.load()
    (entities,) = load_extractor("entities")(settings)([article])
    (events,) = load_extractor("events")(settings)([article])
    if entities.skipped:
        typer.echo(f"not read: {entities.skipped}", err=True)
    if html:
        _write(html, drawn(article, entities, events))
        return
    console = Console(highlight=False, soft_wrap=True)
    for name in name_lines(entities):
        console.print(Text(printable(f"{name.words}  {name.meaning}  ({name.why})")))
    for event in linked(entities, events):
        console.print(Text(f"\n{event['event_type']}", style="bold"))
        for slot, words in slots_of(event):
            console.print(Text(printable(f"  {slot:<12}{words}")))


def name_lines(entities: ArticleEntities) -> Iterator[NameLine]:
    """In the order of the text."""
    by_id = {entity.entity_id: entity for entity in entities.entities}
    for mention in entities.mentions:
        entity = by_id.get(mention.entity_id or "")
        meaning = [mention.label]
        if entity:
            meaning = [entity.kind, entity.entity_id, entity.name, *filter(None, [entity.country])]
        why = ", ".join(mention.why) or "model"
        if entity:
            joined_by = dict(zip(entity.aliases, entity.joined_by, strict=True))
            if reason := joined_by.get(" ".join(mention.text.split())):
                why += f"; {entity.name} by: {reason}"
        yield NameLine(mention.text, entity.kind if entity else "other", " · ".join(meaning), why)


def slots_of(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every slot that is filled, with the words that fill it."""
    yield "rule", f"{event['rule']} (confidence {event['confidence']:.2f})"
    yield "trigger", event["trigger"]["text"]
    for role in ("source", "target"):
        if actor := event.get(role):
            known = (actor["name"], actor["entity_id"], actor["country"], actor["sector"])
            facts = ", ".join(fact for fact in known if fact and fact != actor["text"])
            yield role, f"“{actor['text']}”" + (f": {facts}" if facts else "")
    evidence = event["modality_evidence"]
    yield "modality", event["modality"] + (f": “{evidence['text']}”" if evidence else "")
    if event["mode"]:
        yield "mode", event["mode"]
    if date := event["date"]:
        yield "date", f"{date['value']}: “{date['text']}”"
    if place := event["place"]:
        where = ", ".join(fact for fact in (place["name"], place["country"]) if fact)
        yield "place", where + (f": “{place['text']}”" if place["text"] else "")
    for loss in event["casualties"]:
        numbers = sorted({str(n) for n in (loss["low"], loss["high"]) if n is not None})
        yield loss["kind"], f"{' to '.join(numbers)}: “{loss['text']}”"
    if event["attribution"]:
        yield "says", event["attribution"]["text"]
    if event["contexts"]:
        yield "contexts", ", ".join(event["contexts"])
    yield "sentence", event["sentence"]["text"]
    for told in event["retold"]:
        yield "also", told["sentence"]["text"]


def linked(entities: ArticleEntities, events: ArticleEvents) -> Sequence[dict[str, Any]]:
    """The events as the index joins them with the entities."""
    return link_actors(
        [event.model_dump(mode="json") for event in events.events],
        [mention.model_dump(mode="json") for mention in entities.mentions],
        [entity.model_dump(mode="json") for entity in entities.entities],
    )


def drawn(article: Article, entities: ArticleEntities, events: ArticleEvents) -> str:
    """A page that needs nothing but itself."""
    view = ArticleView(
        article_id=article.article_id,
        title=article.title,
        text=article.text,
        mentions=tuple(mention.model_dump(mode="json") for mention in entities.mentions),
        entities=tuple(entity.model_dump(mode="json") for entity in entities.entities),
        events=tuple(linked(entities, events)),
        parts={name: Part(state="done") for name in ("raw", "entities", "events")},
    )
    style = files("tidings_search").joinpath("static", "style.css").read_text("utf-8")
    template = new_environment().get_template("annotated.html")
    names = list(name_lines(entities))
    return template.render(
        article=view, names=names, slots_of=slots_of, style=Markup(style), **marked(view)
    )


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, "utf-8")
    except OSError as error:
        raise TidingsError(f"{path} cannot be written ({error.strerror}).") from None

"""`tidings happenings`: what a text tells, and how much of it the rules read."""

from typing import Annotated, Final

import typer
from rich.console import Console
from rich.text import Text

from tidings.errors import InvalidMessage
from tidings.language.model import load_model
from tidings.language.reading import read
from tidings.language.segments import segments
from tidings.messages import Article
from tidings.metrics import now_ms
from tidings.settings import Settings
from tidings.text_argument import read_text
from tidings_events.extract import COMPONENTS, build_extractor
from tidings_events.happenings import find_happenings
from tidings_events.tree import Tree

_USAGE_ERROR: Final = 2


def happenings(
    text: Annotated[str, typer.Argument(help="A text, or a file of one; - for standard input.")],
    unread: Annotated[
        bool, typer.Option("--unread", help="Only what no rule reads: what rules may yet learn.")
    ] = False,
) -> None:
    """List the words that tell that something happened: offset, word, the rule that reads it."""
    try:
        article = Article.build({"text": read_text(text)}, version=now_ms())
    except InvalidMessage as error:
        typer.echo(f"tidings happenings: {error}", err=True)
        raise typer.Exit(_USAGE_ERROR) from None
    settings = Settings.load()
    (found,) = build_extractor(settings)([article])
    if found.skipped:
        typer.echo(f"not read: {found.skipped}", err=True)
    read_by = [(event.trigger, event.rule) for event in found.events]
    read_by += [(told.trigger, told.rule) for event in found.events for told in event.retold]
    nlp = load_model(settings.model, keep=COMPONENTS)
    console = Console(highlight=False, soft_wrap=True)
    for segment in segments(article):
        reading = read(segment)
        for token in find_happenings(Tree(nlp(reading.text))):
            start, end = reading.span(token.idx, token.idx + len(token))
            rule = next(
                (rule for span, rule in read_by if span.start < end and start < span.end), None
            )
            if rule is None or not unread:
                console.print(Text(f"{start:6}  {article.content[start:end]:<20}  {rule or '-'}"))

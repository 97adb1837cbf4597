"""Taking articles down: a record without a value under the article's id; and `tidings delete`."""

import contextlib
import time
from collections.abc import Iterable, Iterator
from typing import Annotated, Final

import typer
from kafka.errors import KafkaError

from tidings.errors import InvalidMessage
from tidings.identity import named_article
from tidings.kafka import COMMAND_PATIENCE_SECONDS, ensure_topics, wait_for_kafka
from tidings.logs import configure_logging
from tidings.settings import Settings
from tidings.topics import ARTICLES
from tidings.wire import SCHEMA_HEADERS, article_id_of
from tidings_ingest.delivery import (
    PATIENCE_SECONDS,
    Outgoing,
    Place,
    Producers,
    committed_by,
    deliver,
    wait_until_taken,
)
from tidings_ingest.lines import read_lines
from tidings_ingest.link import SharedProducer
from tidings_ingest.producer import Versions
from tidings_ingest.sources import STDIN

_USAGE_ERROR: Final = 2
_WAIT_SECONDS: Final = 30.0
_MOST_AT_ONCE: Final = 1_000


def checked_id(text: str) -> str:
    """The article's id that `text` is. Raises InvalidMessage where it can be none."""
    try:
        return article_id_of(text.encode("utf-8"))
    except (UnicodeEncodeError, InvalidMessage):
        raise InvalidMessage(
            "invalid-record", f"{text[:80]!r} can be no article's id: give 1 to 128 characters"
        ) from None


def ids_meant(text: str) -> Iterator[str]:
    """An address means the article that was pushed with it, and one that has it for an id, as some
    producers have: to take down neither of them would be a false promise."""
    named = named_article(text)
    yield checked_id(named)
    if named != text:
        with contextlib.suppress(InvalidMessage):
            yield checked_id(text)


def take_down(
    article_ids: Iterable[str],
    producers: Producers,
    versions: Versions,
    patience_seconds: float = PATIENCE_SECONDS,
) -> dict[str, Place | KafkaError]:
    """Asks for each article to be taken down: where Kafka has the request, or why it is not
    confirmed. Raises EngineUnavailable.

    The time of a takedown is later than every version that `versions` gave: only a push that is
    later still, and meant to, brings the article back.
    """
    records = [
        Outgoing(ARTICLES.name, one.encode(), None, SCHEMA_HEADERS, timestamp=versions.after_all())
        for one in article_ids
    ]
    answers = deliver(records, producers, patience_seconds)
    return {
        (record.key or b"").decode(): answer
        for record, answer in zip(records, answers, strict=True)
    }


def delete(
    articles: Annotated[
        list[str],
        typer.Argument(help="Ids or addresses of articles; - for standard input, one a line."),
    ],
    wait: Annotated[
        bool, typer.Option(help="Wait up to 30 s until the index has taken them down.")
    ] = True,
) -> None:
    """Take articles down: gone from search and export, also after a rebuild of the index.

    What comes later (results, replays, the same article pushed again) does not bring them back;
    only `tidings push --restore` does. An id that no article has is taken down as well. Prints
    each id and how far it got. Exit status 1 where Kafka has not confirmed it, or the index has
    yet to take it; asking again is harmless.
    """
    named = list(dict.fromkeys(_named(articles)))
    settings = Settings.load()
    configure_logging("delete", settings)
    wait_for_kafka(settings, patience_seconds=COMMAND_PATIENCE_SECONDS)
    ensure_topics(settings, only_missing=True)
    producers, versions = SharedProducer(settings), Versions()
    answers: dict[str, Place | KafkaError] = {}
    try:
        for start in range(0, len(named), _MOST_AT_ONCE):
            answers |= take_down(named[start : start + _MOST_AT_ONCE], producers, versions)
    finally:
        producers.discard()
    if not _report(answers, _not_yet(answers.values(), settings) if wait else None):
        raise typer.Exit(1)


def _not_yet(answers: Iterable[Place | KafkaError], settings: Settings) -> frozenset[Place]:
    places = [answer for answer in answers if isinstance(answer, Place)]
    typer.echo(f"asked for {len(places)}; waits for the index", err=True)
    waiting = wait_until_taken(places, committed_by(settings), seconds=_WAIT_SECONDS, only="index")
    time.sleep(settings.index_refresh_ms / 1000)  # until then, search may still show what was there
    return frozenset(waiting)


def _report(answers: dict[str, Place | KafkaError], waiting: frozenset[Place] | None) -> bool:
    """Prints a line an article; `waiting` is None where nobody waited. True where all is well."""
    well = True
    for article_id, answer in answers.items():
        if isinstance(answer, KafkaError):
            well, told = False, f"not confirmed ({answer}): ask again"
        elif waiting is None:
            told = "asked for"
        elif answer in waiting:
            well, told = False, "asked for; the index has yet to take it"
        else:
            told = "taken down"
        typer.echo(f"{article_id}\t{told}")
    return well


def _named(arguments: Iterable[str]) -> Iterator[str]:
    """The ids that are meant. Ends the command where one can be none, before anything is sent."""
    try:
        for argument in arguments:
            if argument == STDIN:
                yield from _piped()
            else:
                yield from ids_meant(argument)
    except (InvalidMessage, ValueError) as error:
        typer.echo(f"tidings delete: {error}", err=True)
        raise typer.Exit(_USAGE_ERROR) from None


def _piped() -> Iterator[str]:
    for line in read_lines(typer.get_binary_stream("stdin")):
        try:
            if line.fault:
                raise ValueError(line.fault)
            if line.content:
                yield from ids_meant(line.content.decode("utf-8", "surrogateescape"))
        except (InvalidMessage, ValueError) as error:
            raise ValueError(f"line {line.number} of standard input: {error}") from None

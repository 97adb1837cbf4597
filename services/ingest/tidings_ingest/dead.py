"""`tidings dead`: what was set aside, why, and sending it back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer
from kafka.errors import KafkaError

from tidings.errors import InvalidMessage, TidingsError
from tidings.history import read_to_end
from tidings.kafka import discard_producer, new_producer, wait_for_kafka
from tidings.logs import configure_logging
from tidings.messages import DeadLetter
from tidings.settings import Settings
from tidings.topics import DEAD
from tidings.wire import decode
from tidings_ingest.producer import Producer

_USAGE_ERROR: Final = 2
_PATIENCE_SECONDS: Final = 30.0
_SHOWN_CHARACTERS: Final = 2_000

dead = typer.Typer(help="Records that were set aside: list them, look, send them back.")
Stages = Annotated[str, typer.Option("--stage", help="Only of this stage.")]
Reasons = Annotated[str, typer.Option("--reason", help="Only with this reason (its code).")]
Articles = Annotated[str, typer.Option("--article", help="Only of this article (its id).")]


@dataclass(frozen=True)
class Filter:
    """Which letters are meant; what is empty asks for nothing."""

    stage: str = ""
    reason: str = ""
    article: str = ""
    origins: frozenset[str] = frozenset()

    def wants(self, letter: DeadLetter) -> bool:
        return (
            self.stage in ("", letter.stage)
            and self.reason in ("", letter.code)
            and self.article in ("", letter.article_id)
            and (not self.origins or letter.origin in self.origins)
        )


@dead.command("list")
def list_letters(stage: Stages = "", reason: Reasons = "", article: Articles = "") -> None:
    """List what was set aside: a line a letter, fields parted by tabs."""
    count = 0
    for letter in _letters(_connect(), Filter(stage, reason, article)):
        count += 1
        at = letter.died_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        said = " ".join(letter.reason.split())[:200]
        typer.echo(
            "\t".join((letter.origin, letter.stage, letter.code, _article(letter), at, said))
        )
    typer.echo(f"{count} dead letter{'' if count == 1 else 's'}", err=True)


@dead.command("show")
def show_letter(
    origin: Annotated[str, typer.Argument(help="topic-partition-offset, as `list` prints it.")],
    value: Annotated[
        bool, typer.Option("--value", help="Print nothing but the record's bytes, as they were.")
    ] = False,
) -> None:
    """Show one record that was set aside, and what each stage had against it."""
    letters = list(_letters(_connect(), Filter(origins=frozenset({origin}))))
    if not letters:
        raise TidingsError(f"no dead letter comes from {origin!r}; `tidings dead list` names them.")
    first = letters[0]
    if value:
        typer.get_binary_stream("stdout").write(first.value or b"")
        return
    typer.echo(f"origin:   {first.origin}")
    typer.echo(f"article:  {_article(first)} version {first.version or '-'}")
    typer.echo(f"key:      {first.key!r}")
    typer.echo(f"headers:  {first.headers}")
    for letter in letters:
        typer.echo(f"{letter.died_at:%Y-%m-%dT%H:%M:%SZ} {letter.stage}: {letter.code}")
        typer.echo(f"          {letter.reason}")
    typer.echo("value:    " + _readable(first))


@dead.command("replay")
def replay_letters(
    origins: Annotated[
        list[str] | None, typer.Argument(help="Origins, as `list` has them.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Send back all of them.")] = False,
    stage: Stages = "",
    reason: Reasons = "",
    article: Articles = "",
) -> None:
    """Send records back to the topic they came from, as they were: bytes, key, headers, time.

    Their version stays, so that a newer one is never undone. Letters are not deleted.
    """
    wanted = Filter(stage, reason, article, frozenset(origins or ()))
    if not every and wanted == Filter():
        typer.echo("tidings dead replay: name origins, a filter, or --all.", err=True)
        raise typer.Exit(_USAGE_ERROR)
    settings = _connect()
    letters = {letter.origin: letter for letter in _letters(settings, wanted)}
    missing = sorted(wanted.origins - set(letters))
    producer = new_producer(settings)
    try:
        sent, refused = send_back(letters.values(), producer)
    finally:
        discard_producer(producer)
    refused += [f"{origin}: no such dead letter" for origin in missing]
    typer.echo(f"sent back {sent}" + (f", refused {len(refused)}" if refused else ""), err=True)
    for sentence in refused:
        typer.echo(f"refused: {sentence}", err=True)
    if refused:
        raise typer.Exit(1)


def send_back(letters: Iterable[DeadLetter], producer: Producer) -> tuple[int, list[str]]:
    """How many records Kafka has confirmed, and why the others were not sent."""
    futures: list[tuple[DeadLetter, Any]] = []
    refused: list[str] = []
    for letter in letters:
        fault = _cannot_go_back(letter)
        if fault:
            refused.append(f"{letter.origin}: {fault}")
            continue
        try:
            futures.append((letter, _send(letter, producer)))
        except KafkaError as error:
            refused.append(f"{letter.origin}: not confirmed ({error})")
    sent = 0
    for letter, future in futures:
        try:
            future.get(_PATIENCE_SECONDS)
            sent += 1
        except KafkaError as error:
            refused.append(f"{letter.origin}: not confirmed ({error})")
    return sent, refused


def _cannot_go_back(letter: DeadLetter) -> str | None:
    if letter.truncated:
        return "its value was cut when it was set aside; push the article again"
    if letter.key is None and letter.value is None:
        return "it has neither key nor value"
    return None


def _send(letter: DeadLetter, producer: Producer) -> Any:
    return producer.send(
        letter.topic,
        value=letter.value,
        key=letter.key,
        headers=[(name, text.encode("latin-1")) for name, text in letter.headers.items()],
        # A key finds its partition, also after their number has changed.
        partition=None if letter.key is not None else letter.partition,
        timestamp_ms=letter.timestamp,
    )


def _connect() -> Settings:
    settings = Settings.load()
    configure_logging("dead", settings)
    wait_for_kafka(settings, patience_seconds=_PATIENCE_SECONDS)
    return settings


def _letters(settings: Settings, wanted: Filter) -> Iterator[DeadLetter]:
    """The letters that are wanted; what is no letter is said on standard error and passed over."""
    for record in read_to_end(settings, DEAD):
        try:
            letter = decode(DeadLetter, record.value or b"", record.headers)
        except InvalidMessage as error:
            place = f"{record.topic}-{record.partition}-{record.offset}"
            typer.echo(f"{place} is no dead letter: {error}", err=True)
            continue
        if wanted.wants(letter):
            yield letter


def _article(letter: DeadLetter) -> str:
    return letter.article_id or "-"


def _readable(letter: DeadLetter) -> str:
    if letter.value is None:
        return "none (it takes the article down)"
    text = letter.value.decode("utf-8", errors="backslashreplace")
    more = len(text) - _SHOWN_CHARACTERS
    tail = f"… and {more} more characters (--value prints all)" if more > 0 else ""
    return text[:_SHOWN_CHARACTERS] + tail

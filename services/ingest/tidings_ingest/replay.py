"""`tidings replay`: one stage reads articles of the past again, behind those that are live."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Final, Literal, NamedTuple, NoReturn

import typer

from tidings.bar import Bar
from tidings.deadletters import Incoming
from tidings.errors import EngineUnavailable, InvalidMessage, TidingsError
from tidings.history import History, Span, open_history
from tidings.identity import takedown_holds, version_order
from tidings.kafka import COMMAND_PATIENCE_SECONDS, ensure_topics, wait_for_kafka
from tidings.logs import configure_logging
from tidings.messages import RESTORE_HEADER, DeadLetter, Stage
from tidings.settings import Settings
from tidings.topics import ARTICLES, BACKFILL, DEAD, Partition
from tidings.wire import article_id_of, decode, decode_article
from tidings_ingest.backlog import Backlog, drop_all, drop_done, read_backlog, watch
from tidings_ingest.copying import copy_all
from tidings_ingest.delivery import Place
from tidings_ingest.link import SharedProducer
from tidings_ingest.normalise import parse_time

_USAGE_ERROR: Final = 2
_INTERRUPTED: Final = 130
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def replay(
    stage: Annotated[
        Literal["entities", "events"], typer.Option("--stage", help="Which extractor.")
    ],
    outlet: Annotated[str, typer.Option(help="Only articles of this outlet.")] = "",
    since: Annotated[
        str, typer.Option("--from", help="Only pushed at this time (ISO 8601, UTC) or later.")
    ] = "",
    until: Annotated[
        str, typer.Option("--to", help="Only pushed before this time; a date is the whole day.")
    ] = "",
    article: Annotated[str, typer.Option(help="Only this article (its id).")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many articles it would be.")
    ] = False,
    only_watch: Annotated[
        bool, typer.Option("--watch", help="Show the replay that is under way.")
    ] = False,
    cancel: Annotated[
        bool, typer.Option("--cancel", help="Drop what is still waiting of earlier replays.")
    ] = False,
) -> None:
    """Run one stage again over articles of the past, say after its rules have changed.

    The newest version of each article that is not taken down is read again, while the workers
    have no live article to do. Results of a higher extractor version win, whatever the order.
    Exit status 1 where articles became dead letters.
    """
    wanted = _wanted(outlet, since, until, article)
    if (only_watch or cancel) and (wanted != Wanted() or dry_run or (only_watch and cancel)):
        _bad_usage("--watch and --cancel stand alone, beside --stage.")
    settings = Settings.load()
    configure_logging("replay", settings)
    wait_for_kafka(settings, patience_seconds=COMMAND_PATIENCE_SECONDS)
    ensure_topics(settings, only_missing=True)
    if cancel:
        _cancel(settings, stage)
    elif only_watch:
        with _told_when_interrupted(_the_workers_go_on(stage)):
            _show_until_done(settings, stage)
    else:
        _run(settings, stage, wanted, dry_run=dry_run)


def _cancel(settings: Settings, stage: Stage) -> None:
    dropped = drop_all(settings, stage)
    typer.echo(
        f"dropped {_articles(dropped)} that waited for {stage}; what a worker had fetched by "
        "then it may still read",
        err=True,
    )


def _run(settings: Settings, stage: Stage, wanted: "Wanted", *, dry_run: bool) -> None:
    with open_history(settings) as history:
        survey = find(history, wanted, settings)
        typer.echo(survey.summary(), err=True)
        if dry_run:
            typer.echo(f"{_articles(survey.chosen)} would be read again by {stage}")
            return
        if not survey.chosen:
            return
        before = history.spans(DEAD)
        run = Run(stage, survey.chosen)
        with _told_when_interrupted(run):
            _copy(history, survey, settings, run)
            backlog = _show_until_done(settings, stage)
    _report(settings, run, backlog, before)


@dataclass(frozen=True)
class Wanted:
    """Which articles; what is None or empty asks for nothing. Times are milliseconds since 1970, of
    the push; `until` is not in it."""

    outlet: str = ""
    since: int | None = None
    until: int | None = None
    article: str = ""


class Head(NamedTuple):
    """The newest record of an article, by version and revision, and whether it is wanted."""

    order: tuple[int, str]
    place: tuple[int, int]
    wanted: bool


@dataclass
class Survey:
    """What `articles.raw` says of each article, as far as a replay must know it."""

    wanted: Wanted
    max_chars: int
    heads: dict[str, Head] = field(default_factory=dict)
    taken_down: dict[str, int] = field(default_factory=dict)
    restored: dict[str, int] = field(default_factory=dict)
    undecodable: int = 0

    def take(self, record: Incoming) -> None:
        try:
            self._take(record)
        except InvalidMessage:
            self.undecodable += 1

    def is_down(self, article_id: str) -> bool:
        """As the index judges it."""
        return takedown_holds(self.taken_down.get(article_id), self.restored.get(article_id))

    def places(self) -> dict[int, set[int]]:
        """The offsets of the records to read again, by partition."""
        places: dict[int, set[int]] = {}
        for article_id, head in self.heads.items():
            if head.wanted and not self.is_down(article_id):
                partition, offset = head.place
                places.setdefault(partition, set()).add(offset)
        return places

    @property
    def chosen(self) -> int:
        return sum(len(offsets) for offsets in self.places().values())

    def summary(self) -> str:
        down = sum(self.is_down(article_id) for article_id in self.heads)
        parts = [f"{self.chosen:,} of {_articles(len(self.heads))} wanted"]
        if down:
            parts.append(f"{down:,} taken down")
        if self.undecodable:
            parts.append(f"passed over {self.undecodable:,} that cannot be decoded")
        return ", ".join(parts)

    def _take(self, record: Incoming) -> None:
        if self.wanted.article and record.key not in (None, self.wanted.article.encode()):
            return
        if record.value is None:
            article_id = article_id_of(record.key or b"")
            at = max(self.taken_down.get(article_id, 0), record.timestamp)
            self.taken_down[article_id] = at
            return
        article = decode_article(
            record.value,
            key=record.key,
            timestamp=record.timestamp,
            headers=record.headers,
            max_chars=self.max_chars,
        )
        known = self.heads.get(article.article_id)
        if RESTORE_HEADER in record.headers:
            latest = max(self.restored.get(article.article_id, 0), article.version)
            self.restored[article.article_id] = latest
        order = version_order(article.version, article.revision)
        if known is None or order >= known.order:
            place = (record.partition, record.offset)
            wanted = self._wants(article.article_id, article.outlet, article.version)
            self.heads[article.article_id] = Head(order, place, wanted)

    def _wants(self, article_id: str, outlet: str | None, version: int) -> bool:
        wanted = self.wanted
        return (
            wanted.article in ("", article_id)
            and wanted.outlet in ("", outlet)
            and (wanted.since is None or version >= wanted.since)
            and (wanted.until is None or version < wanted.until)
        )


def find(history: History, wanted: Wanted, settings: Settings) -> Survey:
    """Reads all of `articles.raw`. Raises EngineUnavailable."""
    survey = Survey(wanted, settings.article_max_chars)
    spans = history.spans(ARTICLES)
    with Bar("reading", sum(span.records for span in spans.values())) as bar:
        for record in history.read(spans):
            survey.take(record)
            bar.advance()
    return survey


def copies(history: History, survey: Survey) -> Iterator[Incoming]:
    """The records that the survey has chosen, as they are."""
    places = survey.places()
    spans = {
        (ARTICLES.name, partition): Span(min(offsets), max(offsets) + 1)
        for partition, offsets in places.items()
    }
    for record in history.read(spans):
        if record.offset in places[record.partition]:
            yield record


def died(records: Iterator[Incoming], run: Mapping[Partition, Span]) -> int:
    """How many articles of `run` became dead letters."""
    origins = set()
    for record in records:
        try:
            letter = decode(DeadLetter, record.value or b"", record.headers)
        except InvalidMessage:
            continue
        span = run.get((letter.topic, letter.partition))
        if span and span.start <= letter.offset < span.end:
            origins.add(letter.origin)
    return len(origins)


@dataclass
class Run:
    """One replay: how many articles it is for, and where their copies are."""

    stage: Stage
    chosen: int
    spans: dict[Partition, Span] = field(default_factory=dict)
    sent: int = 0

    def confirmed(self, place: Place) -> None:
        part = (place.topic, place.partition)
        first = self.spans[part].start if part in self.spans else place.offset
        self.spans[part] = Span(first, place.offset + 1)
        self.sent += 1

    def __str__(self) -> str:
        """How far it got."""
        return f"{self.sent:,} of {_articles(self.chosen)} sent; {_the_workers_go_on(self.stage)}"


def _copy(history: History, survey: Survey, settings: Settings, run: Run) -> None:
    """Raises TidingsError saying how far it got."""
    drop_done(settings, run.stage)
    producers = SharedProducer(settings)

    def confirmed(_: Incoming, place: Place) -> None:
        run.confirmed(place)
        bar.advance()

    try:
        with Bar("sending", run.chosen) as bar:
            topic = BACKFILL[run.stage].name
            copy_all(copies(history, survey), producers, to=topic, confirmed=confirmed)
    except EngineUnavailable as error:
        raise TidingsError(f"{error} {run}.") from None
    finally:
        producers.discard()


def _show_until_done(settings: Settings, stage: Stage) -> Backlog:
    total = read_backlog(settings, stage).waiting
    if not total:
        typer.echo(f"nothing waits for {stage}", err=True)
    with Bar(f"{stage} read again", total) as bar:
        backlog = watch(
            lambda: read_backlog(settings, stage),
            lambda backlog: bar.reach(max(0, total - backlog.waiting)),
            bar.say,
        )
    drop_done(settings, stage)
    return backlog


def _report(
    settings: Settings, run: Run, backlog: Backlog, before: Mapping[Partition, Span]
) -> None:
    """`before` is what the dead letters' topic held when the run began."""
    with open_history(settings) as history:
        now = history.spans(DEAD)
        new = {part: Span(before.get(part, Span(0, 0)).end, span.end) for part, span in now.items()}
        dead = died(history.read(new), run.spans)
    dropped = backlog.dropped(run.spans)
    some = "at least " if dropped else ""
    parts = [f"{run.stage} has read {some}{_articles(run.sent - dropped - dead)} again"]
    if dropped:
        parts.append("the others were dropped")
    if dead:
        parts.append(f"{dead:,} became dead letters (`tidings dead list --stage {run.stage}`)")
    typer.echo(", ".join(parts), err=True)
    if dead:
        raise typer.Exit(1)


@contextmanager
def _told_when_interrupted(how_far: object) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"interrupted: {how_far}.", err=True)
        raise typer.Exit(_INTERRUPTED) from None


def _wanted(outlet: str, since: str, until: str, article: str) -> Wanted:
    return Wanted(outlet, _milliseconds(since), _milliseconds(until, end=True), article)


def _milliseconds(time: str, *, end: bool = False) -> int | None:
    if not time:
        return None
    try:
        moment = parse_time(time)
    except InvalidMessage as error:
        _bad_usage(f"{str(error).replace('`published_at`: ', '')}.")
    if end and _DATE.fullmatch(time.strip()):
        moment += timedelta(days=1)
    return int(moment.timestamp() * 1000)


def _bad_usage(sentence: str) -> NoReturn:
    typer.echo(f"tidings replay: {sentence}", err=True)
    raise typer.Exit(_USAGE_ERROR)


def _the_workers_go_on(stage: Stage) -> str:
    return (
        f"the workers go on; `tidings replay --stage {stage} --watch` shows it, "
        "`--cancel` drops what is left"
    )


def _articles(count: int) -> str:
    return f"{count:,} article{'' if count == 1 else 's'}"

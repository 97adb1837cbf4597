"""The one Faust loop: take records, do the work, acknowledge after the effect.

Faust acknowledges a record when its body raises and commits past a single unacknowledged one, so
the loop never lets either happen: every record that is taken is acknowledged after its effect is
durable, or the process ends and the record is read again. See docs/decisions/0002.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final, TypeVar

import faust
import structlog
from pydantic import ValidationError

from tidings import __version__, metrics
from tidings.backfill import add_backfill
from tidings.deadletters import Incoming
from tidings.errors import InvalidMessage
from tidings.faust_app import raw_topic
from tidings.heartbeat import heard_by
from tidings.kafka import ensure_topics, wait_for_kafka
from tidings.messages import Article, Result, Stage, explain
from tidings.operations import serve_operations
from tidings.outbox import Outbox
from tidings.positions import watch_positions
from tidings.progress import Progress
from tidings.settings import Settings, variable
from tidings.topics import ARTICLES, Topic
from tidings.watchdog import MUST_RESTART, end_when_stuck
from tidings.wire import decode_article

R = TypeVar("R", bound=Result)
Handle = Callable[[Sequence[Incoming]], Awaitable[None]]

_FILL_SECONDS: Final = 0.05
_CHARACTERS_A_CALL: Final = 200_000

log = structlog.get_logger(__name__)


def add_stage(
    app: faust.App,
    *,
    stage: Stage,
    target: Topic,
    transform: Callable[[Sequence[Article]], Sequence[R]],
    observe: Callable[[R], None],
    progress: Progress,
    settings: Settings,
) -> None:
    """Reads articles, gives them in batches to `transform` (pure, in a thread, as many results as
    articles, in their order) and writes the results to `target` under the article's id.

    A record that cannot be decoded, an article on which `transform` raises and a result that is too
    large become dead letters. Order is kept for each article. Articles of the back-fill topic are
    taken while no others wait.
    """
    one_at_a_time = asyncio.Lock()  # spaCy's pipelines are not made for two threads

    async def handle(outbox: Outbox, progress: Progress, batch: Sequence[Incoming]) -> None:
        articles, faults = _decode(batch, stage, settings)
        outcomes: list[R | InvalidMessage] = []
        for some in calls([article for _, article in articles]):
            async with one_at_a_time:
                with heard_by(progress.moved_on):  # to_thread takes that along
                    outcomes += await asyncio.to_thread(_each, transform, some)
            progress.moved_on()
        done: list[tuple[Incoming, Article, R]] = []
        for (incoming, article), outcome in zip(articles, outcomes, strict=True):
            if isinstance(outcome, InvalidMessage):
                faults.append((incoming, outcome, article))
            else:
                done.append((incoming, article, outcome))
        records = [(result.article_id.encode(), result.to_bytes()) for _, _, result in done]
        too_large = set(await outbox.deliver(target, records))
        for place, (incoming, article, result) in enumerate(done):
            if place in too_large:
                size = len(records[place][1])
                fault = InvalidMessage("result-too-large", f"the result has {size:,} bytes")
                faults.append((incoming, fault, article))
            else:
                _count(stage, result)
                observe(result)
        await outbox.set_aside(stage, faults, of=len(batch))

    live = partial(handle, Outbox(app, progress, settings), progress)
    add_sink(
        app, [ARTICLES], live, stage=stage, progress=progress, settings=settings,
        max_records=settings.batch_articles, fill_seconds=_FILL_SECONDS,
    )  # fmt: skip
    apart = progress.apart = Progress(
        stage, settings.stall_seconds, stop_gauge=metrics.BACKFILL_STOPPED
    )
    outbox = Outbox(app, apart, settings)

    async def again(batch: Sequence[Incoming]) -> None:
        with apart.working_on(len(batch)):
            await handle(outbox, apart, batch)

    add_backfill(app, stage, again, progress=progress, settings=settings)


def add_sink(
    app: faust.App,
    topics: Sequence[Topic],
    handle: Handle,
    *,
    stage: Stage,
    progress: Progress,
    settings: Settings,
    max_records: int,
    fill_seconds: float,
) -> None:
    """Gives the records of `topics` in batches to `handle` and acknowledges a batch once `handle`
    returns: by then its effect must be durable. Where `handle` raises, the process ends."""

    async def read(stream: Any) -> None:
        stream.enable_acks = False  # for good: noack_take would end by turning them on again
        try:
            async for events in stream.noack_take(max_records, within=fill_seconds):
                batch = [_incoming(event) for event in events]
                with progress.working_on(len(batch)):
                    _observe_queue(stage, batch)
                    await handle(batch)
                for event in events:
                    event.ack()
                progress.acknowledged({(one.topic, one.partition): one.offset + 1 for one in batch})
        except (Exception, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and app.should_stop:
                raise
            # Faust would start another loop, behind the records that this one had taken.
            log.exception("the worker must restart", stage=stage)
            os._exit(MUST_RESTART)

    app.agent(raw_topic(app, *topics), name=f"{stage}-loop", concurrency=1)(read)
    watch_positions(app, progress, settings)


def run_worker(
    stage: Stage,
    settings: Settings,
    assemble: Callable[[Progress], faust.App],
    *,
    extractor: str = "",
) -> None:
    """Serves /metrics, /health and /ready, waits for Kafka, makes missing topics, then works until
    SIGTERM, or until /health has failed for long; `extractor` is the version of what the worker
    knows. Does not return: threads that are deep in a long article are not waited for, since what
    they do is not acknowledged and will be done again."""
    metrics.expose(stage, version=__version__, extractor=extractor)
    progress = Progress(stage, settings.stall_seconds)
    field = f"{stage}_port"
    serve_operations(
        settings.host, settings.port_of(stage), setting=variable(field),
        health=progress.health, ready=progress.ready,
    )  # fmt: skip
    end_when_stuck(progress.health)
    with progress.waiting_for("Kafka"):
        wait_for_kafka(settings)
        ensure_topics(settings)
    app = assemble(progress)
    status = 1
    try:
        log.info("started", stage=stage, kafka=settings.kafka)
        worker = faust.Worker(app, override_logging=False, redirect_stdouts=False, quiet=True)
        worker.spinner = None  # it would write escape codes into the log
        worker.execute_from_commandline()
    except SystemExit as exit_:
        status = exit_.code if isinstance(exit_.code, int) else 1
    finally:
        log.info("stopped", stage=stage, status=status)
        os._exit(status)


def calls(articles: Sequence[Article]) -> Iterator[list[Article]]:
    """The articles in order, in lists that one call does not take minutes for."""
    some: list[Article] = []
    for article in articles:
        if some and sum(len(one.content) for one in [*some, article]) > _CHARACTERS_A_CALL:
            yield some
            some = []
        some.append(article)
    if some:
        yield some


def _each(
    transform: Callable[[Sequence[Article]], Sequence[R]], articles: Sequence[Article]
) -> list[R | InvalidMessage]:
    """The whole batch at once; where that raises, one by one, to find whose fault it is."""
    try:
        return list(transform(articles))
    except Exception as error:
        if len(articles) > 1:
            return [outcome for article in articles for outcome in _each(transform, [article])]
        log.exception("extractor failed", article_id=articles[0].article_id)
        words = explain(error) if isinstance(error, ValidationError) else str(error)
        return [InvalidMessage("extractor-failed", f"{type(error).__name__}: {words}")]


def _decode(
    batch: Sequence[Incoming], stage: Stage, settings: Settings
) -> tuple[list[tuple[Incoming, Article]], list[tuple[Incoming, InvalidMessage, Article | None]]]:
    articles: list[tuple[Incoming, Article]] = []
    faults: list[tuple[Incoming, InvalidMessage, Article | None]] = []
    for incoming in batch:
        if incoming.value is None:  # a tombstone: the index takes the article down
            metrics.RECORDS.labels(stage, "ignored").inc()
            continue
        try:
            article = decode_article(
                incoming.value,
                key=incoming.key,
                timestamp=incoming.timestamp,
                headers=incoming.headers,
                max_chars=settings.article_max_chars,
            )
        except InvalidMessage as fault:
            faults.append((incoming, fault, None))
        else:
            articles.append((incoming, article))
    return articles, faults


def _count(stage: Stage, result: Result) -> None:
    metrics.RECORDS.labels(stage, "skipped" if result.skipped else "done").inc()
    metrics.STAGE_SECONDS.labels(stage).observe(result.seconds)


def _observe_queue(stage: Stage, batch: Sequence[Incoming]) -> None:
    now = metrics.now_ms()
    for incoming in batch:
        metrics.QUEUE_SECONDS.labels(stage).observe(max(0.0, (now - incoming.timestamp) / 1000))


def _incoming(event: Any) -> Incoming:
    message = event.message
    headers = message.headers or {}
    return Incoming(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        timestamp=int(message.timestamp * 1000),
        key=message.key,
        value=message.value,
        headers={name: bytes(value or b"") for name, value in dict(headers).items()},
    )

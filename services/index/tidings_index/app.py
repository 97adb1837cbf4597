"""The index worker: everything about an article in, one document out."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial

import faust
from elasticsearch import AsyncElasticsearch

from tidings import metrics, topics
from tidings.deadletters import Incoming
from tidings.elastic import Outage, new_client, until_answered, wait_for_elasticsearch
from tidings.errors import InvalidMessage
from tidings.faust_app import new_app
from tidings.history import committed_offsets
from tidings.messages import Article
from tidings.outbox import Outbox
from tidings.progress import Progress
from tidings.settings import Settings
from tidings.streaming import Handle, add_sink
from tidings_index.decode import decode_incoming
from tidings_index.received import Received
from tidings_index.schema import WrongIndex, ensure_index
from tidings_index.writer import Writer

Fault = tuple[Incoming, InvalidMessage, Article | None]


def prepare_index(settings: Settings, progress: Progress) -> None:
    """Waits for Elasticsearch, makes the index where it is missing, and waits while the alias names
    one that this release must not write to. Raises TidingsError where a plain index has the alias's
    name."""
    loop = asyncio.new_event_loop()  # not asyncio.run: it would leave Faust without a loop
    try:
        loop.run_until_complete(_prepare(settings, _outage(progress)))
    finally:
        loop.close()


def build_app(settings: Settings, progress: Progress) -> faust.App:
    app = new_app("tidings-index", settings)
    writer = Writer(new_client(settings), settings.index_name, _outage(progress))
    add_sink(
        app, topics.KEPT, build_handle(writer, Outbox(app, progress, settings), settings),
        stage="index", progress=progress, settings=settings, max_records=settings.index_batch,
        fill_seconds=settings.index_batch_ms / 1000,
    )  # fmt: skip
    return app


def build_handle(writer: Writer, outbox: Outbox, settings: Settings) -> Handle:
    """What is done with a batch: it is in the index, or set aside, once this returns."""

    async def handle(batch: Sequence[Incoming]) -> None:
        began = time.monotonic()
        arrivals, faults = decode_batch(batch, max_chars=settings.article_max_chars)
        # Without what says nothing to the index: its own letters come back to it, one for each bad
        # record, and would keep those from ever being most.
        judged = len(arrivals) + len(faults)
        refusals = await writer.write([received for _, received in arrivals])
        faults += [
            (arrivals[one.position][0], InvalidMessage("index-refused", one.reason), None)
            for one in refusals
        ]
        await outbox.set_aside("index", faults, of=judged)
        _count(len(arrivals) - len(refusals), time.monotonic() - began)

    return handle


def decode_batch(
    batch: Sequence[Incoming], *, max_chars: int
) -> tuple[list[tuple[Incoming, Received]], list[Fault]]:
    """What the records say, each with its record, and those that cannot be read."""
    arrivals: list[tuple[Incoming, Received]] = []
    faults: list[Fault] = []
    for incoming in batch:
        try:
            received = decode_incoming(incoming, max_chars=max_chars)
        except InvalidMessage as fault:
            faults.append((incoming, fault, None))
            continue
        if received is None:
            metrics.RECORDS.labels("index", "ignored").inc()
        else:
            arrivals.append((incoming, received))
    return arrivals, faults


async def _prepare(settings: Settings, outage: Outage) -> None:
    client: AsyncElasticsearch = new_client(settings)
    try:
        await wait_for_elasticsearch(client, outage)
        await ensure_right_index(client, settings, outage)
    finally:
        await client.close()


async def ensure_right_index(
    client: AsyncElasticsearch, settings: Settings, outage: Outage
) -> None:
    """Returns once there is an index to write to, however long that takes. Raises TidingsError
    where a plain index has the alias's name."""

    def have_read() -> bool:
        return bool(committed_offsets(settings, topics.group_of(topics.ARTICLES, "index")))

    while True:
        try:
            return await until_answered(partial(ensure_index, client, settings, have_read), outage)
        except WrongIndex as error:
            await outage.pause(str(error))


def _outage(progress: Progress) -> Outage:
    return Outage(
        waiting=partial(progress.waiting_for, "Elasticsearch"),
        count=metrics.RETRIES.labels("index", "elasticsearch").inc,
        tell=progress.waits_because,
        succeeded=progress.moved_on,
    )


def _count(done: int, seconds: float) -> None:
    metrics.RECORDS.labels("index", "done").inc(done)
    for _ in range(done):
        metrics.STAGE_SECONDS.labels("index").observe(seconds / done)

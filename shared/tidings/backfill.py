"""Reading again: a stage's workers take articles from its back-fill topic (`tidings replay` fills
it) while they have nothing newer to do, so that live articles never wait for old ones."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import faust
import structlog
from kafka import KafkaConsumer
from kafka.errors import KafkaError

from tidings.deadletters import Incoming
from tidings.history import incoming
from tidings.kafka import FIRST_ANSWER_SECONDS, connection
from tidings.messages import Stage
from tidings.progress import Progress
from tidings.settings import Settings
from tidings.topics import BACKFILL, group_of
from tidings.watchdog import MUST_RESTART

RECORDS_AT_ONCE: Final = 2
"""Few, since a live article that arrives meanwhile waits for them."""

_POLL_MS: Final = 500
_AFTER_ERROR_SECONDS: Final = 5.0
_DAY_MS: Final = 24 * 3600 * 1000

log = structlog.get_logger(__name__)


class Share:
    """The back-fill topic of a stage, as this worker has its share of it. Not safe for threads."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer

    def take(self, idle: bool) -> list[Incoming]:
        """The next few records; none where the worker is not idle. Waits half a second where there
        are none, and must be called at least that often, or the group takes us for dead."""
        assigned = self._consumer.assignment()
        (self._consumer.resume if idle else self._consumer.pause)(*assigned)
        batches = self._consumer.poll(timeout_ms=_POLL_MS, max_records=RECORDS_AT_ONCE)
        return [incoming(record) for records in batches.values() for record in records]

    def acknowledge(self) -> None:
        """Says that everything taken is done. Raises KafkaError where it will come again."""
        self._consumer.commit()

    def close(self) -> None:
        self._consumer.close(autocommit=False)


def add_backfill(
    app: faust.App,
    stage: Stage,
    handle: Callable[[Sequence[Incoming]], Awaitable[None]],
    *,
    progress: Progress,
    settings: Settings,
) -> None:
    """Gives the records of the stage's back-fill topic to `handle` whenever `progress` is idle,
    and acknowledges them once it returns. Where `handle` raises, the process ends."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="backfill")

    async def on_thread(function: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(thread, function, *arguments)

    async def work() -> None:
        while not app.should_stop:
            share: Share | None = None
            try:
                share = Share(await on_thread(_new_consumer, stage, settings))
                while not app.should_stop:
                    if batch := await on_thread(share.take, progress.idle):
                        await _or_exit(stage, handle(batch))
                        await on_thread(share.acknowledge)
            except KafkaError as error:
                log.info("back-fill waits for Kafka", stage=stage, reason=repr(error))
                if share:
                    await on_thread(share.close)
                await asyncio.sleep(_AFTER_ERROR_SECONDS)

    app.task(work)


async def _or_exit(stage: Stage, work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:
        log.exception("the worker must restart", stage=stage)
        os._exit(MUST_RESTART)


def _new_consumer(stage: Stage, settings: Settings) -> Any:
    return KafkaConsumer(
        BACKFILL[stage].name,
        **connection(settings),
        group_id=group_of(BACKFILL[stage], stage),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=settings.message_max_bytes,
        session_timeout_ms=int(settings.session_timeout_seconds * 1000),
        heartbeat_interval_ms=int(settings.session_timeout_seconds * 250),
        max_poll_interval_ms=_DAY_MS,  # the longest articles take minutes
        metadata_max_age_ms=30_000,  # new partitions are noticed so soon
        bootstrap_timeout_ms=int(FIRST_ANSWER_SECONDS * 1000),
        allow_auto_create_topics=False,
    )

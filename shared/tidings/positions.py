"""Where a worker's partitions begin and end, asked through the very consumer that it reads with:
one that hangs shows by not answering."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import faust
import structlog

from tidings.errors import TidingsError
from tidings.kafka import check_kafka
from tidings.progress import Progress
from tidings.settings import Settings
from tidings.topics import Partition

_PATIENCE_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


def measure_positions(
    app: faust.App, progress: Progress, settings: Settings
) -> Callable[[], Awaitable[None]]:
    """A timer's body that tells `progress` how far the worker is in its partitions. It never
    raises: what the broker does not say is taken for silence."""

    async def measure() -> None:
        try:
            starts, ends = await asyncio.wait_for(_bounds(app.consumer), _PATIENCE_SECONDS)
        except Exception as error:
            log.debug("partitions' ends not known", error=repr(error))
            progress.unmeasured(kafka_answers=await asyncio.to_thread(_answers, settings))
            return
        committed = app.consumer._committed_offset
        progress.measured(
            {_partition(tp): end for tp, end in ends.items()},
            {_partition(tp): max(start, committed[tp] or 0) for tp, start in starts.items()},
        )

    return measure


async def _bounds(consumer: Any) -> tuple[dict[Any, int], dict[Any, int]]:
    """Where the assigned partitions begin, since what has expired waits for nobody, and end."""
    assigned = sorted(consumer.assignment())
    if not assigned:
        return {}, {}
    return await consumer.earliest_offsets(*assigned), await consumer.highwaters(*assigned)


def _answers(settings: Settings) -> bool:
    try:
        check_kafka(settings)
    except TidingsError:
        return False
    return True


def _partition(tp: Any) -> Partition:
    return (tp.topic, tp.partition)

"""What a worker's partitions hold that it has yet to do: their bounds, asked through the very
consumer that it reads with, since one that hangs shows by not answering; and where it seems to
stand still, by another one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final

import faust
import structlog

from tidings.errors import TidingsError
from tidings.history import Span, open_history
from tidings.kafka import check_kafka
from tidings.progress import LOOKS_BEFORE_A_STALL, Progress
from tidings.settings import Settings
from tidings.topics import Partition

_MEASURE_SECONDS: Final = 2.0
_PATIENCE_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


def watch_positions(app: faust.App, progress: Progress, settings: Settings) -> None:
    """Keeps `progress` told of what waits in the partitions of the app's worker."""

    async def give_up(app: faust.App, revoked: Iterable[Any], **_: object) -> None:
        progress.given_up({_partition(tp) for tp in revoked})

    async def give_out(app: faust.App, assigned: Iterable[Any], **_: object) -> None:
        progress.given_out({_partition(tp) for tp in assigned})

    app.on_partitions_revoked.connect(give_up)
    app.on_partitions_assigned.connect(give_out)
    app.timer(interval=_MEASURE_SECONDS)(measure_positions(app, progress, settings))
    looking = settings.stall_seconds / LOOKS_BEFORE_A_STALL
    app.timer(interval=looking)(look_for_records(progress, settings))


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


def look_for_records(progress: Progress, settings: Settings) -> Callable[[], Awaitable[None]]:
    """A timer's body that reads the next record of partitions that stand still, and tells
    `progress` of those that have none: a marker of a foreign producer's transaction, or a gap, is
    nothing to wait for. It never raises, and looks but once at one place."""
    seen: dict[Partition, int] = {}

    async def look() -> None:
        spans = {
            part: Span(*span)
            for part, span in progress.suspects().items()
            if seen.get(part) != span[0]
        }
        if not spans:
            return
        try:
            empty = await asyncio.to_thread(_without_records, settings, spans)
        except TidingsError as error:
            log.debug("cannot look for records", error=str(error))
            return
        seen.update({part: span.start for part, span in spans.items()})
        progress.nothing_before(empty)

    return look


def _without_records(settings: Settings, spans: Mapping[Partition, Span]) -> dict[Partition, int]:
    """The ends of those spans in which no reader finds a record."""
    with open_history(settings) as history:
        found = history.first(spans)
    return {part: span.end for part, span in spans.items() if part not in found}


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

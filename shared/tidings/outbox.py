"""Sending that does not give up: results and dead letters."""

import asyncio
import random
from collections.abc import Sequence
from itertools import count
from typing import Any, Final

import faust
import structlog
from aiokafka.errors import MessageSizeTooLargeError, RecordTooLargeError
from faust.exceptions import ProducerSendError

from tidings import metrics
from tidings.deadletters import Incoming, dead_letter
from tidings.errors import InvalidMessage, TidingsError
from tidings.faust_app import raw_topic
from tidings.limit import DeadLetterLimit
from tidings.messages import Article, Stage
from tidings.progress import Progress
from tidings.settings import Settings, variable
from tidings.topics import DEAD, Topic
from tidings.wire import SCHEMA_HEADERS

_SLOWEST_RETRY_SECONDS: Final = 15.0

log = structlog.get_logger(__name__)


class Outbox:
    """Sends and waits until the broker has it, however long that takes."""

    def __init__(self, app: faust.App, progress: Progress, settings: Settings) -> None:
        self._app = app
        self._progress = progress
        self._max_bytes = settings.message_max_bytes
        self._limit = DeadLetterLimit(settings.dead_letter_window)
        self._channels: dict[str, Any] = {}

    async def deliver(
        self, topic: Topic, records: Sequence[tuple[bytes | None, bytes]]
    ) -> list[int]:
        """Sends (key, value) pairs in order and returns once all but those whose places are
        returned are confirmed; those are larger than the broker accepts.

        Never gives up on any other failure: a retry may double a record, which is harmless.
        """
        too_large: list[int] = []
        everything = list(range(len(records)))
        left, error = await self._attempt(topic, records, everything, too_large)
        if left:
            with self._progress.waiting_for("Kafka"):
                for attempt in count(1):
                    await self._pause(topic, attempt, error)
                    left, error = await self._attempt(topic, records, left, too_large)
                    if not left:
                        log.info("delivered after all", topic=topic.name, attempts=attempt)
                        break
        return too_large

    async def set_aside(
        self,
        stage: Stage,
        faults: Sequence[tuple[Incoming, InvalidMessage, Article | None]],
        *,
        of: int,
    ) -> None:
        """Writes the dead letters and waits until they are confirmed; `of` is how many records,
        good and bad, they are judged among.

        Where most of the last records are bad it writes none and does not return: the stage stops,
        until somebody looks at it and starts it again. Raises TidingsError where the broker takes
        no letter of that size, since a letter that is not written is a lost record.
        """
        if not self._limit.admits(len(faults), of):
            await self._stop(faults[-1][1])
        letters = []
        for incoming, fault, article in faults:
            letter = dead_letter(stage, incoming, fault, article=article, max_bytes=self._max_bytes)
            letters.append((letter.origin.encode(), letter.to_bytes()))
            metrics.DEAD_LETTERS.labels(stage, fault.code).inc()
            metrics.RECORDS.labels(stage, "dead").inc()
            log.warning(
                "dead letter", stage=stage, origin=letter.origin, code=fault.code,
                reason=letter.reason, article_id=letter.article_id,
            )  # fmt: skip
        if too_large := await self.deliver(DEAD, letters):
            size = len(letters[too_large[0]][1])
            raise TidingsError(
                f"Kafka refuses a record of {size:,} bytes on {DEAD.name}: "
                f"raise its limit to {variable('message_max_bytes')}."
            )

    async def _stop(self, last: InvalidMessage) -> None:
        reason = (
            f"stopped: more than half of the last {self._limit.window} records are bad, the last "
            f"with {last.code}: {last}; mend that and start the worker again, or let it set "
            f"them all aside with {variable('dead_letter_window')}=0"
        )
        log.error("the stage has stopped", reason=reason)
        with self._progress.stopped(reason):
            await asyncio.Event().wait()

    async def _attempt(
        self,
        topic: Topic,
        records: Sequence[tuple[bytes | None, bytes]],
        places: Sequence[int],
        too_large: list[int],
    ) -> tuple[list[int], Exception | None]:
        channel = self._channel(topic)
        sent = []
        for place in places:
            key, value = records[place]
            try:
                sent.append(await channel.send(key=key, value=value, headers=SCHEMA_HEADERS))
            except Exception as error:
                sent.append(error)
        answers = await asyncio.gather(
            *(_confirmation(one) for one in sent), return_exceptions=True
        )
        failed, first_error = [], None
        for place, answer in zip(places, answers, strict=True):
            if _is_too_large(answer):
                too_large.append(place)
            elif isinstance(answer, Exception):
                failed.append(place)
                first_error = first_error or answer
            elif isinstance(answer, BaseException):
                raise answer
        return failed, first_error

    async def _pause(self, topic: Topic, attempt: int, error: Exception | None) -> None:
        metrics.RETRIES.labels(self._progress.stage, "kafka").inc()
        log.warning("not delivered, trying again", topic=topic.name, error=repr(error))
        await asyncio.sleep(min(2**attempt, _SLOWEST_RETRY_SECONDS) * random.uniform(0.5, 1))

    def _channel(self, topic: Topic) -> Any:
        if topic.name not in self._channels:
            self._channels[topic.name] = raw_topic(self._app, topic)
        return self._channels[topic.name]


def _is_too_large(answer: object) -> bool:
    """Our own producer's refusal comes wrapped by Faust, the broker's as it is."""
    cause = answer.__cause__ if isinstance(answer, ProducerSendError) else answer
    return isinstance(cause, (MessageSizeTooLargeError, RecordTooLargeError))


async def _confirmation(sent: Any) -> Any:
    if isinstance(sent, Exception):
        raise sent
    return await sent

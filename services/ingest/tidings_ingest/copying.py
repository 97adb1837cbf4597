"""Writing records as they are: bytes, key, headers and time, so that their version is kept."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Final

from kafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from tidings.deadletters import Incoming
from tidings.errors import EngineUnavailable, TidingsError
from tidings_ingest.producer import Future, Producer

PATIENCE_SECONDS: Final = 30.0
_MOST_UNCONFIRMED: Final = 1_000
_MOST_UNCONFIRMED_BYTES: Final = 64 * 1024 * 1024

Confirmed = Callable[[Incoming, Any], None]


def copy_all(
    records: Iterable[Incoming],
    producer: Producer,
    *,
    to: str | None = None,
    confirmed: Confirmed,
    patience_seconds: float = PATIENCE_SECONDS,
) -> None:
    """Writes each record to the topic that it names, or to `to`, in the partition of its key.

    `confirmed` is called with a record and its new place once all replicas have it, in the order
    of `records`. Raises EngineUnavailable where a confirmation does not come, and TidingsError
    where Kafka refuses a record: what was not confirmed by then may or may not be there.
    """
    unconfirmed: deque[tuple[Incoming, Future]] = deque()
    waiting_bytes = 0
    for record in records:
        unconfirmed.append((record, _send(record, producer, to or record.topic)))
        waiting_bytes += len(record.value or b"")
        while len(unconfirmed) > _MOST_UNCONFIRMED or waiting_bytes > _MOST_UNCONFIRMED_BYTES:
            waiting_bytes -= len(unconfirmed[0][0].value or b"")
            _confirm(*unconfirmed.popleft(), confirmed, patience_seconds)
    while unconfirmed:
        _confirm(*unconfirmed.popleft(), confirmed, patience_seconds)


def _send(record: Incoming, producer: Producer, topic: str) -> Future:
    try:
        return producer.send(
            topic,
            value=record.value,
            key=record.key,
            headers=list(record.headers.items()),
            timestamp_ms=record.timestamp,
        )
    except KafkaError as error:
        raise _failure(record, error) from error


def _confirm(record: Incoming, future: Future, confirmed: Confirmed, patience: float) -> None:
    try:
        place = future.get(patience)
    except KafkaError as error:
        raise _failure(record, error) from error
    confirmed(record, place)


def _failure(record: Incoming, error: KafkaError) -> TidingsError:
    if isinstance(error, MessageSizeTooLargeError | RecordListTooLargeError):
        return TidingsError(
            f"record {record.topic}-{record.partition}-{record.offset} has "
            f"{len(record.value or b''):,} bytes, more than Kafka takes: raise "
            "TIDINGS_MESSAGE_MAX_BYTES, restart a service (it raises the topics' limit), retry."
        )
    return EngineUnavailable(f"Kafka has not confirmed a record ({error}).")

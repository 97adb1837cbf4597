"""Writing records as they are: bytes, key, headers and time, so that their version is kept."""

from collections.abc import Callable, Iterable
from typing import Final

from kafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from tidings.deadletters import Incoming
from tidings.errors import EngineUnavailable, TidingsError
from tidings.portions import portions
from tidings_ingest.delivery import Outgoing, Place, Producers, deliver

_MOST_AT_ONCE: Final = 1_000
_MOST_BYTES_AT_ONCE: Final = 16 * 1024 * 1024

Confirmed = Callable[[Incoming, Place], None]


def copy_all(
    records: Iterable[Incoming],
    producers: Producers,
    *,
    to: str | None = None,
    confirmed: Confirmed,
) -> None:
    """Writes each record to the topic that it names, or to `to`, in the partition of its key.

    `confirmed` is called with a record and its new place once all replicas have it, in the order
    of `records`. Raises EngineUnavailable where a confirmation does not come, and TidingsError
    where Kafka refuses a record: what was not confirmed by then may or may not be there.
    """
    for some in portions(records, _size, most=_MOST_AT_ONCE, most_bytes=_MOST_BYTES_AT_ONCE):
        answers = deliver([_as_it_is(record, to or record.topic) for record in some], producers)
        for record, answer in zip(some, answers, strict=True):
            if isinstance(answer, KafkaError):
                raise _failure(record, answer) from answer
            confirmed(record, answer)


def _size(record: Incoming) -> int:
    return len(record.value or b"")


def _as_it_is(record: Incoming, topic: str) -> Outgoing:
    return Outgoing(topic, record.key, record.value, record.headers, timestamp=record.timestamp)


def _failure(record: Incoming, error: KafkaError) -> TidingsError:
    if isinstance(error, MessageSizeTooLargeError | RecordListTooLargeError):
        return TidingsError(
            f"record {record.topic}-{record.partition}-{record.offset} has "
            f"{_size(record):,} bytes, more than Kafka takes: raise "
            "TIDINGS_MESSAGE_MAX_BYTES, restart a service (it raises the topics' limit), retry."
        )
    return EngineUnavailable(f"Kafka has not confirmed a record ({error}).")

"""Records of the topics in batches, as what they say about articles."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tidings.deadletters import Incoming
from tidings.errors import InvalidMessage
from tidings.portions import portions
from tidings_index.decode import decode_incoming
from tidings_index.received import Received

_BATCH_RECORDS: Final = 2_000
_BATCH_BYTES: Final = 16 * 1024 * 1024


def batches(records: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    """In order; many records, unless they are long."""
    return portions(
        records, lambda record: len(record.value or b""),
        most=_BATCH_RECORDS, most_bytes=_BATCH_BYTES,
    )  # fmt: skip


def decoded(batch: Sequence[Incoming], *, max_chars: int) -> tuple[list[Received], int]:
    """What the records say, and how many of them cannot be read."""
    arrivals: list[Received] = []
    unreadable = 0
    for record in batch:
        try:
            received = decode_incoming(record, max_chars=max_chars)
        except InvalidMessage:
            unreadable += 1
            continue
        if received is not None:
            arrivals.append(received)
    return arrivals, unreadable

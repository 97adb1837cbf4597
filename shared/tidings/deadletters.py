"""Setting a record aside, whole, with the reason; and what became of it.

A letter stays in its topic. What settles it is a mark: a record without a value under the letter's
key (its origin), behind it in the same partition, whose headers say what was done, and with which
record where two share an origin.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal, cast, get_args

from tidings.errors import InvalidMessage
from tidings.messages import Article, DeadLetter, Stage
from tidings.wire import SCHEMA_HEADERS, decode

MARK_HEADER: Final = "tidings-mark"
SENT_TO_HEADER: Final = "tidings-sent-to"
TIMESTAMP_HEADER: Final = "tidings-timestamp"
Outcome = Literal["dropped", "replayed"]

_ROOM_FOR_THE_REST: Final = 64 * 1024
_LONGEST_REASON: Final = 4_000
_LONGEST_KEY: Final = 4_000
_LONGEST_ID: Final = 128
_MOST_HEADERS: Final = 4_000


@dataclass(frozen=True)
class Incoming:
    """A record as it came from the broker; `timestamp` is in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes]


@dataclass(frozen=True)
class Mark:
    """`sent_to` is where a replayed record went: topic-partition-offset. `timestamp` is that of the
    record that was set aside, None for all that have the mark's origin."""

    outcome: Outcome
    sent_to: str | None = None
    timestamp: int | None = None

    def headers(self) -> dict[str, bytes]:
        said = {MARK_HEADER: self.outcome, SENT_TO_HEADER: self.sent_to,
                TIMESTAMP_HEADER: self.timestamp}  # fmt: skip
        given = {name: str(value).encode() for name, value in said.items() if value is not None}
        return {**SCHEMA_HEADERS, **given}

    def __str__(self) -> str:
        return f"{self.outcome} to {self.sent_to}" if self.sent_to else self.outcome


@dataclass(frozen=True)
class SetAside:
    """A letter as it lies in its topic, and what settles it: None while it is open."""

    letter: DeadLetter
    partition: int
    offset: int
    mark: Mark | None = None


def read_letters(
    records: Iterable[Incoming],
    *,
    wanted: Callable[[DeadLetter], bool] = lambda letter: True,
    on_foreign: Callable[[Incoming, InvalidMessage], None] = lambda record, fault: None,
) -> list[SetAside]:
    """The letters among the records of `articles.dead`, which come in order within a partition,
    without the values in them, since those of many are more than memory holds.

    What a stage has set aside twice (it was read again after a crash) counts once, as the later
    one; the same letter loaded again from a save stays as settled as it was. `on_foreign` is told
    of what is no letter.
    """
    by_origin: dict[tuple[int, bytes | None], dict[tuple[Stage, int], SetAside]] = {}
    for record in records:
        if record.value is None:
            settles = _mark(record)
            found = by_origin.get((record.partition, record.key), {})
            for who, one in found.items():
                if settles.timestamp in (None, one.letter.timestamp):
                    found[who] = replace(one, mark=settles)
            continue
        try:
            letter = decode(DeadLetter, record.value, record.headers)
        except InvalidMessage as fault:
            on_foreign(record, fault)
            continue
        if wanted(letter):
            slim = letter.model_copy(update={"value": None})
            found = by_origin.setdefault((record.partition, letter.origin.encode()), {})
            who = (letter.stage, letter.timestamp)
            before = found.get(who)
            mark = before.mark if before and before.letter.died_at == letter.died_at else None
            found[who] = SetAside(slim, record.partition, record.offset, mark)
    return [one for found in by_origin.values() for one in found.values()]


def open_letters(records: Iterable[Incoming]) -> list[DeadLetter]:
    """Those that are neither dropped nor sent back, without their values."""
    return [one.letter for one in read_letters(records) if one.mark is None]


def _mark(record: Incoming) -> Mark:
    """A null value that says nothing else has removed the letter."""
    outcome = record.headers.get(MARK_HEADER, b"").decode("latin-1")
    sent_to = record.headers.get(SENT_TO_HEADER, b"").decode("latin-1")
    timestamp = record.headers.get(TIMESTAMP_HEADER, b"").decode("latin-1")
    return Mark(
        cast(Outcome, outcome) if outcome in get_args(Outcome) else "dropped",
        sent_to or None,
        int(timestamp) if timestamp.isdecimal() else None,
    )


def dead_letter(
    stage: Stage,
    incoming: Incoming,
    fault: InvalidMessage,
    *,
    article: Article | None,
    max_bytes: int,
) -> DeadLetter:
    """The letter for `incoming`, which fits into a record of `max_bytes` whatever `incoming` is:
    where its value, key or headers would not, they are cut and the letter is marked as truncated.
    Such a letter can be looked at, but not sent back."""
    room = max((max_bytes - _ROOM_FOR_THE_REST) * 3 // 4, 0)
    key, value, headers = incoming.key, incoming.value, incoming.headers
    many = sum(len(name) + len(content) for name, content in headers.items()) > _MOST_HEADERS
    too_long = len(value or b"") > room or len(key or b"") > _LONGEST_KEY
    return DeadLetter(
        stage=stage,
        code=fault.code,
        reason=_encodable(str(fault))[:_LONGEST_REASON],
        topic=incoming.topic,
        partition=incoming.partition,
        offset=incoming.offset,
        timestamp=incoming.timestamp,
        key=key if key is None else key[:_LONGEST_KEY],
        value=value if value is None else value[:room],
        headers={} if many else {name: one.decode("latin-1") for name, one in headers.items()},
        truncated=many or too_long,
        article_id=article.article_id if article else _readable(key),
        version=article.version if article else None,
        revision=article.revision if article else None,
        died_at=datetime.now(UTC),
    )


def _readable(key: bytes | None) -> str | None:
    try:
        return key.decode("utf-8")[:_LONGEST_ID] if key else None
    except UnicodeDecodeError:
        return None


def _encodable(sentence: str) -> str:
    return sentence.encode("utf-8", errors="backslashreplace").decode("utf-8")

"""Setting a record aside, whole, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tidings.errors import InvalidMessage
from tidings.messages import Article, DeadLetter, Stage

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

"""Pushing articles to Kafka: nothing counts before the broker has confirmed it."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Protocol

from kafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from tidings import metrics
from tidings.errors import EngineUnavailable, InvalidMessage
from tidings.kafka import BATCH_OVERHEAD_BYTES
from tidings.messages import RESTORE_HEADER, Article
from tidings.settings import Settings
from tidings.topics import ARTICLES
from tidings.wire import SCHEMA_HEADERS
from tidings_ingest.formats import Item, Refusal
from tidings_ingest.normalise import NO_DEFAULTS, Defaults, ignored_fields, normalise

_TOO_LARGE: Final = (MessageSizeTooLargeError, RecordListTooLargeError)
_MOST_UNCONFIRMED: Final = 1_000
_MOST_UNCONFIRMED_BYTES: Final = 64 * 1024 * 1024
_MOST_DOUBTFUL: Final = 1_000
_MOST_NAMES: Final = 1_000
_NAMES_SHOWN: Final = 5


class Future(Protocol):
    """What sending returns; as kafka-python's FutureRecordMetadata."""

    is_done: bool

    def get(self, timeout: float | None = None) -> Any:
        """Raises KafkaError where the record was refused, or not confirmed in `timeout` seconds."""


class Producer(Protocol):
    """The part of kafka-python's KafkaProducer that is used here."""

    def send(
        self,
        topic: str,
        value: bytes | None = None,
        key: bytes | None = None,
        headers: list[tuple[str, bytes]] | None = None,
        partition: int | None = None,
        timestamp_ms: int | None = None,
    ) -> Future:
        """Queues a record."""


class Versions:
    """Milliseconds since 1970 that never go back within this process, whatever its clock does."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._last = 0
        self._lock = threading.Lock()

    def now(self) -> int:
        with self._lock:
            self._last = max(self._last, int(self._clock() * 1000))
            return self._last

    def after_all(self) -> int:
        """A version newer than every one given before."""
        with self._lock:
            self._last = max(self._last + 1, int(self._clock() * 1000))
            return self._last


@dataclass
class Report:
    """How far one run got. `unknown` were sent, but not confirmed: they may have arrived.
    `ignored`: how many articles had a field that no article has, for the first thousand such."""

    pushed: int = 0
    repeated: int = 0
    refused: list[Refusal] = field(default_factory=list)
    unknown: int = 0
    ignored: Counter[str] = field(default_factory=Counter)

    def ignore(self, names: Iterable[str]) -> None:
        self.ignored.update(
            name for name in names if name in self.ignored or len(self.ignored) < _MOST_NAMES
        )

    def ignored_summary(self) -> str:
        """The most frequent of the fields that were ignored; '' where none was."""
        if not self.ignored:
            return ""
        parts = [
            f"{name[:40]!r} (in {number:,})"
            for name, number in self.ignored.most_common(_NAMES_SHOWN)
        ]
        more = ", and others" if len(self.ignored) > _NAMES_SHOWN else ""
        return f"ignored, since no article has such a field: {', '.join(parts)}{more}"

    def summary(self) -> str:
        parts = [f"pushed {self.pushed}"]
        if self.repeated:
            parts.append(f"repeated {self.repeated} in this input")
        if self.refused:
            parts.append(f"refused {len(self.refused)}")
        return ", ".join(parts)

    def how_far(self) -> str:
        return f"{self.pushed} confirmed, {self.unknown} unknown: push again, nothing is doubled"


class _Latest(NamedTuple):
    """What of an article was pushed last in this run."""

    revision: str
    version: int


@dataclass(frozen=True)
class _Sent:
    origin: str
    article: Article
    size: int
    future: Future


class Pusher:
    """Pushes the articles of one input and keeps account of them in `report`.

    Equal articles that follow one another in the input are sent once. `patience_seconds` is how
    long a confirmation may take before EngineUnavailable is raised; `replace` gives a new producer
    for one that has broken; `restore` brings back what was taken down before; call `close` in any
    case.
    """

    def __init__(
        self,
        producer: Producer,
        settings: Settings,
        *,
        versions: Versions | None = None,
        patience_seconds: float = 30,
        replace: Callable[[Any], Producer] = lambda broken: broken,
        on_confirmed: Callable[[Article], None] = lambda article: None,
        restore: bool = False,
    ) -> None:
        self.report = Report()
        self._producer = producer
        self._settings = settings
        self._versions = versions or Versions()
        self._patience_seconds = patience_seconds
        self._replace = replace
        self._is_broken = False
        self._on_confirmed = on_confirmed
        self._headers = dict(SCHEMA_HEADERS) | ({RESTORE_HEADER: b"1"} if restore else {})
        # What restores must be later than the takedown, not only not earlier.
        self._version = self._versions.after_all if restore else self._versions.now
        self._unconfirmed: deque[_Sent] = deque()
        self._unconfirmed_bytes = 0
        self._doubtful: list[_Sent] = []
        self._latest: dict[str, _Latest] = {}

    def normalise(self, fields: dict[str, Any], defaults: Defaults = NO_DEFAULTS) -> Article:
        """The article as of now. Raises InvalidMessage, also where it is larger than a record."""
        article = normalise(
            fields,
            version=self._version(),
            max_chars=self._settings.article_max_chars,
            defaults=defaults,
        )
        size = len(article.to_bytes())
        limit = self._settings.message_max_bytes - BATCH_OVERHEAD_BYTES
        if size > limit:
            raise InvalidMessage("too-long", _too_large(size, limit))
        self.report.ignore(ignored_fields(fields))
        return article

    def refuse(self, refusal: Refusal) -> None:
        self.report.refused.append(refusal)
        metrics.PUSHED.labels("refused").inc()

    def push(self, article: Article, origin: str) -> Article:
        """Sends an article, or counts it as repeated; returns it with the version it has got."""
        before = self._latest.get(article.article_id)
        if before and before.revision == article.revision:
            self.report.repeated += 1
            metrics.PUSHED.labels("repeated").inc()
            return _at_version(article, before.version)
        if before:
            article = _at_version(article, self._versions.after_all())
        self._send(article, origin)
        self._latest[article.article_id] = _Latest(article.revision, article.version)
        return article

    def finish(self) -> None:
        """Waits until everything is confirmed or refused."""
        self._settle(0, 0)
        if self._doubtful:
            self._producer = self._replace(self._producer)
        while self._doubtful:
            self._try_alone(self._doubtful[0])
            self._doubtful.pop(0)

    def close(self, grace_seconds: float = 0) -> Report:
        """Takes stock: what is not confirmed within `grace_seconds` is unknown."""
        deadline = time.monotonic() + grace_seconds
        while self._unconfirmed:
            try:
                self._take(self._unconfirmed[0], max(0.001, deadline - time.monotonic()))
            except EngineUnavailable:
                self._forget_first()
                self._count_unknown(1)
        self._count_unknown(len(self._doubtful))
        self._doubtful.clear()
        return self.report

    def _send(self, article: Article, origin: str) -> None:
        value = article.to_bytes()
        sent = _Sent(origin, article, len(value), self._queue(article, value))
        self._unconfirmed.append(sent)
        self._unconfirmed_bytes += sent.size
        self._settle(_MOST_UNCONFIRMED, _MOST_UNCONFIRMED_BYTES)
        if len(self._doubtful) > _MOST_DOUBTFUL:
            self.finish()

    def _queue(self, article: Article, value: bytes) -> Future:
        try:
            return self._producer.send(
                ARTICLES.name,
                value=value,
                key=article.article_id.encode(),
                headers=list(self._headers.items()),
                timestamp_ms=article.version,
            )
        except KafkaError as error:
            raise EngineUnavailable(f"Kafka does not take articles ({error}).") from error

    def _try_alone(self, sent: _Sent) -> None:
        """Finds out whether it was this article that Kafka refused: where it refuses one,
        kafka-python's idempotent producer refuses every later one for the same reason."""
        try:
            self._wait_for(self._queue(sent.article, sent.article.to_bytes()))
        except _TOO_LARGE:
            self.refuse(Refusal(sent.origin, f"has {_mb(sent.size)}, more than Kafka accepts"))
            self._producer = self._replace(self._producer)
        else:
            self._count_pushed(sent.article)

    def _settle(self, most: int, most_bytes: int) -> None:
        while self._unconfirmed:
            first = self._unconfirmed[0]
            within = len(self._unconfirmed) <= most and self._unconfirmed_bytes <= most_bytes
            if within and not first.future.is_done:
                return
            self._take(first, self._patience_seconds)

    def _take(self, sent: _Sent, timeout: float) -> None:
        try:
            self._wait_for(sent.future, timeout)
        except _TOO_LARGE:
            self._doubtful.append(sent)
        else:
            self._count_pushed(sent.article)
        self._forget_first()

    def _wait_for(self, future: Future, timeout: float | None = None) -> None:
        try:
            future.get(self._patience_seconds if timeout is None else timeout)
        except _TOO_LARGE:
            raise
        except KafkaError as error:
            if not error.retriable and not self._is_broken:
                # kafka-python takes it for fatal: this producer would refuse everything after it.
                self._is_broken = True
                self._producer = self._replace(self._producer)
            raise EngineUnavailable(f"Kafka has not confirmed an article ({error}).") from error

    def _count_pushed(self, article: Article) -> None:
        self.report.pushed += 1
        metrics.PUSHED.labels("pushed").inc()
        self._on_confirmed(article)

    def _count_unknown(self, number: int) -> None:
        self.report.unknown += number
        metrics.PUSHED.labels("failed").inc(number)

    def _forget_first(self) -> None:
        self._unconfirmed_bytes -= self._unconfirmed.popleft().size


def push_all(items: Iterable[Item], pusher: Pusher, defaults: Defaults = NO_DEFAULTS) -> None:
    """Pushes what can be pushed, and refuses the rest. Raises EngineUnavailable."""
    url_given_away = False
    for item in items:
        if isinstance(item, Refusal):
            pusher.refuse(item)
            continue
        if defaults.url and not item.fields.get("url"):
            if url_given_away:
                pusher.refuse(Refusal(item.origin, "--url names one article, and this is another"))
                continue
            url_given_away = True
        try:
            article = pusher.normalise(item.fields, defaults)
        except InvalidMessage as error:
            pusher.refuse(Refusal(item.origin, str(error)))
            continue
        pusher.push(article, item.origin)
    pusher.finish()


def _at_version(article: Article, version: int) -> Article:
    return article.model_copy(
        update={"version": version, "pushed_at": datetime.fromtimestamp(version / 1000, UTC)}
    )


def _too_large(size: int, limit: int) -> str:
    return f"has {_mb(size)}, the limit is {_mb(limit)} (TIDINGS_MESSAGE_MAX_BYTES)"


def _mb(size: int) -> str:
    return f"{size / (1024 * 1024):.1f} MB"

"""How articles flow, as Kafka tells: what waits for each stage, what was set aside, when the last
article came in."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, get_args

from kafka import TopicPartition
from kafka.protocol.consumer.offsets import OffsetSpec

from tidings.deadletters import open_letters
from tidings.errors import EngineUnavailable, TidingsError
from tidings.history import History, Span, group_offsets, open_history
from tidings.kafka import open_admin
from tidings.messages import Stage
from tidings.settings import Settings
from tidings.topics import ALL, ARTICLES, BACKFILL, DEAD, Partition, Topic, group_of

Spans = Mapping[Partition, Span]

_STAGES: Final[tuple[Stage, ...]] = get_args(Stage)


@dataclass(frozen=True)
class Lag:
    """What a consumer group has yet to acknowledge. `seconds` is the age of the oldest record of
    that; None where there is none, and in a back-fill, whose copies are as old as their articles.
    """

    stage: Stage
    group: str
    records: int
    seconds: float | None


@dataclass(frozen=True)
class DeadCount:
    """Dead letters that nobody has sent back or dropped."""

    stage: Stage
    reason: str
    letters: int


@dataclass(frozen=True)
class Flow:
    """`notices` are sentences on topics that are not as the settings want them."""

    lags: tuple[Lag, ...]
    dead: tuple[DeadCount, ...]
    last_in: datetime | None
    notices: tuple[str, ...]


def read_flow(settings: Settings) -> Flow:
    """Raises EngineUnavailable."""
    with open_history(settings) as history, open_admin(settings) as admin:
        spans = _spans(history)
        letters = open_letters(history.read(_of([DEAD], spans)))
        counts = Counter((letter.stage, letter.code) for letter in letters)
        return Flow(
            lags=tuple(_lags(history, admin, spans)),
            dead=tuple(DeadCount(*key, count) for key, count in sorted(counts.items())),
            last_in=_last_in(admin, spans),
            notices=tuple(_notices(spans, settings)),
        )


def count_lag(history: History, stage: Stage, group: str, waiting: Spans) -> Lag:
    """What a reader would get of the spans: a marker of a transaction waits for nobody."""
    oldest = history.first({part: span for part, span in waiting.items() if span.records})
    ages = [time.time() - record.timestamp / 1000 for record in oldest.values()]
    return Lag(
        stage,
        group,
        records=sum(waiting[part].records for part in oldest),
        seconds=max(0.0, *ages) if ages else None,
    )


def _lags(history: History, admin: Any, spans: Spans) -> Iterable[Lag]:
    for stage in _STAGES:
        read = [topic for topic in ALL if topic.kept and stage in topic.readers]
        yield _lag(history, admin, stage, read, spans)
    for stage, topic in BACKFILL.items():
        lag = _lag(history, admin, stage, [topic], spans)
        if lag.records:
            yield Lag(stage, lag.group, lag.records, None)


def _lag(history: History, admin: Any, stage: Stage, topics: Sequence[Topic], spans: Spans) -> Lag:
    group = group_of(topics[0], stage)
    committed = group_offsets(admin, group)
    waiting = {
        part: Span(max(span.start, committed.get(part, 0)), span.end)
        for part, span in _of(topics, spans).items()
    }
    return count_lag(history, stage, group, waiting)


def _of(topics: Iterable[Topic], spans: Spans) -> dict[Partition, Span]:
    names = {topic.name for topic in topics}
    return {part: span for part, span in spans.items() if part[0] in names}


def _spans(history: History) -> dict[Partition, Span]:
    """Of the topics that are there."""
    spans: dict[Partition, Span] = {}
    for topic in ALL:
        try:
            spans |= history.spans(topic)
        except EngineUnavailable:
            raise
        except TidingsError:
            continue
    return spans


def _last_in(admin: Any, spans: Spans) -> datetime | None:
    wanted = {TopicPartition(*part): OffsetSpec.MAX_TIMESTAMP for part in _of([ARTICLES], spans)}
    newest = max(
        (one.timestamp for one in admin.list_partition_offsets(wanted).values()), default=-1
    )
    return datetime.fromtimestamp(newest / 1000, UTC) if newest >= 0 else None


def _notices(spans: Spans, settings: Settings) -> Iterable[str]:
    counts = Counter(topic for topic, _ in spans)
    if missing := [topic.name for topic in ALL if topic.name not in counts]:
        yield f"Kafka has no {_listed(missing)}: a worker makes them when it starts."
    wanted = settings.topic_partitions
    if few := [topic.name for topic in ALL if 0 < counts[topic.name] < wanted]:
        yield (
            f"{_listed(few)}: fewer partitions ({min(counts[name] for name in few)}) than "
            f"TIDINGS_TOPIC_PARTITIONS says ({wanted}); `tidings topics grow {wanted}` adds them."
        )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

"""How articles flow, as Kafka tells: what waits for each stage, what was set aside, when the last
article came in."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tidings.deadletters import open_letters
from tidings.history import open_history
from tidings.kafka import open_admin
from tidings.lag import (
    STAGES,
    PartitionLag,
    Spans,
    Times,
    last_pushed,
    of_topics,
    read_lags,
    read_spans,
)
from tidings.messages import Stage
from tidings.settings import Settings
from tidings.topics import ALL, ARTICLES, BACKFILL, DEAD, group_of

_FETCH_BYTES: Final = 64 * 1024
"""Of articles only the first one counts, but dead letters are all read."""


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
    with (
        open_history(settings, fetch_bytes=_FETCH_BYTES) as history,
        open_admin(settings) as admin,
    ):
        spans = read_spans(history)
        letters = open_letters(history.read(of_topics([DEAD], spans)))
        counts = Counter((letter.stage, letter.code) for letter in letters)
        return Flow(
            lags=tuple(sum_lags(read_lags(history, admin, spans, Times()))),
            dead=tuple(DeadCount(*key, count) for key, count in sorted(counts.items())),
            last_in=last_pushed(admin, spans),
            notices=tuple(_notices(spans, settings)),
        )


def sum_lags(lags: Iterable[PartitionLag]) -> list[Lag]:
    """Of each stage, and of its back-fill where something waits in it."""
    groups: dict[str, list[PartitionLag]] = {}
    for lag in lags:
        groups.setdefault(lag.group, []).append(lag)
    live = [_sum(stage, group_of(ARTICLES, stage), groups) for stage in STAGES]
    backfills = [_sum(stage, group_of(topic, stage), groups) for stage, topic in BACKFILL.items()]
    return [*live, *(lag for lag in backfills if lag.records)]


def _sum(stage: Stage, group: str, groups: Mapping[str, Sequence[PartitionLag]]) -> Lag:
    some = groups.get(group, ())
    ages = [lag.seconds for lag in some if lag.seconds is not None]
    return Lag(stage, group, sum(lag.records for lag in some), max(ages, default=None))


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

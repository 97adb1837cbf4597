"""What waits on a stage's back-fill topic, and how its workers get on with it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kafka import TopicPartition
from kafka.admin import OffsetSpec

from tidings.errors import EngineUnavailable
from tidings.history import Span, group_offsets
from tidings.kafka import open_admin
from tidings.messages import Stage
from tidings.settings import Settings
from tidings.topics import BACKFILL, Partition, group_of

SILENT_SECONDS: Final = 30.0
_LOOK_EVERY_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Backlog:
    """`spans` is what the topic holds, `committed` how far the workers have acknowledged it."""

    spans: Mapping[Partition, Span]
    committed: Mapping[Partition, int]

    def position(self, part: Partition) -> int:
        return max(self.spans[part].start, self.committed.get(part, 0))

    @property
    def waiting(self) -> int:
        return sum(max(0, span.end - self.position(part)) for part, span in self.spans.items())

    @property
    def taken(self) -> int:
        """Grows with each record that is acknowledged or dropped."""
        return sum(self.position(part) for part in self.spans)

    def dropped(self, run: Mapping[Partition, Span]) -> int:
        """How many of `run` were deleted before anybody acknowledged them."""
        return sum(
            max(0, min(self.spans[part].start, end) - max(self.committed.get(part, 0), start))
            for part, (start, end) in run.items()
            if part in self.spans
        )


def read_backlog(settings: Settings, stage: Stage) -> Backlog:
    """Raises EngineUnavailable."""
    with open_admin(settings) as admin:
        return _read(admin, stage)


def drop_done(settings: Settings, stage: Stage) -> None:
    """Deletes the copies that are acknowledged, since nothing else ever does. Raises
    EngineUnavailable."""
    with open_admin(settings) as admin:
        backlog = _read(admin, stage)
        _delete(admin, {part: backlog.position(part) for part in backlog.spans}, backlog)


def drop_all(settings: Settings, stage: Stage) -> int:
    """Deletes every copy, and says how many nobody had acknowledged. Raises EngineUnavailable."""
    with open_admin(settings) as admin:
        backlog = _read(admin, stage)
        _delete(admin, {part: span.end for part, span in backlog.spans.items()}, backlog)
    return backlog.waiting


def watch(
    read: Callable[[], Backlog],
    show: Callable[[Backlog], None],
    say: Callable[[str], None],
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Backlog:
    """Shows the backlog until nothing waits any more. Says it once where the workers take nothing
    for a while, or Kafka does not answer, and goes on looking."""
    taken, moved_at, said = -1, clock(), ""
    while True:
        sentence = ""
        try:
            backlog = read()
        except EngineUnavailable as error:
            sentence = str(error)
        else:
            show(backlog)
            if not backlog.waiting:
                return backlog
            if backlog.taken != taken:
                taken, moved_at, said = backlog.taken, clock(), ""
            elif clock() - moved_at >= SILENT_SECONDS:
                sentence = (
                    f"no worker has taken anything for {SILENT_SECONDS:.0f} s: none seems to run, "
                    "or they are busy with newer articles (`tidings status` tells)."
                )
        if sentence and not said:
            say(sentence)
            said = sentence
        sleep(_LOOK_EVERY_SECONDS)


def _delete(admin: Any, upto: Mapping[Partition, int], backlog: Backlog) -> None:
    offsets = {
        TopicPartition(*part): offset
        for part, offset in upto.items()
        if offset > backlog.spans[part].start
    }
    if offsets:
        admin.delete_records(offsets)


def _read(admin: Any, stage: Stage) -> Backlog:
    topic = BACKFILL[stage]
    (found,) = admin.describe_topics([topic.name])
    numbers = sorted(partition["partition_index"] for partition in found["partitions"])
    parts = [TopicPartition(topic.name, number) for number in numbers]
    # Acknowledged first: what is read later can only be further on.
    committed = group_offsets(admin, group_of(topic, stage))
    starts = admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.EARLIEST))
    ends = admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.LATEST))
    return Backlog(
        {(tp.topic, tp.partition): Span(starts[tp].offset, ends[tp].offset) for tp in parts},
        committed,
    )

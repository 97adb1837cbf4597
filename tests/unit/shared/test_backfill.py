"""A worker's share of the back-fill topic: taken only while it has nothing newer to do."""

from dataclasses import dataclass, field

from tests.unit.shared.test_history import Fetched, Part
from tidings.backfill import RECORDS_AT_ONCE, Share

PART = Part("articles.backfill.events", 0)


@dataclass
class FakeConsumer:
    """Holds some records of one partition; what is paused is not given."""

    records: list[Fetched]
    paused: set[Part] = field(default_factory=set)
    polls: int = 0
    taken: int = 0
    committed: int = 0

    def assignment(self) -> set[Part]:
        return {PART}

    def pause(self, *parts: Part) -> None:
        self.paused |= set(parts)

    def resume(self, *parts: Part) -> None:
        self.paused -= set(parts)

    def poll(self, timeout_ms: int, max_records: int) -> dict[Part, list[Fetched]]:
        self.polls += 1
        given = [] if self.paused else self.records[self.taken : self.taken + max_records]
        self.taken += len(given)
        return {PART: given} if given else {}

    def commit(self) -> None:
        self.committed = self.taken


def a_share(records: int) -> tuple[Share, FakeConsumer]:
    consumer = FakeConsumer([Fetched(*PART, offset) for offset in range(records)])
    return Share(consumer), consumer


def test_a_worker_with_live_articles_takes_nothing_and_stays_in_its_group() -> None:
    share, consumer = a_share(3)
    assert share.take(idle=False) == []
    assert consumer.polls == 1


def test_an_idle_worker_takes_a_few_at_a_time_to_the_end() -> None:
    share, _ = a_share(3)
    offsets = [[one.offset for one in share.take(idle=True)] for _ in range(3)]
    assert RECORDS_AT_ONCE == 2
    assert offsets == [[0, 1], [2], []]


def test_it_goes_on_where_live_articles_have_held_it_up() -> None:
    share, _ = a_share(3)
    taken = [share.take(idle) for idle in (True, False, True)]
    assert [[one.offset for one in batch] for batch in taken] == [[0, 1], [], [2]]


def test_only_what_is_acknowledged_does_not_come_again() -> None:
    share, consumer = a_share(3)
    share.take(idle=True)
    assert consumer.committed == 0
    share.acknowledge()
    assert consumer.committed == 2

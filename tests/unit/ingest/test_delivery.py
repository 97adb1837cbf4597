"""Records are confirmed one by one, and followed until the stages have taken them."""

from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError

from tests.unit.ingest.fakes import FakeProducer, FakeProducers, Sent
from tidings.errors import EngineUnavailable
from tidings_ingest.delivery import Committed, Outgoing, Place, deliver, wait_until_taken

PLACE = Place("articles.raw", 1, 7)
GROUPS = ("tidings-entities", "tidings-events", "tidings-index")


def records(*values: bytes) -> list[Outgoing]:
    return [Outgoing("articles.raw", b"k", value) for value in values]


def broken_from(poison: bytes) -> FakeProducer:
    """Refuses a record for good, and every later one, as kafka-python does."""
    is_broken = False

    def answer(sent: Sent) -> Exception | bool:
        nonlocal is_broken
        is_broken = is_broken or sent.value == poison
        return MessageSizeTooLargeError() if is_broken else True

    return FakeProducer(answer)


def test_one_that_is_refused_does_not_keep_those_behind_it_from_arriving() -> None:
    producers = FakeProducers(broken_from(b"B"), [broken_from(b"B") for _ in range(3)])
    answers = deliver(records(b"A", b"B", b"C", b"D"), producers)
    assert [isinstance(answer, Place) for answer in answers] == [True, False, True, True]
    assert producers.replaced == 2


def test_silence_is_not_taken_for_a_refusal() -> None:
    producers = FakeProducers(FakeProducer(lambda sent: sent.value != b"B"))
    a, b, c = deliver(records(b"A", b"B", b"C"), producers, patience_seconds=0.01)
    assert isinstance(b, KafkaTimeoutError)
    assert (a, c) == (Place("articles.raw", 0, 0), Place("articles.raw", 0, 2))
    assert producers.replaced == 0


def waited(*looks: dict[str, int], seconds: float = 10) -> list[str]:
    """The stages that are waited for once time is up; each look shows what groups have committed in
    the partition, one look a second."""
    now = -1
    seen: dict[str, int] = {}

    def committed(group: str) -> Committed:
        look = looks[min(len(looks) - 1, seen.get(group, 0))]
        seen[group] = seen.get(group, 0) + 1
        return {("articles.raw", 1): look[group]} if group in look else {}

    def clock() -> float:
        nonlocal now
        now += 1
        return now

    waiting = wait_until_taken(
        [PLACE], committed, seconds=seconds, clock=clock, sleep=lambda _: None
    )
    return list(waiting.get(PLACE, []))


def test_a_record_is_taken_once_every_stage_has_acknowledged_past_it() -> None:
    before, after = dict.fromkeys(GROUPS, 7), dict.fromkeys(GROUPS, 8)
    assert waited(before, before, after) == []
    assert waited(before) == ["entities", "events", "index"]
    assert waited({**after, "tidings-events": 7}) == ["events"]


def test_a_group_that_has_never_acknowledged_anything_is_waited_for() -> None:
    assert waited({"tidings-entities": 8, "tidings-index": 8}) == ["events"]


def test_only_those_stages_count_that_read_the_topic_and_are_asked_for() -> None:
    asked: list[str] = []

    def committed(group: str) -> Committed:
        asked.append(group)
        return {("articles.entities", 0): 1, ("articles.backfill.events", 0): 1}

    places = [Place("articles.entities", 0, 0), Place("articles.backfill.events", 0, 0)]
    assert wait_until_taken(places, committed, seconds=0) == {}
    assert set(asked) == {"tidings-index", "tidings-events-backfill"}
    asked.clear()
    wait_until_taken([PLACE], committed, seconds=0, only="index")
    assert asked == ["tidings-index"]


def test_a_broker_that_is_away_meanwhile_is_asked_again() -> None:
    away = iter([True, False])

    def committed(group: str) -> Committed:
        if next(away):
            raise EngineUnavailable("away")
        return {("articles.raw", 1): 8}

    waiting = wait_until_taken([PLACE], committed, seconds=10, only="index", sleep=lambda _: None)
    assert waiting == {}


def test_ctrl_c_ends_the_waiting_with_what_is_known() -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    waiting = wait_until_taken(
        [PLACE], lambda group: {}, seconds=10, only="index", sleep=interrupted
    )
    assert waiting == {PLACE: ["index"]}

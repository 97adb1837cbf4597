"""Faults of workers, pushers and records."""

import itertools
import signal
import time
from collections.abc import Iterator, Sequence
from typing import Final

from kafka.admin import ConfigResource

from tests.faults.audit import STAGES
from tests.faults.fleet import WORKERS
from tests.faults.pushing import Fields, as_record, mixed
from tests.faults.reading import read_pushed, read_records
from tests.faults.registry import fault
from tests.faults.world import Failed, World
from tidings import topics
from tidings.history import committed_offsets, read_to_end
from tidings.kafka import open_admin
from tidings.messages import DeadLetter
from tidings.metrics import now_ms
from tidings.topics import DEAD, ENTITIES

Record = tuple[bytes | None, bytes]

GARBAGE: Final = (
    b"", b"<html>", b"\x80\x81\xff", b"[1, 2]", b'{"title": "a", "title": "b"}',
    b'{"title": ["a"]}', b'{"title": "", "text": " "}', b'{"title": "a", "version": -1}',
    b'{"title": "a", "published_at": "9999-12-31T23:59:59Z"}', b'{"title": "cut',
)  # fmt: skip
OLDEST_TAKEN: Final = "message.timestamp.before.max.ms"
"""At 0 a topic refuses every record, as older than now. (More replicas in sync than it has are not
asked of a topic by Kafka 4.)"""
LOOKS: Final = 20
"""A worker may hold records for moments only: so often it is looked at before Kafka is asked what
still waits, which takes a second."""
FEW_LETTERS: Final = 400
"""More than a stage writes before it stops: a window of 200 and what was taken with it."""


@fault(1, "workers-killed", "SIGKILL of each worker in turn every few seconds")
def workers_killed(world: World) -> None:
    world.start()
    world.push(world.plan.articles)
    for name in WORKERS * (1 if world.plan.brief else 4):
        if kill_at_work(world, name):
            world.run_for(world.rng.uniform(2, 5))


@fault(
    5, "poison", "every tenth record cannot be read, and workers are killed meanwhile", dead=True
)
def poison(world: World) -> None:
    world.start()
    records = raw(world.plan.articles)
    world.write(mixed(records, garbage(world), 10), articles=len(records))
    for name in WORKERS:
        if kill_at_work(world, name):
            world.run_for(1)


@fault(6, "push-killed", "SIGKILL of a push half-way, then the same push again")
def push_killed(world: World) -> None:
    world.start()
    first = world.push(world.plan.articles)
    while first.child.alive and not first.confirmed:
        time.sleep(0.001)
    with world.fault():
        first.child.kill()
    pushed, _ = read_pushed(world.settings)
    if len(pushed) >= world.expected:
        raise Failed("the push was over before it was killed: proves nothing")
    world.say(f"{len(first.confirmed)} of {world.expected} were confirmed, {len(pushed)} in Kafka")
    world.push_file(first.file)


@fault(7, "second-workers", "a second worker of each stage joins, leaves, joins again and dies")
def second_workers(world: World) -> None:
    world.start()
    parts = world.portions(4)
    for how in (signal.SIGTERM, signal.SIGKILL):
        world.push(next(parts))
        world.until_in_flight()
        with world.fault():
            for name in WORKERS:
                world.fleet.start(name, world.settings, f"{name}-2")
        for name in WORKERS:
            world.until_reads(f"{name}-2")
        world.push(next(parts))
        world.until_in_flight()
        with world.fault():
            world.fleet.remove(*(f"{name}-2" for name in WORKERS), how=how)


@fault(8, "racing-versions", "two versions of each article in every order, some twice")
def racing_versions(world: World) -> None:
    world.start()
    records = race(world)
    world.write(records, articles=len(world.plan.articles))
    world.until_in_flight()
    with world.fault():
        world.fleet.kill("index")


@fault(13, "zombie", "each worker frozen beyond its session beside a second one, then continued")
def zombie(world: World) -> None:
    world.start()
    for name, articles in zip(WORKERS, world.portions(len(WORKERS)), strict=True):
        second = world.fleet.start(name, world.settings, f"{name}-2")
        world.until_reads(second.name)
        world.push(articles)
        world.until_in_flight()
        with world.fault(), world.fleet.freeze(name):
            world.run_for(2 * world.settings.session_timeout_seconds)
        world.fleet.remove(second.name)


@fault(15, "two-pushers", "the same file pushed by two at once, while a worker of each dies")
def two_pushers(world: World) -> None:
    world.start()
    first = world.push(world.plan.articles)
    world.push_file(first.file)
    for name in WORKERS:
        kill_at_work(world, name)


@fault(17, "dead-letters-refused", "the topic of dead letters takes none for a while", dead=True)
def dead_letters_refused(world: World) -> None:
    world.start()
    records = raw(world.plan.articles)
    half = len(records) // 2
    world.write(mixed(records[:half], garbage(world), 10), articles=half)
    world.until_in_flight()
    with world.fault():
        set_topic(world, DEAD.name, OLDEST_TAKEN, "0")
        world.write(mixed(records[half:], garbage(world), 10), articles=len(records) - half)
        for _ in range(3 if world.plan.brief else 8):
            world.run_for(5)
            check_nothing_is_passed(world)
        set_topic(world, DEAD.name, OLDEST_TAKEN, str(2**63 - 1))


@fault(18, "result-too-large", "a result larger than the broker allows, and workers die", dead=True)
def result_too_large(world: World) -> None:
    world.start()
    first, large, rest = world.portions(3)
    world.push(first)
    world.until_in_flight()
    sizes = [len(one.value or b"") for one in read_to_end(world.settings, ENTITIES)]
    with world.fault():
        limit = max(32 * 1024, 2 * max(sizes))
        set_topic(world, ENTITIES.name, "max.message.bytes", str(limit))
        world.push([enlarged(one) if n % 4 == 0 else one for n, one in enumerate(large)])
        world.until(lambda: (world.waiting() or {}).get("entities") == 0, "entities are done", 600)
    world.push(rest)
    world.until_in_flight()
    with world.fault():
        for name in ("index", "events"):  # at their start they put the limit back
            world.fleet.kill(name)


@fault(19, "all-bad", "every record is bad: the stages stop and say so", dead=True)
def all_bad(world: World) -> None:
    world.start()
    articles = world.plan.articles
    good = max(1, len(articles) // 4)
    world.write(raw(articles[:good]), articles=good)
    world.until_in_flight()
    bad = [(None, value) for value in itertools.islice(garbage_values(), len(articles) - good)]
    with world.fault():
        world.write(bad, articles=0)
        for name in WORKERS:
            world.until_says(name, "stopped")
            world.say(f"{name}: {world.fleet[name].says('ready')}")
        check_few_letters(world, len(bad))
        world.again = sum(one.taken for one in world.fleet)
    world.fleet.remove(*WORKERS)
    world.settings = world.settings.model_copy(update={"dead_letter_window": 0})
    world.start()


@fault(20, "partitions-added", "partitions are added to every topic while articles flow")
def partitions_added(world: World) -> None:
    world.start()
    articles = world.plan.articles
    half = len(articles) // 2
    first = world.push(articles[:half])
    world.until_in_flight()
    for name in WORKERS:
        world.until_reads(name)
    before = {one.name: one.reads for one in world.fleet}
    with world.fault(), open_admin(world.settings) as admin:
        more = world.settings.topic_partitions + 2
        admin.create_partitions({topic.name: more for topic in topics.ALL})
    world.push(articles[half:])
    world.push_file(first.file)  # again: now under other partitions
    for name, count in before.items():
        world.until_reads(name, more_than=count)
    world.fleet.kill("index")


def flow(world: World) -> None:
    """The beginning of most faults: workers run, articles are pushed, some are complete."""
    world.start()
    world.push(world.plan.articles)
    world.until_in_flight()


def kill_at_work(world: World, name: str) -> bool:
    """SIGKILL of a worker while it holds records; False where it has none left to come."""
    worker = world.fleet[name]
    held = False

    def held_or_done() -> bool:
        nonlocal held
        held = any(worker.taken > 0 for _ in range(LOOKS))
        return held or not has_work(world, name)

    world.until(held_or_done, f"{name} holds records")
    if held:
        with world.fault():
            world.fleet.kill(name)
    return held


def has_work(world: World, name: str) -> bool:
    """Whether records wait for a worker or are still to come from those before it."""
    left = world.waiting()
    if left is None or any(push.child.alive for push in world.pushes):
        return True
    return any(left[stage] for stage in (STAGES if name == "index" else (name,)))


def raw(articles: Sequence[Fields]) -> list[Record]:
    version = now_ms()
    return [as_record(fields, version) for fields in articles]


def garbage_values() -> Iterator[bytes]:
    return itertools.cycle(GARBAGE)


def garbage(world: World) -> Iterator[Record]:
    values = list(GARBAGE)
    world.rng.shuffle(values)
    return ((None, value) for value in itertools.cycle(values))


def race(world: World) -> list[Record]:
    """Each article's old and new version: old first, new first, and with copies of both after them;
    far apart for some, next to each other for others."""
    now = now_ms()
    first: list[Record] = []
    second: list[Record] = []
    for number, fields in enumerate(world.plan.articles):
        known = {**fields, "article_id": as_record(fields, now)[0].decode()}
        old = as_record(known, now - 60_000)
        new = as_record({**known, "text": f"{fields.get('text') or ''}\n\nCorrected."}, now)
        match number % 4:
            case 0:
                first += [old, new]
            case 1:
                first += [new, old]
            case 2:
                first.append(new)
                second += [old, new, old]
            case _:
                first += [old, new, old]
                second.append(old)
    world.rng.shuffle(second)
    return first + second


def set_topic(world: World, topic: str, name: str, value: str) -> None:
    with open_admin(world.settings) as admin:
        admin.alter_configs([ConfigResource("TOPIC", topic, {name: value})])


def check_nothing_is_passed(world: World) -> None:
    """Raises Failed where a stage has acknowledged an unreadable record without a letter of it."""
    passed = {stage: committed_offsets(world.settings, f"tidings-{stage}") for stage in STAGES}
    letters = read_records(world.settings, DEAD, DeadLetter)
    written = {(letter.stage, letter.origin) for letter in letters}
    _, unreadable = read_pushed(world.settings)
    for origin in unreadable:
        topic, partition, offset = origin.rsplit("-", 2)
        for stage in STAGES:
            reached = passed[stage].get((topic, int(partition)), 0)
            if int(offset) < reached and (stage, origin) not in written:
                raise Failed(f"{stage} has passed {origin} without a dead letter")


def check_few_letters(world: World, bad: int) -> None:
    letters = read_records(world.settings, DEAD, DeadLetter)
    left = world.waiting() or {}
    for stage in STAGES:
        count = sum(letter.stage == stage for letter in letters)
        world.say(f"{stage} has written {count} letters, and {left.get(stage)} records wait")
        if count > FEW_LETTERS or count + left.get(stage, 0) < bad:
            raise Failed(f"{stage} has set {count} aside and leaves {left.get(stage)}")


def enlarged(fields: Fields) -> Fields:
    """Eight times as long, and told to the fake extractor by its title."""
    text = "\n\n".join([str(fields.get("text"))] * 8)
    return {**fields, "title": f"large {fields.get('title')}", "text": text}

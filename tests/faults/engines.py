"""Faults of Kafka and Elasticsearch."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from elasticsearch import Elasticsearch

from tests.faults.fleet import WORKERS
from tests.faults.proxy import Mode, Proxy
from tests.faults.registry import fault
from tests.faults.work import flow
from tests.faults.world import World, make_topics
from tidings.errors import TidingsError
from tidings.kafka import open_admin
from tidings_index.schema import versioned_name
from tidings_local.engines import Engine, free_port, start_kafka
from tidings_local.ports import free_ports

WAITS: Final = "waits for Elasticsearch"
MODES: Final[tuple[Mode, ...]] = ("slow", "429", "503", "cut", "refuse")
UPDATES: Final = "cluster.info.update.interval"
MARKS: Final = {
    f"cluster.routing.allocation.disk.watermark.{mark}": "900pb"  # free; no disk has as much
    for mark in ("low", "high", "flood_stage")
}


@fault(2, "broker-killed", "SIGKILL of the broker and of a worker, then their start")
def broker_killed(world: World) -> None:
    flow(world)
    for _ in range(1 if world.plan.brief else 2):
        if world.missing <= 0:
            break
        with world.fault():
            world.fleet.kill("entities")  # before it can commit: its records come again
            world.engines.kafka.kill()
            world.run_for(1)
            start_broker(world)
        world.run_for(3)


@fault(3, "broker-stopped", "the broker stopped for a minute")
def broker_stopped(world: World) -> None:
    flow(world)
    with world.fault():
        world.engines.kafka.stop()
        world.run_for(12 if world.plan.brief else 60)
        start_broker(world)


@fault(4, "elasticsearch-killed", "SIGKILL of Elasticsearch, then its start")
def elasticsearch_killed(world: World) -> None:
    flow(world)
    with world.fault():
        world.engines.elasticsearch.kill()
        world.run_for(1)
        start_elasticsearch(world)


@fault(9, "elasticsearch-stopped", "Elasticsearch stopped for five minutes, every buffer full")
def elasticsearch_stopped(world: World) -> None:
    flow(world)
    buffer = max(64, world.settings.index_batch)
    with world.fault():
        world.engines.elasticsearch.stop()
        began = time.monotonic()
        world.until(lambda: (world.waiting() or {}).get("index", 0) > buffer, "buffers are full")
        world.say(f"{(world.waiting() or {}).get('index')} records wait, {buffer} fit the buffer")
        world.run_for(max(0, (20 if world.plan.brief else 300) - (time.monotonic() - began)))
        start_elasticsearch(world)


@fault(10, "elasticsearch-troubled", "slow, 429, 503, bulk answers cut off, connections refused")
def elasticsearch_troubled(world: World) -> None:
    direct = world.settings
    with Proxy(direct.elasticsearch, free_port()) as proxy:
        world.start("entities", "events")
        through = direct.model_copy(update={"elasticsearch_url": proxy.address})
        index = world.fleet.start("index", through)
        world.until_reads(index.name)
        for mode, articles in zip(MODES, world.portions(len(MODES)), strict=True):
            world.push(articles)
            world.until_in_flight()
            with world.fault():
                before = proxy.troubled
                proxy.turn(mode)
                world.run_for(5 if world.plan.brief else 15)
                proxy.turn("pass")
            if mode != "refuse":  # what never came cannot be counted
                world.say(f"{mode}: {proxy.troubled - before} requests troubled")
        world.settle()


@fault(11, "index-blocked", "the index made read-only, its alias taken away, each then put back")
def index_blocked(world: World) -> None:
    world.start()
    index, alias = versioned_name(world.settings), world.settings.index_name
    with Elasticsearch(world.settings.elasticsearch) as client:

        def block(name: str, value: bool | None) -> None:
            client.indices.put_settings(index=index, settings={f"index.blocks.{name}": value})

        troubles: list[tuple[str, Callable[[], object], Callable[[], object]]] = [
            ("no writes", lambda: block("write", True), lambda: block("write", None)),
            ("read-only", lambda: block("read_only", True), lambda: block("read_only", None)),
            (
                "no alias",
                lambda: client.indices.delete_alias(index=index, name=alias),
                lambda: client.indices.put_alias(index=index, name=alias),
            ),
        ]
        for trouble, articles in zip(troubles, world.portions(len(troubles)), strict=True):
            what, begin, end = trouble
            world.push(articles)
            world.until_in_flight()
            with world.fault():
                begin()
                world.until_says("index", WAITS)
                world.run_for(5 if world.plan.brief else 15)
                end()
            world.until(lambda: not index_waits(world), f"the index goes on after {what}")


@fault(12, "disk-full", "the disk's flood mark reached, by setting it, and released")
def disk_full(world: World) -> None:
    world.start()
    first, second = world.portions(2)
    world.push(first)
    world.until_in_flight()
    index = versioned_name(world.settings)
    with Elasticsearch(world.settings.elasticsearch) as client, world.fault():
        try:
            put_cluster(client, {**MARKS, UPDATES: "10s"})
            world.until(lambda: "read_only_allow_delete" in blocks(client, index), "it is full")
            world.push(second)
            world.until_says("index", WAITS)
            world.say(f"index: {world.fleet['index'].says('ready')}")
            world.run_for(5 if world.plan.brief else 60)
        finally:
            put_cluster(client, dict.fromkeys(MARKS))
        world.until(lambda: not index_waits(world), "the index goes on by itself")
        put_cluster(client, {UPDATES: None})


@fault(
    14, "three-brokers", "one of three brokers killed, and a worker (replication 3, two in sync)"
)
def three_brokers(world: World) -> None:
    with cluster(world, 3) as brokers:
        flow(world)
        with world.fault():
            brokers[1].kill()
            world.fleet.kill("index")  # whose offsets two brokers must still know
            world.run_for(10 if world.plan.brief else 30)
        world.settle()
        world.keep_evidence()
        world.fleet.remove(*(one.name for one in world.fleet))


@fault(16, "everything-stopped", "a worker killed, SIGTERM of all else, then their start")
def everything_stopped(world: World) -> None:
    world.start("search", "ingest", *WORKERS)
    world.push(world.plan.articles)
    world.until_in_flight()
    with world.fault():
        world.fleet.kill("events")  # leaves work that was begun, as a power cut does
        world.fleet.remove(*(one.name for one in world.fleet))
        world.engines.owner.stop([world.engines.kafka.child, world.engines.elasticsearch.child])
        world.run_for(2)
        world.engines.start_kafka_again()
        world.engines.start_elasticsearch_again()
        world.start("search", "ingest", *WORKERS)  # before the engines are ready


def start_broker(world: World) -> None:
    world.engines.start_kafka_again()
    wait_for(world, world.engines.kafka)


def start_elasticsearch(world: World) -> None:
    world.engines.start_elasticsearch_again()
    wait_for(world, world.engines.elasticsearch)


def wait_for(world: World, engine: Engine) -> None:
    world.until(lambda: engine.is_ready(), f"{engine.name} answers")


def index_waits(world: World) -> bool:
    return WAITS in world.fleet["index"].says("ready")


def blocks(client: Elasticsearch, index: str) -> dict[str, Any]:
    found = client.indices.get_settings(index=index)[index]["settings"]["index"]
    return dict(found.get("blocks", {}))


def put_cluster(client: Elasticsearch, settings: dict[str, Any]) -> None:
    client.cluster.put_settings(persistent=settings)


@contextmanager
def cluster(world: World, size: int) -> Iterator[list[Engine]]:
    """Brokers of their own instead of the one that all faults share; the world's settings name
    them."""
    ports = free_ports(size, pairs=True)
    place, owner, before = (
        Path(tempfile.mkdtemp(prefix="brokers-")),
        world.engines.owner,
        world.settings,
    )
    brokers = [start_kafka(before, place / str(port), port, owner, ports=ports) for port in ports]
    try:
        for broker in brokers:
            wait_for(world, broker)
        servers = ",".join(broker.address for broker in brokers)
        update = {"kafka_servers": servers, "topic_replication": min(3, size)}
        world.settings = before.model_copy(update=update)
        world.until(lambda: _members(world) == size, f"{size} brokers form a cluster")
        make_topics(world.settings)
        yield brokers
    finally:
        owner.stop([broker.child for broker in brokers])
        world.settings = before
        shutil.rmtree(place, ignore_errors=True)


def _members(world: World) -> int:
    try:
        with open_admin(world.settings) as admin:
            return len(admin.describe_cluster()["brokers"])
    except TidingsError:
        return 0

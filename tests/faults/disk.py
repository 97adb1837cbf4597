"""The fault of a broker whose disk is full, on a small disk in memory; needs root, to mount it."""

import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.faults.engines import wait_for
from tests.faults.pushing import Fields
from tests.faults.registry import fault
from tests.faults.work import flow
from tests.faults.world import Failed, World, make_topics
from tests.pipeline.processes import get
from tidings_local.engines import Engine, start_kafka
from tidings_local.ports import free_ports

SIZE_MB: Final = 90
LARGER_MB: Final = 2_000
CHARACTERS: Final = 200_000
AT_ONCE: Final = 40
"""Articles of so many characters, pushed one after another: some seconds' worth."""
NEARLY_FULL: Final = 0.2
"""At this share left the alert DiskFills is sure, if it was not before."""


@dataclass
class Disk:
    """`start` starts the broker on it, again on what it has left."""

    folder: Path
    start: Callable[[], Engine]

    def enlarge(self) -> None:
        mount("-o", f"remount,size={LARGER_MB}m", str(self.folder))


@fault(21, "broker-disk-full", "articles pushed until the broker's disk is full, then a larger one")
def broker_disk_full(world: World) -> None:
    with small_disk(world) as disk:
        broker = disk.start()
        wait_for(world, broker)
        make_topics(world.settings)
        flow(world)
        watch = world.fleet.start("watch", world.settings)
        left = push_until_it_ends(world, broker, watch.address)
        world.say(f"the watch saw {left:.0%} left before the broker ended")
        if left > NEARLY_FULL:
            raise Failed(f"the watch saw no less than {left:.0%} left: nobody could be warned")
        world.strike()
        world.fleet.kill("entities")  # its records come again
        refused = world.pushes[-1]
        world.until(lambda: not refused.child.alive, "the push ends")
        words = refused.log.read_text("utf-8").strip().splitlines()[-1]
        world.say(f"push ended with {refused.child.exit_code}: {words}")
        if not refused.child.exit_code or "Traceback" in refused.log.read_text("utf-8"):
            raise Failed("the push was not refused in a sentence")
        disk.enlarge()
        broker = disk.start()
        wait_for(world, broker)
        world.over()
        world.settle()
        world.keep_evidence()
        world.fleet.remove(*(one.name for one in world.fleet))


def push_until_it_ends(world: World, broker: Engine, watch: str) -> float:
    """The least share of the disk that the watch has seen left."""
    least = 1.0
    chance = random.Random(1)
    for turn in range(200):
        push = world.push(large_articles(turn, chance))
        while push.child.alive and broker.alive:
            world.run_for(0.5)
            least = min(least, share_left(watch))
        if not broker.alive:
            return least
    raise Failed("the disk did not become full")


def share_left(watch: str) -> float:
    """Of the broker's disk, as the watch tells; 1 where it does not."""
    found = {}
    for line in get(f"{watch}/metrics").splitlines():
        name, _, value = line.rpartition(" ")
        if name.startswith("tidings_disk_") and 'engine="kafka"' in name:
            found[name.partition("{")[0]] = float(value)
    size = found.get("tidings_disk_size_bytes")
    return found["tidings_disk_available_bytes"] / size if size else 1.0


def large_articles(turn: int, chance: random.Random) -> list[Fields]:
    """Of letters by chance, which no compression makes small."""
    letters = "abcdefghijklmnopqrstuvwxyz      "
    return [
        {
            "title": f"Large {turn} {number}",
            "text": "".join(chance.choices(letters, k=CHARACTERS)),
        }
        for number in range(AT_ONCE)
    ]


@contextmanager
def small_disk(world: World) -> Iterator[Disk]:
    """A disk in memory, and the world's settings name the broker that `Disk.start` starts there.
    Raises Failed where we may not mount."""
    folder = Path(tempfile.mkdtemp(prefix="tidings-disk-"))
    try:
        mount("-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder))
    except (OSError, subprocess.CalledProcessError) as error:
        folder.rmdir()
        raise Failed(f"a disk in memory cannot be mounted here ({error}): run it as root") from None
    [port] = free_ports(1, pairs=True)
    before, owner = world.settings, world.engines.owner
    log = world.folder / "small-broker.log"
    started: list[Engine] = []

    def start() -> Engine:
        started.append(start_kafka(before, folder / "kafka", port, owner, log))
        return started[-1]

    world.settings = before.model_copy(update={"kafka_servers": f"127.0.0.1:{port}"})
    try:
        yield Disk(folder, start)
    finally:
        owner.stop([broker.child for broker in started])
        world.settings = before
        subprocess.run(["umount", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)

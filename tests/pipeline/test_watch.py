"""The watch sees from outside: workers that hang, engines away, outlets that fell silent."""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from tests.factories import an_article
from tests.pipeline.newsroom import fill
from tests.pipeline.processes import get, metric, running, tidings
from tests.pipeline.records import write_articles
from tests.waiting import wait_until
from tidings.messages import Article
from tidings.settings import Settings
from tidings_index.decode import pushed
from tidings_local.engines import LocalEngines

DAY = 86_400
WORKER = "tests.pipeline.worker"


@pytest.fixture
def watched(empty_topics: Settings, tmp_path: Path) -> Iterator[Settings]:
    with running("tidings_watch", empty_topics, tmp_path / "watch.log"):
        ready = f"http://127.0.0.1:{empty_topics.watch_port}/ready"
        wait_until(lambda: "sees everything" in get(ready), "the watch sees everything")
        yield empty_topics


def total(settings: Settings, name: str, **labels: str) -> float | None:
    """The sum of the series with these labels; None where there is none."""
    page = get(f"http://127.0.0.1:{settings.watch_port}/metrics").splitlines()
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    values = [
        float(line.rpartition(" ")[2])
        for line in page
        if line.startswith((f"{name}{{", f"{name} ")) and all(one in line for one in wanted)
    ]
    return sum(values) if values else None


def test_what_waits_for_a_worker_that_hangs_is_seen_and_grows_old(
    watched: Settings, tmp_path: Path
) -> None:
    assert total(watched, "tidings_lag_seconds", stage="entities") == 0
    with running(WORKER, watched, tmp_path / "worker.log") as worker:
        ready = f"http://127.0.0.1:{watched.entities_port}/ready"
        wait_until(lambda: "reads 4 partitions" in get(ready), "the worker is ready")
        os.kill(worker.pid, signal.SIGSTOP)
        write_articles(watched, [an_article(f"fine {number}") for number in range(40)])

        def lag(of: str) -> float:
            return total(watched, f"tidings_lag_{of}", stage="entities") or 0

        wait_until(lambda: lag("records") == 40, "all that waits is counted")
        before = lag("seconds")
        wait_until(lambda: lag("seconds") > before + 4, "it grows older")
        assert total(watched, "tidings_topic_end_offset", topic="articles.raw") == 40
        last = total(watched, "tidings_last_pushed_timestamp_seconds")
        assert last == pytest.approx(time.time(), abs=120)
        os.kill(worker.pid, signal.SIGCONT)
        wait_until(lambda: lag("records") == 0 == lag("seconds"), "nothing waits any more")
        assert total(watched, "tidings_committed_offset", stage="entities") == 40


def test_an_engine_that_is_away_is_told_and_no_old_figure_stays(
    engines: LocalEngines, watched: Settings
) -> None:
    up = 'tidings_engine_up{engine="kafka"}'
    assert metric(watched.watch_port, up) == 1
    assert total(watched, "tidings_disk_available_bytes", engine="kafka")
    for pid in engines.kafka.pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        wait_until(lambda: metric(watched.watch_port, up) == 0, "Kafka is seen to be away")
        assert total(watched, "tidings_lag_records") is None
        assert total(watched, "tidings_disk_available_bytes", engine="kafka") is None
        assert total(watched, "tidings_disk_available_bytes", engine="elasticsearch")
    finally:
        for pid in engines.kafka.pids:
            os.kill(pid, signal.SIGCONT)
        engines.kafka.wait_ready()
    wait_until(lambda: metric(watched.watch_port, up) == 1, "Kafka is back")
    assert total(watched, "tidings_lag_records") is not None


def test_an_index_without_a_place_hides_nothing_else(watched: Settings) -> None:
    """As while Elasticsearch starts, and what somebody closed."""

    def engine_is_up() -> bool:
        return total(watched, "tidings_engine_up", engine="elasticsearch") == 1

    def took() -> float | None:
        return total(watched, "tidings_watch_look_seconds", what="elasticsearch")

    def wait_for_a_look() -> None:
        before = took()
        wait_until(lambda: took() != before, "it looks again")

    nowhere = {"routing.allocation.require._name": "nobody"}
    with Elasticsearch(watched.elasticsearch) as client:
        client.indices.create(index=watched.index_name, settings=nowhere, wait_for_active_shards=0)
        try:
            red = 'tidings_elasticsearch_status{status="red"}'
            wait_until(lambda: metric(watched.watch_port, red) == 1, "it is seen")
            assert engine_is_up()
            assert total(watched, "tidings_index_state") == 0
            assert total(watched, "tidings_index_documents") is None
            client.indices.close(index=watched.index_name, wait_for_active_shards=0)
            wait_for_a_look()  # which may have begun before
            wait_for_a_look()
            assert engine_is_up()
        finally:
            client.indices.delete(index=watched.index_name)


async def test_an_index_is_missing_then_there_then_read_only(watched: Settings) -> None:
    def state(name: str) -> float:
        return metric(watched.watch_port, f'tidings_index_state{{state="{name}"}}')

    wait_until(lambda: state("missing") == 1, "it is missing")
    await fill(watched, [pushed(an_article("fine"), at=0)])
    wait_until(lambda: state("missing") == 0, "it is there")
    wait_until(lambda: total(watched, "tidings_index_documents") == 1, "its document is counted")
    with Elasticsearch(watched.elasticsearch) as client:
        client.indices.add_block(index=watched.index_name, block="write")
    wait_until(lambda: state("read_only") == 1, "it is read-only")
    assert state("missing") == 0


async def test_of_four_outlets_only_the_one_that_broke_its_habit_is_silent(
    settings: Settings,
) -> None:
    now = time.time()
    weekdays = [day for day in range(60, 1, -1) if day % 7 not in (0, 1)]
    articles = [
        *published("a.example", range(32, 2, -1), 20, now),
        *published("b.example", range(54, 4, -7), 1, now),
        *published("c.example", weekdays, 20, now),
        *published("d.example", (3, 2, 1), 1, now),
    ]
    await fill(settings, [pushed(one, at=0) for one in articles])
    listed = tidings("outlets", settings=settings)
    assert listed.returncode == 1, listed.stderr
    rows = {line.split()[0]: line for line in listed.stdout.splitlines() if ".example" in line}
    assert set(rows) == {"a.example", "b.example", "c.example", "d.example"}
    silent = [name for name, row in rows.items() if row.rstrip().endswith("silent")]
    assert silent == ["a.example"]
    assert " - " in rows["d.example"], "a new one has no habit"


def published(outlet: str, days: Iterable[int], each: int, now: float) -> list[Article]:
    """`each` articles on each of the days, counted back from now, within seven hours."""
    return [
        an_article(
            f"{outlet} {day} {number}",
            outlet=outlet,
            version=int((now - day * DAY + number * 7 * 3600 / each) * 1000),
        )
        for day in days
        for number in range(each)
    ]

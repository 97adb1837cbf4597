"""What health says is true on real engines: a worker that stands still is seen and started again,
one that has nothing to do is left alone, and an index that takes nothing is named."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from kafka import KafkaProducer

from tests.factories import an_article
from tests.pipeline.deaf_worker import FIRST
from tests.pipeline.processes import get, metric, running, tidings
from tests.pipeline.records import committed, results_by_article, write_articles
from tests.pipeline.worker import LONG_SECONDS
from tests.waiting import wait_until
from tidings.kafka import connection
from tidings.settings import Settings
from tidings.topics import ARTICLES
from tidings.watchdog import CHECK_SECONDS, FAILING_LIMIT
from tidings_local.services import Service
from tidings_local.supervisor import Supervisor

LAG = 'tidings_worker_lag_records{stage="entities"}'


@pytest.fixture
def quick(empty_topics: Settings, tmp_path: Path) -> Settings:
    """Settings under which a stall counts as one after five seconds."""
    return empty_topics.model_copy(update={"stall_seconds": 5.0, "data_dir": tmp_path})


def test_a_worker_that_stops_reading_while_it_lives_is_seen_and_started_again(
    quick: Settings, tmp_path: Path
) -> None:
    mark = tmp_path / "deaf"
    command = (sys.executable, "-m", "tests.pipeline.deaf_worker", str(mark))
    with Supervisor(quick, (Service("entities", command),)) as supervisor:
        write_articles(quick, [an_article(f"early {number}") for number in range(FIRST)])
        tick_until(supervisor, mark.exists, "the worker has gone deaf")
        write_articles(quick, [an_article(f"late {number}") for number in range(FIRST)])
        health = f"{quick.address_of('entities')}/health"
        tick_until(
            supervisor,
            lambda: "stalled: articles.raw-" in get(health),
            "health names a partition whose records are not taken",
        )
        assert '"failing"' in get(health)
        assert len(results_by_article(quick)) == FIRST
        tick_until(
            supervisor, lambda: len(results_by_article(quick)) == 2 * FIRST, "everything is read"
        )


def test_an_article_that_takes_longer_than_a_stall_is_read_to_its_end(
    quick: Settings, tmp_path: Path
) -> None:
    limit = quick.stall_seconds + FAILING_LIMIT * CHECK_SECONDS
    assert limit < LONG_SECONDS, "a worker that says nothing would live: nothing would be shown"
    write_articles(quick, [an_article("long 1")])
    with running("tests.pipeline.worker", quick, tmp_path / "log") as worker:
        wait_until(
            lambda: bool(results_by_article(quick)) or worker.poll() is not None, "it is read"
        )
        assert worker.poll() is None
        assert results_by_article(quick).total() == 1


def test_a_foreign_transactions_marker_at_the_end_of_a_partition_is_no_stall(
    quick: Settings, tmp_path: Path
) -> None:
    article = an_article("fine 1")
    with running("tests.pipeline.worker", quick, tmp_path / "log") as worker:
        producer = KafkaProducer(**connection(quick), transactional_id="foreign")
        producer.init_transactions()
        producer.begin_transaction()
        producer.send(ARTICLES.name, key=article.article_id.encode(), value=article.to_bytes())
        producer.commit_transaction()
        producer.close()
        wait_until(lambda: committed(quick, "entities") == 1, "the record is acknowledged")
        port = quick.entities_port
        wait_until(lambda: metric(port, LAG) == 1, "the marker looks like a record that waits")
        wait_until(lambda: metric(port, LAG) == 0, "no reader would get a record")
        assert "has read all 4 partitions to the end" in get(f"http://127.0.0.1:{port}/health")
        assert worker.poll() is None


@pytest.fixture
def elasticsearch(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url) as client:
        yield client


def test_an_index_that_is_read_only_is_said_by_worker_page_and_status_until_it_is_released(
    quick: Settings, tmp_path: Path, elasticsearch: Elasticsearch
) -> None:
    index, search = quick.address_of("index"), quick.address_of("search")
    with (
        running("tidings_index", quick, tmp_path / "index"),
        running("tidings_search", quick, tmp_path / "search"),
    ):
        wait_until(lambda: "reads 16 partitions" in get(f"{index}/ready"), "the index is there")
        elasticsearch.indices.put_settings(
            index=quick.index_name, settings={"index.blocks.write": True}
        )
        write_articles(quick, [an_article("Lock 1 closed")])
        reason = "waits for Elasticsearch: the index is read-only"
        wait_until(lambda: reason in get(f"{index}/ready"), "/ready says why nothing is written")
        wait_until(lambda: reason in get(f"{index}/health"), "/health says it too")
        wait_until(lambda: "The index is read-only" in get(f"{search}/"), "the page says it too")
        said = tidings("status", settings=quick)
        assert said.returncode == 1
        assert "answers; the index is read-only" in said.stdout
        elasticsearch.indices.put_settings(
            index=quick.index_name, settings={"index.blocks.write": None}
        )
        wait_until(lambda: "Lock 1 closed" in get(f"{search}/"), "it goes on by itself")
        wait_until(lambda: "read-only" not in get(f"{search}/"), "the page no longer says it")


def tick_until(supervisor: Supervisor, true: Callable[[], bool], what: str) -> None:
    """Waits as `wait_until` does, while the supervisor does its work."""

    def ticked() -> bool:
        supervisor.tick()
        time.sleep(0.2)
        return true()

    wait_until(ticked, what)

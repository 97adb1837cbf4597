"""What is shown of Kafka, from answers as its brokers give them."""

from typing import Any

from tidings import metrics
from tidings.history import Span
from tidings.instruments import Snapshot
from tidings.lag import PartitionLag
from tidings_watch.broker import observe_brokers, observe_disks, observe_lags, observe_spans


def series(metric: Snapshot) -> dict[tuple[str, ...], float]:
    [family] = metric.collect()
    return {tuple(sample.labels.values()): sample.value for sample in family.samples}


def test_a_partition_in_which_nothing_waits_has_lag_zero_and_is_not_left_out() -> None:
    observe_lags(
        [
            PartitionLag("events", "tidings-events", "articles.raw", 0, 7, 3, 12.5),
            PartitionLag("events", "tidings-events", "articles.raw", 1, 4, 0, None),
            PartitionLag(
                "events", "tidings-events-backfill", "articles.backfill.events", 1, 4, 2, None
            ),
        ]
    )
    raw, backfill = "articles.raw", "articles.backfill.events"
    assert series(metrics.LAG_RECORDS) == {
        ("events", raw, "0"): 3, ("events", raw, "1"): 0, ("events", backfill, "1"): 2,
    }  # fmt: skip
    assert series(metrics.LAG_SECONDS) == {("events", raw, "0"): 12.5, ("events", raw, "1"): 0}
    assert series(metrics.COMMITTED)["events", raw, "0"] == 7


def test_ends_of_topics_are_shown_by_partition() -> None:
    observe_spans({("articles.raw", 3): Span(2, 9)})
    assert series(metrics.END_OFFSET) == {("articles.raw", "3"): 9}


def test_partitions_whose_replicas_are_not_all_in_sync_are_counted() -> None:
    parts = [{"isr_nodes": [1], "replica_nodes": [1, 2]}, {"isr_nodes": [1], "replica_nodes": [1]}]
    observe_brokers({"brokers": [{}, {}]}, [{"partitions": parts}])
    assert series(metrics.BROKERS) == {(): 2}
    assert series(metrics.UNDER_REPLICATED) == {(): 1}


def test_disks_are_shown_by_broker_and_those_of_one_that_left_are_gone() -> None:
    observe_disks([a_broker(1, free=30), a_broker(2, free=20)])
    assert series(metrics.DISK_AVAILABLE)["kafka", "2"] == 20
    observe_disks([a_broker(1, free=10)])
    kafka = {key: value for key, value in series(metrics.DISK_AVAILABLE).items()
             if key[0] == "kafka"}  # fmt: skip
    assert kafka == {("kafka", "1"): 10}
    assert series(metrics.TOPIC_BYTES) == {("articles.raw",): 12}, "others' topics are theirs"


def a_broker(number: int, free: int) -> dict[str, Any]:
    def topic(name: str) -> dict[str, Any]:
        return {"name": name, "partitions": [{"partition_size": 5}, {"partition_size": 7}]}

    folder = {
        "topics": [topic("articles.raw"), topic("somebody-elses")],
        "total_bytes": 100,
        "usable_bytes": free,
    }
    return {"broker": number, "log_dirs": [folder]}

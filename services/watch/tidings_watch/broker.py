"""What Kafka tells: what waits for each stage, and how the brokers fare."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Final

from kafka.errors import KafkaError

from tidings import metrics
from tidings.errors import EngineUnavailable
from tidings.history import History, Span, open_history
from tidings.instruments import Snapshot
from tidings.kafka import open_admin
from tidings.lag import PartitionLag, Times, last_pushed, read_lags, read_spans
from tidings.settings import Settings
from tidings.topics import ALL, Partition

_FETCH_BYTES: Final = 1
"""One batch of records of a partition: only the first record's time is wanted."""

_NAMES: Final = frozenset(topic.name for topic in ALL)

_FOUND: Final[tuple[Snapshot, ...]] = (
    metrics.LAG_RECORDS, metrics.LAG_SECONDS, metrics.COMMITTED, metrics.END_OFFSET,
    metrics.LAST_PUSHED, metrics.TOPIC_BYTES, metrics.BROKERS, metrics.UNDER_REPLICATED,
)  # fmt: skip


class BrokerLook:
    """Keeps its connections from one look to the next. Not safe for threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: tuple[ExitStack, History, Any] | None = None
        self._times = Times()

    def __call__(self) -> None:
        """Raises EngineUnavailable or KafkaError; the next look connects anew."""
        try:
            _, history, admin = self._connect()
            spans = read_spans(history)
            observe_lags(read_lags(history, admin, spans, self._times))
            self._times.next_look()
            observe_spans(spans)
            pushed = last_pushed(admin, spans)
            metrics.LAST_PUSHED.only(pushed.timestamp() if pushed else None)
            observe_brokers(admin.describe_cluster(), admin.describe_topics(list(_topics(spans))))
            observe_disks(admin.describe_log_dirs())
        except (EngineUnavailable, KafkaError):
            self._disconnect()
            raise
        metrics.ENGINE_UP.renew("kafka", {("kafka",): 1})

    def forget(self) -> None:
        for metric in _FOUND:
            metric.replace({})
        observe_disks(())
        metrics.ENGINE_UP.renew("kafka", {("kafka",): 0})

    def _connect(self) -> tuple[ExitStack, History, Any]:
        if self._open is None:
            with ExitStack() as stack:
                history = stack.enter_context(
                    open_history(self._settings, fetch_bytes=_FETCH_BYTES)
                )
                admin = stack.enter_context(open_admin(self._settings))
                self._open = stack.pop_all(), history, admin
        return self._open

    def _disconnect(self) -> None:
        if self._open is not None:
            stack, self._open = self._open[0], None
            stack.close()


def observe_lags(lags: Iterable[PartitionLag]) -> None:
    """A partition in which nothing waits has lag 0 in both."""
    records: dict[tuple[str, ...], float] = {}
    seconds: dict[tuple[str, ...], float] = {}
    committed: dict[tuple[str, ...], float] = {}
    for lag in lags:
        key = (lag.stage, lag.topic, str(lag.partition))
        records[key] = lag.records
        committed[key] = lag.committed
        if lag.seconds is not None or not lag.group.endswith("-backfill"):
            seconds[key] = lag.seconds or 0.0
    metrics.LAG_RECORDS.replace(records)
    metrics.LAG_SECONDS.replace(seconds)
    metrics.COMMITTED.replace(committed)


def observe_spans(spans: Mapping[Partition, Span]) -> None:
    metrics.END_OFFSET.replace({(topic, str(part)): s.end for (topic, part), s in spans.items()})


def observe_brokers(cluster: Mapping[str, Any], topics: Sequence[Mapping[str, Any]]) -> None:
    metrics.BROKERS.only(len(cluster["brokers"]))
    behind = sum(
        len(part["isr_nodes"]) < len(part["replica_nodes"])
        for topic in topics
        for part in topic["partitions"]
    )
    metrics.UNDER_REPLICATED.only(behind)


def observe_disks(brokers: Sequence[Mapping[str, Any]]) -> None:
    """`brokers` as DescribeLogDirs gives them; a disk of which the broker does not know the size
    is left out."""
    taken: Counter[str] = Counter()
    sizes: dict[tuple[str, ...], float] = {}
    free: dict[tuple[str, ...], float] = {}
    for broker in brokers:
        disk = ("kafka", str(broker["broker"]))
        for folder in broker["log_dirs"]:
            for topic in folder["topics"]:
                if topic["name"] in _NAMES:
                    parts = topic["partitions"]
                    taken[topic["name"]] += sum(part["partition_size"] for part in parts)
            if folder.get("total_bytes", -1) > 0:
                sizes[disk] = folder["total_bytes"]
                free[disk] = min(folder["usable_bytes"], free.get(disk, float("inf")))
    metrics.DISK_SIZE.renew("kafka", sizes)
    metrics.DISK_AVAILABLE.renew("kafka", free)
    metrics.TOPIC_BYTES.replace({(name,): size for name, size in taken.items()})


def _topics(spans: Iterable[Partition]) -> set[str]:
    return {topic for topic, _ in spans}

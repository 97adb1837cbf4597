"""What Elasticsearch tells: how its nodes fare, and whether the index can be written to."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from elasticsearch import ApiError, Elasticsearch

from tidings import metrics
from tidings.indexstate import STATE, block_of, lacks_records
from tidings.instruments import Snapshot

_POOLS: Final = ("write", "search")
_COLOURS: Final = ("green", "yellow", "red")
_NODE_PARTS: Final = ("fs", "jvm", "thread_pool")
_BYTES: Final = "_all.total.store.size_in_bytes"
_WORK: Final = "_all.total.search,_all.total.indexing"

_REFUSALS: Final = frozenset({401, 403})
"""Statuses of an answer that a person must mend; any other is of an index that is busy or away."""

_FOUND: Final[tuple[Snapshot, ...]] = (
    metrics.CLUSTER_STATUS, metrics.INDEX_STATE, metrics.DOCUMENTS, metrics.INDEX_BYTES,
    metrics.HEAP_USED, metrics.HEAP_MAX, metrics.GC_SECONDS, metrics.REJECTED, metrics.QUEUED,
    metrics.QUERIES, metrics.QUERY_SECONDS, metrics.INDEXING_SECONDS,
)  # fmt: skip


class ClusterLook:
    def __init__(self, client: Elasticsearch, alias: str) -> None:
        self._client = client
        self._alias = alias

    def __call__(self) -> None:
        """Raises what the client raises."""
        health = self._client.cluster.health()
        colour = str(health["status"])
        metrics.CLUSTER_STATUS.replace({(one,): float(one == colour) for one in _COLOURS})
        observe_nodes(self._client.nodes.stats(metric=list(_NODE_PARTS))["nodes"])
        self._observe_index()
        work = self._client.indices.stats(filter_path=_WORK).body
        observe_work(work.get("_all", {}).get("total", {}))
        metrics.ENGINE_UP.renew("elasticsearch", {("elasticsearch",): 1})

    def forget(self) -> None:
        for metric in _FOUND:
            metric.replace({})
        for metric in (metrics.DISK_SIZE, metrics.DISK_AVAILABLE):
            metric.renew("elasticsearch", {})
        metrics.ENGINE_UP.renew("elasticsearch", {("elasticsearch",): 0})

    def _observe_index(self) -> None:
        there = self._client.indices.get(
            index=self._alias, filter_path=f"*.aliases,{STATE}", ignore_unavailable=True
        )
        metrics.INDEX_STATE.replace(index_state(there.body))
        documents, size = self._size() if there.body else (None, None)
        metrics.DOCUMENTS.only(documents)
        metrics.INDEX_BYTES.only(size)

    def _size(self) -> tuple[float | None, float | None]:
        """Articles and bytes; None where Elasticsearch answers and the index does not: its shards
        have no place yet, it is closed, or too many ask. Raises what refuses us."""
        try:
            sums = self._client.indices.stats(index=self._alias, filter_path=_BYTES).body
            # Lucene counts the nested events too: the articles are what a search counts.
            documents = self._client.count(index=self._alias)["count"]
        except ApiError as error:
            if error.status_code in _REFUSALS:
                raise
            return None, None
        return documents, sums["_all"]["total"]["store"]["size_in_bytes"] if sums else None


def index_state(indexes: Mapping[str, Any]) -> dict[tuple[str, ...], float]:
    """`indexes` by name, with their STATE: those that the alias names."""
    return {
        ("missing",): float(not indexes),
        ("read_only",): float(block_of(indexes) is not None),
        ("incomplete",): float(lacks_records(indexes)),
    }


def observe_nodes(nodes: Mapping[str, Any]) -> None:
    """`nodes` as the nodes' statistics give them, by id."""
    named = {str(node["name"]): node for node in nodes.values()}
    heap = {name: node["jvm"]["mem"] for name, node in named.items()}
    metrics.HEAP_USED.replace({(name,): one["heap_used_in_bytes"] for name, one in heap.items()})
    metrics.HEAP_MAX.replace({(name,): one["heap_max_in_bytes"] for name, one in heap.items()})
    metrics.GC_SECONDS.replace({(name,): _collecting(node) for name, node in named.items()})
    metrics.REJECTED.replace(dict(_pools(named, "rejected")))
    metrics.QUEUED.replace(dict(_pools(named, "queue")))
    disks = {name: node["fs"]["total"] for name, node in named.items()}
    for metric, field in (
        (metrics.DISK_SIZE, "total_in_bytes"),
        (metrics.DISK_AVAILABLE, "available_in_bytes"),
    ):
        found: dict[tuple[str, ...], float] = {
            ("elasticsearch", name): disk[field] for name, disk in disks.items()
        }
        metric.renew("elasticsearch", found)


def observe_work(total: Mapping[str, Any]) -> None:
    """`total` as the statistics of all indexes give it; empty where there is none."""
    search, indexing = total.get("search", {}), total.get("indexing", {})
    metrics.QUERIES.only(search.get("query_total", 0))
    metrics.QUERY_SECONDS.only(search.get("query_time_in_millis", 0) / 1000)
    metrics.INDEXING_SECONDS.only(indexing.get("index_time_in_millis", 0) / 1000)


def _collecting(node: Mapping[str, Any]) -> float:
    collectors = node["jvm"]["gc"]["collectors"].values()
    return sum(float(one["collection_time_in_millis"]) for one in collectors) / 1000


def _pools(
    named: Mapping[str, Mapping[str, Any]], what: str
) -> Iterator[tuple[tuple[str, ...], float]]:
    for name, node in named.items():
        for pool in _POOLS:
            yield (name, pool), float(node["thread_pool"][pool][what])

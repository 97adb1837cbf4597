"""What is shown of Elasticsearch, from answers as it gives them."""

from types import SimpleNamespace
from typing import Any

import pytest
from elasticsearch import ApiError

from tests.elastic_answers import Answer, api_error
from tests.unit.watch.test_broker import series
from tidings import metrics
from tidings_watch.cluster import ClusterLook, index_state, observe_nodes, observe_work

NODE: dict[str, Any] = {
    "name": "local",
    "jvm": {
        "mem": {"heap_used_in_bytes": 200, "heap_max_in_bytes": 512},
        "gc": {
            "collectors": {
                "young": {"collection_time_in_millis": 1500},
                "old": {"collection_time_in_millis": 500},
            }
        },
    },
    "fs": {"total": {"total_in_bytes": 1000, "available_in_bytes": 400}},
    "thread_pool": {
        "write": {"rejected": 3, "queue": 1},
        "search": {"rejected": 0, "queue": 0},
        "get": {"rejected": 9, "queue": 9},
    },
}


def a_look(refusal: ApiError) -> ClusterLook:
    """At a cluster that does not say how large its index is."""

    def stats(index: str | None = None, **_: object) -> Answer:
        if index:
            raise refusal
        return Answer({})

    client: Any = SimpleNamespace(
        cluster=SimpleNamespace(health=lambda: {"status": "green"}),
        nodes=SimpleNamespace(stats=lambda **_: {"nodes": {}}),
        indices=SimpleNamespace(get=lambda **_: Answer({"articles-v4": {}}), stats=stats),
    )
    return ClusterLook(client, "articles")


def test_a_node_shows_its_heap_disk_and_what_it_refused() -> None:
    observe_nodes({"aB3": NODE})
    assert series(metrics.HEAP_USED) == {("local",): 200}
    assert series(metrics.GC_SECONDS) == {("local",): 2}
    assert series(metrics.REJECTED) == {("local", "write"): 3, ("local", "search"): 0}
    assert series(metrics.DISK_SIZE)["elasticsearch", "local"] == 1000


def test_an_index_is_missing_read_only_or_incomplete() -> None:
    whole = {"articles-v4": {"mappings": {"_meta": {"version": 4}}}}
    assert set(index_state(whole).values()) == {0}
    assert index_state({})["missing",] == 1
    blocked = {"articles-v4": {"settings": {"index": {"blocks": {"write": "true"}}}}}
    assert index_state(blocked)["read_only",] == 1
    anew: dict[str, Any] = {"articles-v4": {"mappings": {"_meta": {"rebuild": {"positions": {}}}}}}
    assert index_state(anew)["incomplete",] == 1


def test_a_cluster_without_any_index_has_done_nothing_yet() -> None:
    observe_work({})
    assert series(metrics.QUERIES) == {(): 0}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (503, "search_phase_execution_exception"),
        (429, "es_rejected_execution_exception"),
        (404, "index_not_found_exception"),
        (400, "index_closed_exception"),
    ],
)
def test_an_index_that_does_not_answer_has_no_size(status: int, error: str) -> None:
    a_look(api_error(status, error))()
    assert series(metrics.DOCUMENTS) == {}
    assert series(metrics.INDEX_BYTES) == {}


def test_a_size_that_is_refused_is_trouble() -> None:
    with pytest.raises(ApiError, match="security_exception"):
        a_look(api_error(403, "security_exception"))()

"""The whole way of an article, measured from outside: pushed to Kafka, found by search."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import psutil

from tidings.elastic import new_blocking_client
from tidings.kafka import new_producer
from tidings.messages import Article
from tidings.settings import Settings
from tidings.topics import ARTICLES
from tidings.wire import SCHEMA_HEADERS
from tidings_local.state import read_state

POLL_SECONDS = 0.1
COUNT_SECONDS = 0.25
GIVE_UP_SECONDS = 600.0


class Stream:
    """Engines and services of its own, started by `tidings up` and stopped by `tidings down`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._producer: Any = None

    def __enter__(self) -> Self:
        self._tidings("up")
        self._producer = new_producer(self.settings)
        self._elasticsearch = new_blocking_client(self.settings)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._producer is not None:
            self._producer.close()
        self._tidings("down")

    def push(self, article: Article) -> tuple[str, float]:
        """Sends the article with the present moment as its version; gives its id and the time."""
        now = time.time()
        stamped = article.model_copy(update={"version": int(now * 1000)})
        self._producer.send(
            ARTICLES.name,
            key=stamped.article_id.encode(),
            value=stamped.to_bytes(),
            headers=list(SCHEMA_HEADERS.items()),
        )
        return stamped.article_id, now

    def count_complete(self, since_ms: int) -> int:
        """How many articles a search finds complete in a version since then."""
        answer = self._elasticsearch.count(
            index=self.settings.index_name, query=_complete(since_ms)
        )
        return int(answer["count"])

    def found_complete(self, ids: Sequence[str], since_ms: int) -> list[str]:
        """Those of `ids`, a few hundred at most, that a search finds complete in a version since
        then."""
        if not ids:
            return []
        query = {"bool": {"filter": [{"ids": {"values": list(ids)}}, _complete(since_ms)]}}
        answer = self._elasticsearch.search(
            index=self.settings.index_name, size=len(ids), source=False, query=query
        )
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    def warm_up(self, articles: Sequence[Article]) -> None:
        throughput(self, articles)

    def memory_mb(self) -> dict[str, int]:
        """Resident memory by process, with that of its children."""
        state = read_state(self.settings)
        return {
            name: round(sum(_resident(process) for process in _family(pid)) / 2**20)
            for name, pid in state.pids.items()
        }

    def _tidings(self, command: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "tidings", command],
            env=self.settings.environment(os.environ),
            check=True,
        )


def throughput(stream: Stream, articles: Sequence[Article]) -> float:
    """Articles a second from the first push until search finds the last complete. Asks seldom,
    since asking takes from what is measured."""
    start = time.time()
    for article in articles:
        stream.push(article)
    while (done := stream.count_complete(int(start * 1000))) < len(articles):
        if time.time() - start > GIVE_UP_SECONDS:
            raise TimeoutError(f"{len(articles) - done} articles are not complete")
        time.sleep(COUNT_SECONDS)
    return len(articles) / (time.time() - start)


def latencies(
    stream: Stream, articles: Sequence[Article], per_second: float, seconds: float
) -> list[float]:
    """Seconds from push until search finds it complete, of articles pushed at an even pace,
    whether or not the earlier ones are done."""
    start = time.time()
    count = int(per_second * seconds)
    pushed: dict[str, float] = {}
    waits: list[float] = []
    sent = 0
    next_poll = start
    while sent < count or pushed:
        now = time.time()
        if now - start > seconds + GIVE_UP_SECONDS:
            raise TimeoutError(f"{len(pushed)} articles are not complete")
        while sent < count and start + sent / per_second <= now:
            article = articles[sent % len(articles)]
            fresh = article.model_copy(update={"article_id": f"latency-{sent}"})
            article_id, at = stream.push(fresh)
            pushed[article_id] = at
            sent += 1
        if now >= next_poll:
            for article_id in stream.found_complete(list(pushed), int(start * 1000)):
                waits.append(time.time() - pushed.pop(article_id))
            next_poll = time.time() + POLL_SECONDS
        time.sleep(0.005)
    return waits


def _complete(since_ms: int) -> dict[str, Any]:
    return {
        "bool": {
            "filter": [{"term": {"complete": True}}, {"range": {"version": {"gte": since_ms}}}]
        }
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least `percent` of a hundred are not above (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0

"""`tidings index` as an operator runs it, beside a live index worker."""

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.factories import an_article, an_entity, an_event, entities_of, events_of
from tests.pipeline.processes import environment, get, running, tidings
from tests.pipeline.records import committed, write, write_articles
from tests.waiting import wait_until
from tidings.documents import MAPPING_VERSION
from tidings.kafka import new_producer
from tidings.messages import RESTORE_HEADER, Article
from tidings.metrics import now_ms
from tidings.settings import Settings
from tidings.topics import ARTICLES, ENTITIES, EVENTS
from tidings.wire import SCHEMA_HEADERS

WORKER = "tidings_index"


def test_search_has_no_gap_while_a_rebuild_moves_the_alias_under_live_writes(
    empty_topics: Settings, tmp_path: Path
) -> None:
    settings = empty_topics
    old = some("old", 1_500)
    with running(WORKER, settings, tmp_path / "worker"):
        write_complete(settings, old)
        wait_until(lambda: complete(settings, "old") == len(old), "the old ones are complete")
        with searching(settings, "old") as answers, command("rebuild", settings) as rebuild:
            live = list(push_while(rebuild, settings))
        said = rebuild.communicate()
        assert rebuild.returncode == 0, said
        assert set(answers) == {len(old)}, "an answer lacked articles, or had some twice"
        assert len(answers) > 100
        assert len(live) >= 5, "nothing was pushed during the rebuild: nothing was shown"
        wait_until(lambda: complete(settings, "live") == len(live), "the live ones are complete")
        assert named(settings) == [f"{settings.index_name}-v{MAPPING_VERSION}-2"] == said[0].split()
        clean = tidings("index", "check", settings=settings)
        assert (clean.returncode, clean.stdout) == (0, ""), clean.stderr

        asked = tidings("index", "prune", settings=settings)
        assert (asked.returncode, "--yes" in asked.stderr) == (2, True)
        pruned = tidings("index", "prune", "--yes", settings=settings)
        first = f"{settings.index_name}-v{MAPPING_VERSION}"
        assert pruned.stdout.startswith(f"{first}\t"), pruned.stderr
        assert named(settings) == indexes(settings) == said[0].split()


def test_a_rebuild_that_was_killed_goes_on_where_it_was(empty_topics: Settings) -> None:
    settings = empty_topics
    articles = some("old", 3_000)
    write_complete(settings, articles)
    with command("rebuild", settings) as rebuild:
        wait_until(lambda: bool(positions(settings)), "it has noted how far it is")
        rebuild.send_signal(signal.SIGKILL)
        rebuild.wait()
    assert named(settings) == [], "it was over before it was killed: nothing was shown"
    kept = tidings("index", "prune", "--yes", settings=settings)
    assert (kept.returncode, "no alias" in kept.stderr) == (1, True)
    again = tidings("index", "rebuild", settings=settings)
    assert again.returncode == 0, again.stderr
    assert f"going on with {settings.index_name}-v{MAPPING_VERSION}" in again.stderr
    [read] = [line for line in again.stderr.splitlines() if line.startswith("read ")]
    assert int(read.split()[1].replace(",", "")) < 3 * len(articles), "it read everything again"
    assert complete(settings, "old") == len(articles)
    assert positions(settings) is None


def test_an_index_of_an_older_mapping_is_replaced_and_the_waiting_worker_goes_on(
    empty_topics: Settings, tmp_path: Path
) -> None:
    settings = empty_topics
    older = f"{settings.index_name}-v1"
    elastic(settings, "PUT", older, aliases={settings.index_name: {}}, mappings=OLDER_MAPPING)
    elastic(settings, "PUT", f"{older}/_doc/expired?refresh=true", complete=True, visible=True)
    write_complete(settings, some("old", 5))
    ready = f"http://127.0.0.1:{settings.index_port}/ready"
    with running(WORKER, settings, tmp_path / "worker") as worker:
        wait_until(lambda: "has mapping version 1" in get(ready), "the worker says why it waits")
        rebuilt = tidings("index", "rebuild", settings=settings)
        assert rebuilt.returncode == 0, rebuilt.stderr
        write_complete(settings, some("live", 5))
        wait_until(lambda: complete(settings, "live") == 5, "the worker goes on")
        assert worker.poll() is None
    assert elastic(settings, "GET", f"{older}/_count")["count"] == 1, "the worker wrote to it"
    assert named(settings) == [f"{settings.index_name}-v{MAPPING_VERSION}"]
    assert complete(settings, "old") == 5


def test_a_new_index_with_fewer_articles_is_not_swapped_in_unless_that_is_accepted(
    empty_topics: Settings,
) -> None:
    settings = empty_topics
    write_complete(settings, some("old", 3))
    assert tidings("index", "rebuild", settings=settings).returncode == 0
    [first] = named(settings)
    # As if its records had expired.
    elastic(settings, "PUT", f"{first}/_doc/expired", article_id="expired", visible=True)
    refused = tidings("index", "rebuild", settings=settings)
    assert refused.returncode == 1
    assert "3 documents instead of 4" in refused.stderr
    assert "--accept-fewer" in refused.stderr
    assert named(settings) == [first]
    accepted = tidings("index", "rebuild", "--accept-fewer", settings=settings)
    assert accepted.returncode == 0, accepted.stderr
    assert named(settings) == [f"{first}-2"]
    assert indexes(settings) == [first, f"{first}-2"]


def test_a_lost_index_is_made_anew_and_tells_what_it_lacks_until_it_is_rebuilt(
    empty_topics: Settings, tmp_path: Path
) -> None:
    settings, old = empty_topics, some("old", 5)
    with running(WORKER, settings, tmp_path / "worker"):
        write_complete(settings, old)
        wait_until(lambda: complete(settings, "old") == 5, "the old ones are complete")
        wait_until(lambda: committed(settings, "index") == 15, "and acknowledged")
    elastic(settings, "DELETE", named(settings)[0])
    with running(WORKER, settings, tmp_path / "again"):
        write_complete(settings, some("live", 5))
        wait_until(lambda: complete(settings, "live") == 5, "the worker goes on")
        assert complete(settings, "old") == 0
        assert "the index lacks what was indexed before" in engines(settings)
        rebuilt = tidings("index", "rebuild", settings=settings)
        assert rebuilt.returncode == 0, rebuilt.stderr
        assert (complete(settings, "old"), complete(settings, "live")) == (5, 5)
        assert "lacks" not in engines(settings)


def test_a_rebuild_knows_the_newest_text_whichever_partition_it_lies_in(
    empty_topics: Settings,
) -> None:
    settings, at = empty_topics, now_ms()
    first, back, last = (
        an_article("Lock 1 closed", text, article_id="a-1", version=at + version)
        for version, text in ((0, "Closed."), (20, "Open again."), (30, "Open at last."))
    )
    # As if partitions had been added before the last push.
    with closing(new_producer(settings)) as producer:
        for partition, value, header, time_ms in (
            (1, first.to_bytes(), None, at),
            (1, None, None, at + 10),
            (1, back.to_bytes(), (RESTORE_HEADER, b"true"), at + 20),
            (0, last.to_bytes(), None, at + 30),
        ):
            producer.send(
                ARTICLES.name, key=b"a-1", value=value, partition=partition, timestamp_ms=time_ms,
                headers=[*SCHEMA_HEADERS.items(), *([header] if header else [])],
            ).get(30)  # fmt: skip

    rebuilt = tidings("index", "rebuild", settings=settings)

    assert rebuilt.returncode == 0, rebuilt.stderr
    assert document(settings, "a-1")["text"] == "Open at last."


def test_check_names_what_differs_and_repairs_it(empty_topics: Settings, tmp_path: Path) -> None:
    settings = empty_topics
    articles = some("a", 6)
    with running(WORKER, settings, tmp_path / "worker"):
        write_complete(settings, articles)
        wait_until(lambda: complete(settings, "a") == len(articles), "all are complete")
        sound = {one: document(settings, one) for one in ("a-1", "a-2", "a-3", "a-4")}
        write(settings, [(b"a-5", None)])
        wait_until(lambda: complete(settings, "a") == len(articles) - 1, "one is taken down")
        time.sleep(2)  # until the worker has said to the broker what it has done
    [index] = named(settings)
    elastic(settings, "DELETE", f"{index}/_doc/a-0")
    parts = {**sound["a-1"]["parts"], "raw": {**sound["a-1"]["parts"]["raw"], "version": 1}}
    put(settings, index, "a-1", {**sound["a-1"], "parts": parts})
    put(settings, index, "a-2", {**sound["a-2"], "people": ["Nobody"]})
    put(settings, index, "a-3", {**sound["a-3"], "events": sound["a-3"]["events"] * 2})
    put(settings, index, "a-5", {**sound["a-4"], "article_id": "a-5"})
    put(settings, index, "b-0", {**sound["a-4"], "article_id": "b-0"})
    write_articles(settings, some("waits", 2))

    checked = tidings("index", "check", settings=settings)
    assert checked.returncode == 1
    found = [line.split("\t") for line in checked.stdout.splitlines()]
    assert sorted((one[0], one[1]) for one in found) == [
        ("a-0", "missing"),
        ("a-1", "damaged"),
        ("a-1", "stale"),
        ("a-2", "damaged"),
        ("a-3", "damaged"),
        ("a-3", "doubled"),
        ("a-5", "stale"),
        ("b-0", "unknown"),
    ]
    assert "2 records wait" in checked.stderr
    repaired = tidings("index", "check", "--repair", settings=settings)
    assert repaired.returncode == 1, "what is unknown is neither deleted nor forgotten"
    left = tidings("index", "check", "--json", settings=settings)
    assert [json.loads(line)["article_id"] for line in left.stdout.splitlines()] == ["b-0"]
    assert {one: document(settings, one) for one in sound} == sound
    assert "text" not in document(settings, "a-5")


OLDER_MAPPING = {
    "_meta": {"version": 1},
    "properties": {"complete": {"type": "boolean"}, "visible": {"type": "boolean"}},
}


def some(name: str, count: int) -> list[Article]:
    text = "The Orm canal is closed for repairs. " * 20
    return [
        an_article(f"Lock {number} closed", text, article_id=f"{name}-{number}")
        for number in range(count)
    ]


def write_complete(settings: Settings, articles: Sequence[Article]) -> None:
    """The articles and what the extractors found in them, as they would write it."""
    write_articles(settings, articles)
    for topic, results in (
        (ENTITIES, [entities_of(one, entities=(an_entity(),)) for one in articles]),
        (EVENTS, [events_of(one, events=(an_event(),)) for one in articles]),
    ):
        write(settings, [(one.article_id.encode(), one.to_bytes()) for one in results], topic)


@contextmanager
def command(name: str, settings: Settings) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tidings", "index", name],
        env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()


def push_while(process: subprocess.Popen[str], settings: Settings) -> Iterator[Article]:
    """Articles that are pushed, a few at a time, until the process ends."""
    for number in range(10_000):
        if process.poll() is not None:
            return
        article = an_article(f"Live {number}", article_id=f"live-{number}")
        write_complete(settings, [article])
        yield article


@contextmanager
def searching(settings: Settings, name: str) -> Iterator[list[int]]:
    """What `complete` gives, asked all the time."""
    answers: list[int] = []
    over = threading.Event()

    def ask() -> None:
        while not over.wait(0.005):
            answers.append(complete(settings, name))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()


def complete(settings: Settings, name: str) -> int:
    """How many articles whose id begins so are found complete, through the alias; -1 where the
    search fails."""
    wanted = [{"term": {"complete": True}}, {"prefix": {"article_id": f"{name}-"}}]
    query = {"bool": {"filter": wanted}}
    path = f"{settings.index_name}/_search"
    try:
        found = elastic(settings, "POST", path, size=0, track_total_hits=True, query=query)
    except OSError:
        return -1
    return int(found["hits"]["total"]["value"])


def document(settings: Settings, article_id: str) -> dict[str, Any]:
    path = f"{settings.index_name}/_doc/{article_id}"
    return dict(elastic(settings, "GET", path)["_source"])


def put(settings: Settings, index: str, article_id: str, source: dict[str, Any]) -> None:
    elastic(settings, "PUT", f"{index}/_doc/{article_id}?refresh=true", **source)


def named(settings: Settings) -> list[str]:
    found = json.loads(get(f"{settings.elasticsearch}/_alias/{settings.index_name}"))
    return [] if "error" in found else sorted(found)


def engines(settings: Settings) -> str:
    """What `tidings status` says of the engines."""
    said = json.loads(tidings("status", "--json", settings=settings).stdout)
    return "; ".join(engine["detail"] for engine in said["engines"])


def indexes(settings: Settings) -> list[str]:
    return sorted(elastic(settings, "GET", f"{settings.index_name}-v*"))


def positions(settings: Settings) -> dict[str, int] | None:
    """How far the unfinished rebuild of the only index has noted to be."""
    found = list(elastic(settings, "GET", f"{settings.index_name}-v*/_mapping").values())
    meta = found[0]["mappings"]["_meta"] if found else {}
    return meta.get("rebuild", {}).get("positions") if "rebuild" in meta else None


def elastic(settings: Settings, method: str, path: str, **body: Any) -> Any:
    request = urllib.request.Request(
        f"{settings.elasticsearch}/{path}",
        method=method,
        data=json.dumps(body).encode() if body else None,
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)

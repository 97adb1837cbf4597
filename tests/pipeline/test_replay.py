"""A stage reads the past again: real broker, real index worker, a cheap fake for the extractor."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.factories import an_article, entities_of, events_of
from tests.pipeline.processes import environment, heed_interrupts, running, tidings
from tests.pipeline.records import committed, read, write, write_articles
from tests.waiting import PATIENCE_SECONDS, wait_until
from tidings.elastic import new_client
from tidings.messages import Article
from tidings.settings import Settings
from tidings.topics import BACKFILL, ENTITIES, EVENTS
from tidings_ingest.backlog import read_backlog

WORKER = "tests.pipeline.worker"
OLD, NEW = "2026.11.9+test", "2026.11.10+test"


def articles_of(outlet: str, count: int, word: str = "fine") -> list[Article]:
    return [an_article(f"{word} {outlet} {number}", outlet=outlet) for number in range(count)]


async def test_results_of_new_rules_win_and_late_ones_of_the_old_change_nothing(
    empty_topics: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, others = articles_of("herald.example", 6), articles_of("gazette.example", 2)
    down = an_article("fine but taken down", outlet="herald.example")
    everything = [*ours, *others]
    write_articles(empty_topics, [*everything, down])
    write(empty_topics, [(down.article_id.encode(), None), (None, b"{ no article")])
    results = [(one.article_id.encode(), events_of(one).to_bytes()) for one in everything]
    write(empty_topics, results, EVENTS)
    with running("tidings_index", empty_topics, tmp_path / "index"):
        monkeypatch.setenv("FAKE_VERSION", OLD)
        with running(WORKER, empty_topics, tmp_path / "old"):
            wait_until(lambda: committed(empty_topics, "entities") == 11, "all are read once")
        monkeypatch.setenv("FAKE_VERSION", NEW)
        with running(WORKER, empty_topics, tmp_path / "new"):
            done = tidings(
                "replay", "--stage", "entities", "--outlet", "herald.example",
                settings=empty_topics,
            )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "6 of 9 articles wanted" in done.stderr
        assert done.stderr.splitlines()[-1] == "entities has read 6 articles again"
        late = [entities_of(one, model_version=OLD).to_bytes() for one in ours]
        write(
            empty_topics,
            [(one.article_id.encode(), value) for one, value in zip(ours, late, strict=True)],
            ENTITIES,
        )
        written = len(read(empty_topics, ENTITIES)) + len(everything) + 3
        wait_until(
            lambda: committed(empty_topics, "index") >= written, "the index has read all of it"
        )
    found = await documents(empty_topics)
    assert found.pop(down.article_id)["visible"] is False
    assert all(one["complete"] for one in found.values())
    versions = {key: one["parts"]["entities"]["extractor_version"] for key, one in found.items()}
    assert versions == {one.article_id: NEW for one in ours} | {
        one.article_id: OLD for one in others
    }
    assert read(empty_topics, BACKFILL["entities"]) == [], "copies that are read are deleted"


def test_a_replay_that_is_interrupted_goes_on_is_shown_and_can_be_cancelled(
    empty_topics: Settings, tmp_path: Path
) -> None:
    articles = [*articles_of("herald.example", 30), an_article("raise 1")]
    write_articles(empty_topics, articles)
    with subprocess.Popen(
        [sys.executable, "-m", "tidings", "replay", "--stage", "entities"],
        env=environment(empty_topics), stderr=subprocess.PIPE, text=True,
        preexec_fn=heed_interrupts,
    ) as replay:  # fmt: skip
        wait_until(lambda: waiting(empty_topics) == 31, "all copies are there")
        replay.send_signal(signal.SIGINT)
        told = replay.communicate(timeout=PATIENCE_SECONDS)[1]
    assert replay.returncode == 130
    assert "the workers go on" in told
    with running(WORKER, empty_topics, tmp_path / "log"):
        shown = tidings("replay", "--stage", "entities", "--watch", settings=empty_topics)
        assert shown.returncode == 0, shown.stderr
        assert waiting(empty_topics) == 0
        again = tidings("replay", "--stage", "entities", settings=empty_topics)
    assert again.returncode == 1, "one has become a dead letter"
    assert "has read 30 articles again, 1 became dead letters" in again.stderr

    dry = tidings("replay", "--stage", "events", "--dry-run", settings=empty_topics)
    assert dry.stdout == "31 articles would be read again by events\n"
    assert read(empty_topics, BACKFILL["events"]) == []
    write_articles_to_back_fill(empty_topics, articles)
    cancelled = tidings("replay", "--stage", "events", "--cancel", settings=empty_topics)
    assert cancelled.stderr.startswith("dropped 31 articles that waited for events;")
    assert read(empty_topics, BACKFILL["events"]) == []


def write_articles_to_back_fill(settings: Settings, articles: list[Article]) -> None:
    copies = [(one.article_id.encode(), one.to_bytes()) for one in articles]
    write(settings, copies, BACKFILL["events"])


def waiting(settings: Settings) -> int:
    return read_backlog(settings, "entities").waiting


async def documents(settings: Settings) -> dict[str, dict[str, Any]]:
    client = new_client(settings)
    try:
        await client.indices.refresh(index=settings.index_name)
        answer = await client.search(index=settings.index_name, size=100)
    finally:
        await client.close()
    return {hit["_id"]: hit["_source"] for hit in answer["hits"]["hits"]}

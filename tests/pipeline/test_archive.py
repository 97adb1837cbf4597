"""Topics of a real broker, saved and taken back by topics that were made anew."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from kafka.admin import KafkaAdminClient

from tests.factories import an_article
from tests.pipeline.processes import environment, get, heed_interrupts, running, tidings
from tests.pipeline.records import committed, results_by_article, write, write_articles
from tests.waiting import wait_until
from tidings import topics
from tidings.deadletters import Incoming
from tidings.history import read_to_end
from tidings.kafka import ensure_topics
from tidings.settings import Settings
from tidings_ingest.topics import describe

WORKER = "tests.pipeline.worker"
ODD = [(b"\xff\xfe", b"\xff no UTF-8"), (None, b"{ cut"), (b"gone", None)]


def test_what_is_saved_is_taken_back_and_work_goes_on_where_it_was(
    empty_topics: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "save"
    done = [an_article(f"fine {number}") for number in range(40)]
    write_articles(empty_topics, done)
    write(empty_topics, ODD)
    with running(WORKER, empty_topics, tmp_path / "log"):
        wait_until(lambda: committed(empty_topics, "entities") == 43, "all is acknowledged")
    assert tidings("topics", "save", str(folder), settings=empty_topics).returncode == 0
    waiting = [an_article(f"waiting {number}") for number in range(3)]
    write_articles(empty_topics, waiting)
    refused = tidings("topics", "save", str(folder), settings=empty_topics)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    more = tidings("topics", "save", str(folder), "--continue", settings=empty_topics)
    assert "saved 3 records" in more.stderr
    before = everything(empty_topics)

    elsewhere = made_anew(empty_topics, partitions=6)
    loaded = tidings("topics", "load", str(folder), settings=elsewhere)
    assert loaded.returncode == 0, loaded.stderr
    assert "entities goes on where it was" in loaded.stderr, loaded.stderr
    assert everything(elsewhere) == before
    with running(WORKER, elsewhere, tmp_path / "log"):
        wait_until(lambda: committed(elsewhere, "entities") == 46, "the rest is acknowledged")
    assert results_by_article(elsewhere) == {one.article_id: 1 for one in [*done, *waiting]}

    again = tidings("topics", "load", str(folder), settings=elsewhere)
    assert again.returncode == 1
    assert "--add" in again.stderr
    assert everything(elsewhere).total() == before.total() + len(waiting)


def test_workers_that_run_during_a_load_read_everything(
    empty_topics: Settings, tmp_path: Path
) -> None:
    articles = [an_article(f"fine {number}") for number in range(40)]
    write_articles(empty_topics, articles)
    with running(WORKER, empty_topics, tmp_path / "log"):
        wait_until(lambda: committed(empty_topics, "entities") == 40, "all is acknowledged")
    folder = str(tmp_path / "save")
    assert tidings("topics", "save", folder, settings=empty_topics).returncode == 0
    elsewhere = made_anew(empty_topics, partitions=4)
    ready = f"http://127.0.0.1:{elsewhere.entities_port}/ready"
    with running(WORKER, elsewhere, tmp_path / "log"):
        wait_until(lambda: "reads 4 partitions" in get(ready), "the worker has its partitions")
        loaded = tidings("topics", "load", folder, settings=elsewhere)
        assert "entities reads the loaded articles again" in loaded.stderr
        wait_until(lambda: committed(elsewhere, "entities") == 40, "all is acknowledged")
    assert set(results_by_article(elsewhere)) == {one.article_id for one in articles}


def test_a_load_that_is_interrupted_says_how_far_it_came_and_is_repeated(
    empty_topics: Settings, tmp_path: Path
) -> None:
    write_articles(empty_topics, [an_article(f"fine {number}") for number in range(12_000)])
    before, folder = everything(empty_topics), str(tmp_path / "save")
    assert tidings("topics", "save", folder, settings=empty_topics).returncode == 0
    elsewhere = made_anew(empty_topics, partitions=6)
    with subprocess.Popen(
        [sys.executable, "-m", "tidings", "topics", "load", folder],
        env=environment(elsewhere), preexec_fn=heed_interrupts, stderr=subprocess.PIPE, text=True,
    ) as load:  # fmt: skip
        wait_until(lambda: records(elsewhere) > 0, "something is loaded")
        load.send_signal(signal.SIGINT)
        _, said = load.communicate()
    assert load.returncode == 130, said
    assert "load again with --add" in said
    assert records(elsewhere) < 12_000, "it was over before it was interrupted: nothing was shown"

    again = tidings("topics", "load", folder, "--add", settings=elsewhere)
    assert again.returncode == 0, again.stderr
    assert everything(elsewhere).keys() == before.keys()


def test_topics_grow_to_the_same_number_and_never_shrink(
    empty_topics: Settings, tmp_path: Path
) -> None:
    assert tidings("topics", "grow", "5", settings=empty_topics).returncode == 0
    assert {one.partitions for one in describe(empty_topics)} == {5}
    refused = tidings("topics", "grow", "4", settings=empty_topics)
    assert refused.returncode == 1
    assert "none can be taken away" in refused.stderr
    write_articles(empty_topics, [an_article()])
    listed = tidings("topics", "list", settings=empty_topics)
    assert "articles.raw\t5\t1\t1\tfor ever" in listed.stdout.splitlines()


def records(settings: Settings) -> int:
    return sum(one.records for one in describe(settings))


def everything(settings: Settings) -> Counter[tuple[object, ...]]:
    """What the kept topics hold, but for the places."""
    return Counter(told for topic in topics.KEPT for told in as_told(read_to_end(settings, topic)))


def as_told(records: Iterable[Incoming]) -> Iterable[tuple[object, ...]]:
    for one in records:
        yield one.topic, one.key, one.value, one.timestamp, tuple(one.headers.items())


def made_anew(settings: Settings, *, partitions: int) -> Settings:
    """As on another cluster: nothing is in the topics, and no group has read them."""
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka)
    try:
        admin.delete_topics([topic.name for topic in topics.ALL])
        # A worker that was killed is a member until its session is over.
        group = topics.group_of(topics.ARTICLES, "entities")
        wait_until(
            lambda: admin.delete_groups([group])[group] in ("OK", "GroupIdNotFoundError"),
            "the group is gone",
        )
    finally:
        admin.close()
    anew = settings.model_copy(update={"topic_partitions": partitions})
    ensure_topics(anew)
    return anew

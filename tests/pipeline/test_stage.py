"""The one stage function on a real broker: nothing that it takes is lost."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.factories import an_article
from tests.pipeline.processes import get, metric, running, tidings
from tests.pipeline.records import letters, read, results_by_article, write, write_articles
from tests.waiting import PATIENCE_SECONDS, wait_until
from tidings.messages import ArticleEntities
from tidings.settings import Settings
from tidings.topics import ENTITIES
from tidings.wire import decode
from tidings_local.engines import Engine, LocalEngines, free_port

WORKER = "tests.pipeline.worker"


def _json(**fields: object) -> bytes:
    return json.dumps(fields).encode()


BAD = {
    "empty value": (b"", "not-json"),
    "not JSON": (b"<html>", "not-json"),
    "binary": (bytes(range(256)), "not-json"),
    "a list": (b"[1, 2]", "not-json"),
    "duplicate keys": (b'{"title": "a", "title": "b"}', "not-json"),
    "a lone surrogate": (b'{"title": "\\ud83d"}', "invalid-record"),
    "wrong types": (_json(title=["a"]), "invalid-record"),
    "a date in year 9999": (
        _json(title="a", published_at="9999-12-31T23:59:59Z"),
        "invalid-record",
    ),
    "a version that no clock shows": (_json(title="a", version=2**63), "invalid-record"),
    "a number without end": (b'{"title": "a", "version": 1%s}' % (b"0" * 5000), "not-json"),
    "nothing in it": (_json(title="", text=" "), "empty"),
    "over the limit": (_json(text="x" * 500_001), "too-long"),
}
GOOD = {
    "no key, no id": _json(title="Plain", text="Words."),
    "emoji and right-to-left": _json(title="\U0001f6a2 ميناء", text="مرحبا"),
    "HTML in the title": _json(title="<script>alert(1)</script>", text="Words."),
    "a null byte": _json(title="a\x00b"),
    "100,000 words": _json(title="Long", text="word " * 99_990),
    "unknown keys": _json(title="Unknown", mood={"deep": [1]}),
}


def test_bad_input_is_set_aside_and_the_good_among_it_arrives(
    empty_topics: Settings, tmp_path: Path
) -> None:
    mixed = [(None, value) for value, _ in BAD.values()] + [
        (None, value) for value in GOOD.values()
    ]
    with running(WORKER, empty_topics, tmp_path / "log") as worker:
        write(empty_topics, [*mixed[::2], *mixed[1::2]])
        wait_until(lambda: len(results_by_article(empty_topics)) == len(GOOD), "the good arrive")
        wait_until(lambda: len(letters(empty_topics)) == len(BAD), "the bad are set aside")
        assert worker.poll() is None, "no bad record ends the worker"
    found = {(letter.value, letter.code) for letter in letters(empty_topics)}
    assert found == set(BAD.values())
    assert all(letter.reason for letter in letters(empty_topics))


def test_an_article_that_makes_the_extractor_raise_does_not_stop_its_batch(
    empty_topics: Settings, tmp_path: Path
) -> None:
    articles = [an_article(f"{'raise' if n == 4 else 'fine'} {n}") for n in range(10)]
    write_articles(empty_topics, articles)
    with running(WORKER, empty_topics, tmp_path / "log"):
        wait_until(lambda: len(letters(empty_topics)) == 1, "one is set aside")
        wait_until(lambda: len(results_by_article(empty_topics)) == 9, "nine are done")
    letter = letters(empty_topics)[0]
    assert (letter.code, letter.article_id) == ("extractor-failed", articles[4].article_id)
    assert letter.version == articles[4].version
    assert "makes the extractor raise" in letter.reason


def test_a_dead_letter_that_is_replayed_after_the_mend_is_done(
    empty_topics: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = an_article("raise 1")
    write_articles(empty_topics, [article])
    with running(WORKER, empty_topics, tmp_path / "log"):
        wait_until(lambda: len(letters(empty_topics)) == 1, "it is set aside")
    origin = letters(empty_topics)[0].origin
    replayed = tidings("dead", "replay", origin, "--wait", "0", settings=empty_topics)
    assert replayed.returncode == 0, replayed.stderr
    monkeypatch.setenv("MENDED", "1")
    with running(WORKER, empty_topics, tmp_path / "log"):
        wait_until(lambda: bool(results_by_article(empty_topics)), "it is done")
    results = [decode(ArticleEntities, value) for _, value in read(empty_topics, ENTITIES) if value]
    assert {(one.article_id, one.version) for one in results} == {
        (article.article_id, article.version)
    }


def test_a_result_that_the_broker_refuses_is_set_aside(
    empty_topics: Settings, tmp_path: Path
) -> None:
    small = empty_topics.model_copy(update={"message_max_bytes": 500_000})
    articles = [an_article("fine 1"), an_article("large 2"), an_article("fine 3")]
    write_articles(empty_topics, articles)
    with running(WORKER, small, tmp_path / "log"):
        wait_until(lambda: len(letters(empty_topics)) == 1, "the large one is set aside")
        wait_until(lambda: len(results_by_article(empty_topics)) == 2, "the others are done")
    letter = letters(empty_topics)[0]
    assert (letter.code, letter.article_id) == ("result-too-large", articles[1].article_id)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_ends_in_the_middle_loses_nothing(
    how: signal.Signals, empty_topics: Settings, tmp_path: Path
) -> None:
    articles = [an_article(f"fine {number}") for number in range(400)]
    write_articles(empty_topics, articles)
    ends = 0
    while ends < 3:
        with running(WORKER, empty_topics, tmp_path / "log") as worker:
            wait_until(_goes_on(empty_topics), "work goes on")
            wait_until(_in_flight(empty_topics), "records are in flight")
            os.kill(worker.pid, how)
            worker.wait(timeout=PATIENCE_SECONDS)
            ends += 1
    before = len(results_by_article(empty_topics))
    assert before < len(articles), "the work was over before the last end: nothing was shown"
    with running(WORKER, empty_topics, tmp_path / "log"):
        wait_until(lambda: len(results_by_article(empty_topics)) == len(articles), "all are done")
    times = results_by_article(empty_topics)
    assert set(times) == {article.article_id for article in articles}
    if how == signal.SIGKILL:
        assert sum(times.values()) > len(articles), "no record was read again: nothing was shown"
    assert letters(empty_topics) == []


def test_sigterm_does_not_wait_for_an_article_that_never_ends(
    empty_topics: Settings, tmp_path: Path
) -> None:
    write_articles(empty_topics, [an_article("sleep 1")])
    with running(WORKER, empty_topics, tmp_path / "log") as worker:
        wait_until(_in_flight(empty_topics), "the article is in flight")
        worker.terminate()
        worker.wait(timeout=PATIENCE_SECONDS)
    assert results_by_article(empty_topics) == {}


def test_workers_that_join_and_die_before_much_is_committed_lose_nothing(
    empty_topics: Settings, tmp_path: Path
) -> None:
    articles = [an_article(f"fine {number}") for number in range(1600)]
    ids = {article.article_id for article in articles}
    write_articles(empty_topics, articles)
    second = empty_topics.model_copy(update={"entities_port": free_port()})
    ready = f"http://127.0.0.1:{second.entities_port}/ready"
    with running(WORKER, empty_topics, tmp_path / "first") as first:
        wait_until(_goes_on(empty_topics), "the first goes on")
        with running(WORKER, second, tmp_path / "second"):
            wait_until(lambda: "reads 2 partitions" in get(ready), "the second has its share")
            first.kill()
            wait_until(lambda: "reads 4 partitions" in get(ready), "the second has all of it")
            wait_until(lambda: set(results_by_article(empty_topics)) == ids, "everything is read")
            lag = 'tidings_worker_lag_records{stage="entities"}'
            wait_until(lambda: metric(second.entities_port, lag) == 0, "the second says so")
    assert set(results_by_article(empty_topics)) == ids


def test_a_broker_that_is_away_for_longer_than_a_send_lasts_costs_nothing(
    engines: LocalEngines, empty_topics: Settings, tmp_path: Path
) -> None:
    articles = [an_article(f"fine {number}") for number in range(400)]
    write_articles(empty_topics, articles)
    port, log = empty_topics.entities_port, tmp_path / "log"
    with running(WORKER, empty_topics, log) as worker:
        wait_until(_goes_on(empty_topics), "work goes on")
        wait_until(_in_flight(empty_topics), "records are in flight")
        with frozen(engines.kafka):
            retries = 'tidings_retries_total{engine="kafka",stage="entities"}'
            wait_until(lambda: metric(port, retries) > 0, "a send has failed")
            assert "waits for Kafka" in get(f"http://127.0.0.1:{port}/ready")
            assert json.loads(get(f"http://127.0.0.1:{port}/health"))["status"] == "ok"
        wait_until(lambda: len(results_by_article(empty_topics)) == len(articles), "all are done")
        assert worker.poll() is None
        assert len(log.read_text().splitlines()) < 50
        assert letters(empty_topics) == []


def test_sigterm_does_not_wait_for_a_broker_that_is_away(
    engines: LocalEngines, empty_topics: Settings, tmp_path: Path
) -> None:
    port = empty_topics.entities_port
    with running(WORKER, empty_topics, tmp_path / "log") as worker:
        wait_until(lambda: "reads 4" in get(f"http://127.0.0.1:{port}/ready"), "ready")
        with frozen(engines.kafka):
            wait_until(
                lambda: "waits for Kafka" in get(f"http://127.0.0.1:{port}/ready"), "not ready"
            )
            worker.terminate()
            assert worker.wait(timeout=PATIENCE_SECONDS) == 0


def test_a_worker_shows_its_progress_and_its_metrics(
    empty_topics: Settings, tmp_path: Path
) -> None:
    port = empty_topics.entities_port
    with running(WORKER, empty_topics, tmp_path / "log"):
        wait_until(lambda: "reads 4 partitions" in get(f"http://127.0.0.1:{port}/ready"), "ready")
        assert metric(port, 'tidings_dead_letters_total{reason="empty",stage="entities"}') == 0
        write_articles(empty_topics, [an_article("fine 1")])
        wait_until(
            lambda: metric(port, 'tidings_records_total{outcome="done",stage="entities"}') == 1,
            "the record is counted",
        )
        wait_until(
            lambda: "to the end" in get(f"http://127.0.0.1:{port}/health"), "read to the end"
        )


@contextmanager
def frozen(engine: Engine) -> Iterator[None]:
    """Stopped in the middle of whatever it does; it goes on, and answers again, at the end."""
    for pid in engine.pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in engine.pids:
            os.kill(pid, signal.SIGCONT)
        time.sleep(1)  # what it answers at once, it had to say before
        engine.wait_ready()


def _goes_on(settings: Settings) -> Callable[[], bool]:
    done = len(results_by_article(settings))
    return lambda: len(results_by_article(settings)) > done


def _in_flight(settings: Settings) -> Callable[[], bool]:
    series = 'tidings_in_flight_records{stage="entities"}'
    return lambda: metric(settings.entities_port, series) > 0

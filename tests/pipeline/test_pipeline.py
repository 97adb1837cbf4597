"""The whole way of an article, with the real extractors, as a user drives it."""

import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import psutil
import pytest

from tests.factories import an_article
from tests.pipeline.conftest import empty, own_settings
from tests.pipeline.processes import get, metric, tidings
from tests.pipeline.records import committed, letters, read, write, write_articles
from tests.seed import SEED, real_articles
from tests.waiting import wait_until
from tidings.settings import Settings
from tidings.topics import ENTITIES, EVENTS, Topic
from tidings_local.engines import LocalEngines
from tidings_local.state import read_state

WORKERS = ("entities", "events", "index")


@pytest.fixture(scope="module")
def stack(engines: LocalEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """All services under their supervisor, on the tests' engines, for all tests one after another:
    each has articles of its own."""
    settings = own_settings(engines).model_copy(
        update={"data_dir": tmp_path_factory.mktemp("state")}
    )
    empty(settings)
    started = tidings("up", settings=settings)
    assert started.returncode == 0, started.stderr
    yield settings
    stopped = tidings("down", settings=settings)
    assert stopped.returncode == 0, stopped.stderr


def test_a_pushed_article_is_found_with_its_events(stack: Settings) -> None:
    pushed = tidings("push", str(SEED), "--print-ids", settings=stack)
    assert pushed.returncode == 0, pushed.stderr
    article_id = pushed.stdout.strip()
    wait_until(lambda: article(stack, article_id).get("complete") is True, "complete in search")

    found = article(stack, article_id)
    assert "Vladimir Putin" in found["people"]
    assert "Venezuela" in found["places"]
    assert found.get("published_at") is None, "the seed has no date, and none is made up"
    told = {
        (event["event_type"], name(event["source"]), name(event["target"]))
        for event in found["events"]
    }
    assert ("SUPPORT", "Vladimir Putin", "Nicolás Maduro") in told
    assert {one[0] for one in told} >= {"SUPPORT", "COERCE", "ACCUSE", "CONSULT"}

    listed = tidings("search", "oil tanker", settings=stack)
    assert "Putin offers ‘solidarity’" in listed.stdout
    events = json.loads(get(f"{stack.search_address}/api/events?event_type=COERCE"))
    assert article_id in json.dumps(events)
    assert "Putin offers" in get(f"{stack.search_address}/?q=oil+tanker")
    traced = tidings("trace", article_id, settings=stack)
    assert traced.returncode == 0
    assert all(stage in traced.stdout for stage in ("entities", "events", "2026.11"))

    again = tidings("push", str(SEED), str(SEED), settings=stack)
    assert again.returncode == 0
    assert "repeated 1" in again.stderr
    listed = json.loads(get(f"{stack.search_address}/api/articles?q=oil+tanker"))
    assert listed["total"] == 1


def test_three_hundred_articles_survive_the_death_of_every_worker(stack: Settings) -> None:
    articles = real_articles(300)
    ids = {one.article_id for one in articles}
    for worker, topic in (("entities", ENTITIES), ("events", EVENTS)):
        all_is_committed = partial(nothing_in_hand, stack, worker, topic)
        wait_until(all_is_committed, f"{worker} has committed what it did before")
    before = complete(stack)
    pids = read_state(stack).pids
    write_articles(stack, articles)
    kill_before_it_commits(stack, "entities", ENTITIES, pids["entities"])
    kill_before_it_commits(stack, "events", EVENTS, pids["events"])
    wait_until(in_the_middle(stack, "index"), "index is in the middle of its work")
    os.kill(pids["index"], signal.SIGKILL)
    assert not complete(stack) >= ids, "all was done before the last kill"
    wait_until(lambda: complete(stack) >= ids, "all are complete")
    assert complete(stack) == before | ids
    assert letters(stack) == []
    assert not any(psutil.pid_exists(pids[worker]) for worker in WORKERS)
    for topic in (ENTITIES, EVENTS):
        results = Counter(key for key, _ in read(stack, topic))
        again = [one for one in ids if results[one.encode()] > 1]
        assert again, "no record was read again: nothing was shown"


def test_bad_input_is_told_apart_and_all_good_input_is_complete(stack: Settings) -> None:
    pids = read_state(stack).pids
    bad = [b"", b"not json", b"[]", b'{"title": ["a"]}', b'{"title": "\\udead"}', bytes(range(200))]
    bad += [b'{"title": "a", "title": "b"}', b'{"text": "' + b"x" * 500_001 + b'"}']
    bad += [b'{"title": "a", "published_at": "9999-12-31T00:00:00Z"}']
    good = [
        an_article("<b>HTML</b> & more in the title", "Kenya criticised Peru."),
        an_article(
            "\U0001f6a2 ميناء", "أعلنت الشرطة يوم الاثنين عن إغلاق الميناء بعد العاصفة الكبيرة."
        ),
        an_article(
            "Too many events",
            "Kenya met Peru. " + "".join(f"Kenya met Minister Orme{n}. " for n in range(16_000)),
        ),
        an_article("No text", None),
        an_article(None, "No title here, only words."),
    ]
    ids = {one.article_id for one in good}
    before = complete(stack)
    write(stack, [(None, value) for value in bad])
    write_articles(stack, good)
    wait_until(lambda: complete(stack) == before | ids, "the good are complete")
    wait_until(lambda: {one.value for one in letters(stack)} >= set(bad), "the bad are told")
    assert all(letter.reason and letter.code for letter in letters(stack))
    [failed] = [letter for letter in letters(stack) if letter.value not in bad]
    assert (failed.stage, failed.article_id) == ("events", good[2].article_id)
    assert "at most 10000" in failed.reason
    assert read_state(stack).pids == pids, "no worker was restarted"

    listed = tidings("dead", "list", settings=stack)
    assert listed.returncode == 0
    assert "not-json" in listed.stdout
    arabic = article(stack, good[1].article_id)
    assert (arabic["language"], arabic["events"]) == ("ar", [])
    long = article(stack, good[2].article_id)
    assert long["places"][:2] == ["Kenya", "Peru"]
    assert "at most 10000" in long["parts"]["events"]["failure"]
    assert "ar" in arabic["parts"]["entities"]["skipped"]


def kill_before_it_commits(settings: Settings, worker: str, results: Topic, pid: int) -> None:
    """SIGKILL while work is in flight and results are out that the broker does not yet know of as
    done: those records will be read again. The worker stands still while that is looked at."""
    while True:
        wait_until(in_the_middle(settings, worker), f"{worker} is in the middle of its work")
        os.kill(pid, signal.SIGSTOP)
        if not nothing_in_hand(settings, worker, results):
            os.kill(pid, signal.SIGKILL)
            return
        os.kill(pid, signal.SIGCONT)


def nothing_in_hand(settings: Settings, worker: str, results: Topic) -> bool:
    """No result is out whose article the broker does not yet know of as done."""
    return len(read(settings, results)) <= committed(settings, worker)


def in_the_middle(settings: Settings, worker: str) -> Callable[[], bool]:
    """Some records are done and others in flight."""
    port = settings.port_of(worker)
    done = f'tidings_records_total{{outcome="done",stage="{worker}"}}'
    flying = f'tidings_in_flight_records{{stage="{worker}"}}'
    return lambda: metric(port, done) > 0 and metric(port, flying) > 0


def article(settings: Settings, article_id: str) -> dict[str, Any]:
    return dict(json.loads(get(f"{settings.search_address}/api/articles/{article_id}") or "{}"))


def complete(settings: Settings) -> set[str]:
    """The ids that a search of the index finds complete."""
    query = "size=1000&_source=false&q=complete:true"
    answer = json.loads(get(f"{settings.elasticsearch}/{settings.index_name}/_search?{query}"))
    return {hit["_id"] for hit in answer.get("hits", {}).get("hits", [])}


def name(actor: dict[str, Any] | None) -> str | None:
    return actor["name"] if actor else None

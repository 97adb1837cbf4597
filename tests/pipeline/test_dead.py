"""What is set aside is listed, sent back, followed and dropped: real broker, real index worker,
cheap fakes for the extractors."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.factories import an_article
from tests.pipeline.processes import get, metric, running, tidings
from tests.pipeline.records import committed, letters, write, write_articles
from tests.waiting import wait_until
from tidings.messages import Article
from tidings.settings import Settings

WORKER = "tests.pipeline.worker"


def test_an_article_that_made_the_extractor_raise_is_complete_after_the_mend(
    empty_topics: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = empty_topics
    articles = [an_article(f"{'raise' if n == 4 else 'fine'} {n}") for n in range(10)]
    fifth = articles[4].article_id
    write_articles(settings, articles)
    with events_and_index(settings, tmp_path), running(WORKER, settings, tmp_path / "entities"):
        wait_until(lambda: len(found(settings, "complete:true")) == 10, "all have an end")
        # What is read again after its letter was settled would be set aside anew.
        wait_until(lambda: committed(settings, "entities") == 10, "nothing will be read again")
    with events_and_index(settings, tmp_path):
        assert found(settings, "failed:entities") == {fifth}
        assert fifth in found(settings, "title:raise"), "its words are found all the same"
        (letter,) = listed(settings)
        assert (letter["stage"], letter["reason"]) == ("entities", "extractor-failed")
        assert "makes the extractor raise" in letter["sentence"]

        with running(WORKER, settings, tmp_path / "entities"):
            too_early = tidings("dead", "replay", letter["origin"], settings=settings)
        assert too_early.returncode == 1
        origin, place, outcome = too_early.stdout.rstrip("\n").split("\t")
        assert origin == letter["origin"]
        assert "set aside again by entities: extractor-failed: RuntimeError" in outcome
        assert [one["origin"] for one in listed(settings)] == [place], "the first is settled"

        nobody = tidings("dead", "replay", "--all", "--wait", "3", settings=settings)
        assert nobody.returncode == 1
        assert "not yet taken by entities (it waits, or does not run)" in nobody.stdout
        assert listed(settings) == []
        monkeypatch.setenv("MENDED", "1")
        with running(WORKER, settings, tmp_path / "entities"):
            mended = tidings("dead", "replay", place, "--settled", "--json", settings=settings)
            wait_until(lambda: found(settings, "failed:entities") == set(), "none has failed")
    assert (mended.returncode, json.loads(mended.stdout)["outcome"]) == (0, "done")
    assert len(found(settings, "complete:true")) == 10
    told = listed(settings, "--settled")
    assert [(one["origin"], one["state"]) for one in told] == [
        (letter["origin"], "replayed"), (place, "replayed"),
    ]  # fmt: skip


def test_a_record_that_nobody_can_read_is_dropped_with_the_letters_of_all_stages(
    empty_topics: Settings, tmp_path: Path
) -> None:
    settings = empty_topics
    write(settings, [(None, b'{"title": "cut')])
    with events_and_index(settings, tmp_path), running(WORKER, settings, tmp_path / "entities"):
        wait_until(lambda: len(letters(settings)) == 3, "each stage has set it aside")
        replayed = tidings("dead", "replay", "--reason", "not-json", settings=settings)
    assert replayed.returncode == 1
    assert replayed.stderr.splitlines()[-1] == "1 set aside again", "it was sent once"
    counted = tidings("dead", "list", "--count", settings=settings)
    assert counted.stdout == "".join(
        f"{stage}\tnot-json\t1\n" for stage in ("entities", "events", "index")
    )
    assert counted.stderr == "3 dead letters of 1 record\n"

    dropped = tidings("dead", "drop", "--reason", "not-json", "--yes", settings=settings)
    assert (dropped.returncode, dropped.stderr) == (0, "dropped 1\n")
    assert listed(settings) == []
    states = {one["state"] for one in listed(settings, "--settled")}
    assert states == {"replayed", "dropped"}
    shown = tidings("dead", "show", dropped.stdout.strip(), settings=settings)
    assert 'value:    {"title": "cut' in shown.stdout


def test_done_dead_and_waiting_add_up_at_every_moment_and_stay_so(
    empty_topics: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, taken_at_once = empty_topics, 2 * empty_topics.batch_articles
    monkeypatch.setenv("FAKE_SECONDS_EACH", "0.05")
    good = [an_article(f"{'raise' if n == 100 else 'fine'} {n}") for n in range(198)]
    write(settings, [(None, b"not json"), *map(as_record, good[:99]), (None, b"{"),
                     *map(as_record, good[99:])])  # fmt: skip
    with events_and_index(settings, tmp_path), running(WORKER, settings, tmp_path / "entities"):
        while True:
            before = finished(settings)
            (waits, dead), after = told(settings), finished(settings)
            assert before + waits <= 200 + taken_at_once
            assert after == 0 or after + waits >= 200
            if waits == 0 and sum(dead.values()) == 7:
                break
        wait_until(lambda: total(settings, "complete:true") == 198, "each has an end")
        assert total(settings, "complete:true AND NOT failed:entities") == 197
    with events_and_index(settings, tmp_path), running(WORKER, settings, tmp_path / "entities"):
        wait_until(lambda: "reads" in get(ready_of(settings)), "it has started again")
        assert told(settings) == (0, dead)
    assert dead == {
        ("entities", "extractor-failed"): 1, ("entities", "not-json"): 2,
        ("events", "not-json"): 2, ("index", "not-json"): 2,
    }  # fmt: skip
    counted = tidings("dead", "list", "--count", settings=settings)
    assert counted.stderr == "7 dead letters of 3 records\n"


def as_record(article: Article) -> tuple[bytes, bytes]:
    return article.article_id.encode(), article.to_bytes()


def ready_of(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.entities_port}/ready"


def finished(settings: Settings) -> float:
    """Records that the entities worker has done or set aside."""
    series = 'tidings_records_total{{outcome="{}",stage="entities"}}'
    return sum(metric(settings.entities_port, series.format(one)) for one in ("done", "dead"))


def told(settings: Settings) -> tuple[int, dict[tuple[str, str], int]]:
    """By `tidings status`: what waits for entities, and the dead letters by stage and reason."""
    found = json.loads(tidings("status", "--json", settings=settings).stdout)
    [waits] = [lag["records"] for lag in found["lags"] if lag["stage"] == "entities"]
    return waits, {(one["stage"], one["reason"]): one["letters"] for one in found["dead_letters"]}


def total(settings: Settings, query: str) -> int:
    address = f"{settings.elasticsearch}/{settings.index_name}/_count?q={quote(query)}"
    return int(json.loads(get(address) or "{}").get("count", 0))


@contextmanager
def events_and_index(settings: Settings, folder: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("MENDED", "1")
        stack.enter_context(running(WORKER, settings, folder / "events", "events"))
        patch.undo()
        stack.enter_context(running("tidings_index", settings, folder / "index"))
        yield


def listed(settings: Settings, *options: str) -> list[dict[str, Any]]:
    answer = tidings("dead", "list", "--json", *options, settings=settings)
    assert answer.returncode == 0, answer.stderr
    return [json.loads(line) for line in answer.stdout.splitlines()]


def found(settings: Settings, query: str) -> set[str]:
    """The ids that a search of the index finds; none while there is no index."""
    address = f"{settings.elasticsearch}/{settings.index_name}/_search?size=100&q={query}"
    return {hit["_id"] for hit in json.loads(get(address) or "{}").get("hits", {}).get("hits", [])}

"""What is set aside is listed, sent back, followed and dropped: real broker, real index worker,
cheap fakes for the extractors."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.factories import an_article
from tests.pipeline.processes import get, running, tidings, wait_until
from tests.pipeline.records import letters, write, write_articles
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

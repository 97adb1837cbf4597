"""The Faust app as we use it: what its own defaults would lose."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from faust.types import TP

from tests.factories import an_article, an_incoming
from tidings.deadletters import Incoming
from tidings.errors import InvalidMessage, TidingsError
from tidings.faust_app import new_app
from tidings.outbox import Outbox
from tidings.progress import Progress
from tidings.settings import Settings
from tidings.streaming import calls

SETTINGS = Settings()
FRESH, STARTED = TP("articles.raw", 0), TP("articles.raw", 1)


async def test_where_nothing_is_committed_a_rebalance_goes_back_to_the_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    consumer: Any = new_app("tidings-entities", SETTINGS).consumer
    sought: dict[TP, int] = {}

    async def committed() -> Mapping[TP, int | None]:
        return {FRESH: None, STARTED: 7}

    async def beginnings(*partitions: TP) -> Mapping[TP, int]:
        return dict.fromkeys(partitions, 3)

    async def seek(partitions: Mapping[TP, int]) -> None:
        sought.update(partitions)

    monkeypatch.setattr(consumer, "seek_to_committed", committed)
    monkeypatch.setattr(consumer, "assignment", lambda: {FRESH, STARTED})
    monkeypatch.setattr(consumer, "earliest_offsets", beginnings)
    monkeypatch.setattr(consumer, "seek_wait", seek)
    await consumer.perform_seek()
    assert sought == {FRESH: 3}


async def test_a_dead_letter_that_kafka_refuses_is_not_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = new_app("tidings-entities", SETTINGS)
    outbox = Outbox(app, Progress("entities", stall_seconds=60), SETTINGS)

    async def refuse(topic: object, records: object) -> list[int]:
        return [0]

    monkeypatch.setattr(outbox, "deliver", refuse)
    fault: tuple[Incoming, InvalidMessage, None] = (
        an_incoming(b"x"), InvalidMessage("not-json", "no"), None,
    )  # fmt: skip
    with pytest.raises(TidingsError, match="TIDINGS_MESSAGE_MAX_BYTES"):
        await outbox.set_aside("entities", [fault], of=1)


async def test_a_stage_whose_records_are_mostly_bad_stops_and_says_so() -> None:
    progress = Progress("entities", stall_seconds=60)
    settings = SETTINGS.model_copy(update={"dead_letter_window": 3})
    outbox = Outbox(new_app("tidings-entities", SETTINGS), progress, settings)
    fault = (an_incoming(b"x"), InvalidMessage("not-json", "no object"), None)
    stop = asyncio.create_task(outbox.set_aside("entities", [fault] * 3, of=4))
    await asyncio.sleep(0)
    assert progress.health().ok, "to start it again by itself would not help"
    assert not progress.ready().ok
    assert "not-json: no object" in progress.ready().detail
    assert "TIDINGS_DEAD_LETTER_WINDOW=0" in progress.ready().detail
    stop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stop


def test_nothing_is_made_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    new_app("tidings-entities", SETTINGS)._create_directories()
    assert list(tmp_path.iterdir()) == []


def test_long_articles_are_given_to_the_extractor_one_by_one_and_short_ones_together() -> None:
    lengths = [10, 20, 150_000, 60_000, 400_000, 30]
    articles = [an_article(None, "x" * length) for length in lengths]
    given = [[len(one.content) for one in some] for some in calls(articles)]
    assert given == [[10, 20, 150_000], [60_000], [400_000], [30]]

"""The writer against a real Elasticsearch."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from tests.factories import (
    PUSHED_AT,
    an_article,
    an_entity,
    an_event,
    an_incoming,
    entities_of,
    events_of,
)
from tests.measured import measured
from tidings.documents import MAPPING_VERSION, ArticleDocument
from tidings.elastic import Outage, new_client
from tidings.messages import EventDate, EventPlace
from tidings.settings import Settings
from tidings_index.app import ensure_right_index
from tidings_index.decode import decode_incoming, entities_found, events_found, pushed
from tidings_index.indexes import meta_of
from tidings_index.merge import merge
from tidings_index.received import Pushed, Received
from tidings_index.schema import ensure_index, index_body, versioned_name
from tidings_index.writer import Writer

AT = PUSHED_AT + 500


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[AsyncElasticsearch]:
    client = new_client(settings)
    await ensure_index(client, settings)
    yield client
    await client.indices.delete(index=versioned_name(settings))
    await client.close()


async def documents(client: AsyncElasticsearch, alias: str) -> dict[str, ArticleDocument]:
    await client.indices.refresh(index=alias)
    answer = await client.search(index=alias, size=1000, query={"match_all": {}})
    return {hit["_id"]: hit["_source"] for hit in answer["hits"]["hits"]}


async def found(client: AsyncElasticsearch, alias: str, query: dict[str, Any]) -> int:
    await client.indices.refresh(index=alias)
    answer = await client.count(index=alias, query=query)
    return int(answer["count"])


def everything_about(number: int) -> list[Received]:
    old = an_article(f"Lock {number} closed", article_id=f"lock-{number}")
    new = an_article(f"Lock {number} opens", article_id=f"lock-{number}", version=AT)
    place = EventPlace(name="Orm", country="SWE", lat=57.0, lon=12.0)
    day = EventDate(value="2026-03", precision="month", text="in March")
    return [
        pushed(old, at=AT),
        pushed(new, at=AT),
        entities_found(entities_of(old, entities=(an_entity(),)), at=AT),
        entities_found(entities_of(new, entities=(an_entity(name="Orm canal"),)), at=AT),
        events_found(events_of(old, events=(an_event(),)), at=AT),
        events_found(events_of(new, events=(an_event(place=place, date=day),)), at=AT),
    ]


def conflicts() -> float:
    return measured("tidings_bulk_documents_total", outcome="conflict")


def batches(arrivals: Iterable[Received], size: int) -> Iterable[list[Received]]:
    left = list(arrivals)
    return [left[start : start + size] for start in range(0, len(left), size)]


@pytest.mark.parametrize("deliveries", [1, 2])
async def test_racing_writers_write_what_one_merge_gives(
    client: AsyncElasticsearch, settings: Settings, deliveries: int
) -> None:
    known = {f"lock-{number}": everything_about(number) for number in range(10)}
    arrivals = [one for about in known.values() for one in about] * deliveries
    random.Random(deliveries).shuffle(arrivals)

    async def write_all(share: list[Received]) -> None:
        writer = Writer(client, settings.index_name)
        for batch in batches(share, 5):
            assert await writer.write(batch) == []

    before = conflicts()
    await asyncio.gather(*(write_all(arrivals[start::4]) for start in range(4)))
    assert conflicts() > before
    written = await documents(client, settings.index_name)
    assert written == {name: merge(None, about) for name, about in known.items()}


async def test_writing_it_again_writes_nothing(
    client: AsyncElasticsearch, settings: Settings
) -> None:
    writer = Writer(client, settings.index_name)
    arrivals = everything_about(1)
    await writer.write(arrivals)
    before = await client.get(index=settings.index_name, id="lock-1")
    for one in [*arrivals, *arrivals[::-1]]:
        await writer.write([one])
    after = await client.get(index=settings.index_name, id="lock-1")
    assert after["_version"] == before["_version"] == 1


def a_bad_one(article_id: str) -> Pushed:
    good = pushed(an_article(article_id=article_id), at=AT)
    return Pushed(article_id, good.part, {**good.content, "published_at": "the day before"})


async def test_of_five_hundred_in_one_bulk_only_the_bad_one_is_refused_with_its_reason(
    client: AsyncElasticsearch, settings: Settings
) -> None:
    batch: list[Received] = [
        pushed(an_article(f"Lock {number}", article_id=f"lock-{number}"), at=AT)
        for number in range(500)
    ]
    batch[250] = a_bad_one("lock-250")
    [refusal] = await Writer(client, settings.index_name).write(batch)
    assert refusal.position == 250
    assert "document_parsing_exception" in refusal.reason
    assert "[published_at]" in refusal.reason
    written = await documents(client, settings.index_name)
    assert len(written) == 499
    assert "lock-250" not in written


async def test_a_part_that_cannot_be_mapped_does_not_hide_the_rest_of_its_article(
    client: AsyncElasticsearch, settings: Settings
) -> None:
    article = an_article(article_id="lock")
    events = events_of(article, events=(an_event(),))
    bad = events_found(events, at=AT)
    bad.part["events"][0]["unknown"] = 1
    batch: list[Received] = [
        pushed(article, at=AT),
        bad,
        entities_found(entities_of(article), at=AT),
    ]
    [refusal] = await Writer(client, settings.index_name).write(batch)
    assert refusal.position == 1
    assert "strict_dynamic_mapping_exception" in refusal.reason
    document = (await documents(client, settings.index_name))["lock"]
    assert document["visible"]
    assert set(document["parts"]) == {"raw", "entities"}


async def test_a_phrase_in_the_last_paragraph_of_a_long_article_is_found_and_highlighted(
    client: AsyncElasticsearch, settings: Settings
) -> None:
    text = "The committee met again. " * 8_000 + "\n\nHe kept the vermilion ledger."
    await Writer(client, settings.index_name).write([pushed(an_article("Minutes", text), at=AT)])
    await client.indices.refresh(index=settings.index_name)
    answer = await client.search(
        index=settings.index_name,
        query={"match_phrase": {"text.exact": "the vermilion ledger"}},
        highlight={"fields": {"text.exact": {"fragment_size": 60, "number_of_fragments": 1}}},
    )
    [hit] = answer["hits"]["hits"]
    [passage] = hit["highlight"]["text.exact"]
    assert passage == "He kept <em>the vermilion ledger</em>."


async def test_unknown_keys_of_pushed_json_do_not_grow_the_mapping(
    client: AsyncElasticsearch, settings: Settings
) -> None:
    before = await client.indices.get_mapping(index=settings.index_name)
    batch = []
    for number in range(50):
        extra = {f"key_{number}_{one}": {"a": {"b": {"c": one}}} for one in range(100)}
        value = json.dumps({"title": f"Lock {number}", "text": "Closed.", **extra}).encode()
        received = decode_incoming(an_incoming(value), max_chars=settings.article_max_chars)
        assert received is not None
        batch.append(received)
    assert await Writer(client, settings.index_name).write(batch) == []
    assert await client.indices.get_mapping(index=settings.index_name) == before
    assert len(await documents(client, settings.index_name)) == 50


async def test_events_are_found_by_two_properties_of_one_event_and_by_their_days(
    client: AsyncElasticsearch, settings: Settings
) -> None:
    await Writer(client, settings.index_name).write(everything_about(1))
    in_march = {"range": {"events.date.from": {"gte": "2026-03-01", "lte": "2026-03-31"}}}
    for country, hits in (("SWE", 1), ("NOR", 0)):
        place = {"term": {"events.place.country": country}}
        query = {"nested": {"path": "events", "query": {"bool": {"filter": [in_march, place]}}}}
        assert await found(client, settings.index_name, query) == hits


async def test_words_are_found_by_their_stem_and_phrases_only_as_written(
    client: AsyncElasticsearch, settings: Settings
) -> None:
    article = an_article("Ports", "Workers’ unions met in Göteborg.")
    await Writer(client, settings.index_name).write([pushed(article, at=AT)])
    for field, words, hits in (
        ("text", "union meeting worker goteborg", 1),
        ("text.exact", "union", 0),
        ("text.exact", "unions met in goteborg", 1),
    ):
        query = {"match_phrase" if " met " in words else "match": {field: words}}
        assert await found(client, settings.index_name, query) == hits


async def test_a_small_bulk_limit_splits_the_batch_and_loses_nothing(
    client: AsyncElasticsearch, settings: Settings
) -> None:
    writer = Writer(client, settings.index_name, bulk_bytes=1_000)
    assert await writer.write([one for n in range(20) for one in everything_about(n)]) == []
    assert len(await documents(client, settings.index_name)) == 20


async def test_the_writer_waits_for_a_read_only_index_and_a_missing_alias(
    client: AsyncElasticsearch, settings: Settings
) -> None:
    """Elasticsearch lifts this block by itself when it next looks at the disk, at any moment: what
    is tried is what comes between two attempts."""
    index, alias = versioned_name(settings), settings.index_name
    outage = Stepwise()
    await client.indices.put_settings(index=index, settings={"blocks.read_only_allow_delete": True})
    write = asyncio.create_task(Writer(client, alias, outage).write(everything_about(1)))
    assert "read-only-allow-delete" in await outage.reason()
    await client.indices.delete_alias(index=index, name=alias)
    await client.indices.put_settings(index=index, settings={"blocks.read_only_allow_delete": None})
    outage.go_on()
    assert "no such index" in await outage.reason()
    await client.indices.put_alias(index=index, name=alias)
    outage.go_on()
    assert await asyncio.wait_for(write, 20) == []
    assert len(await documents(client, alias)) == 1


async def test_workers_that_start_together_make_one_index(settings: Settings) -> None:
    client = new_client(settings)
    try:
        await asyncio.gather(*(ensure_index(client, settings) for _ in range(4)))
        aliases = await client.indices.get_alias(name=settings.index_name)
        assert list(aliases) == [versioned_name(settings)]
    finally:
        await client.indices.delete(index=versioned_name(settings))
        await client.close()


async def test_a_worker_of_the_previous_release_waits_while_the_alias_names_the_next_ones_index(
    client: AsyncElasticsearch, settings: Settings
) -> None:
    alias, ours, next_ones = (
        settings.index_name,
        versioned_name(settings),
        "next-" + settings.index_name,
    )
    await client.indices.create(
        index=next_ones, mappings={"_meta": {"version": MAPPING_VERSION + 1}}
    )
    writer, outage = Writer(client, alias, Patient()), Patient()
    try:
        assert await writer.write(everything_about(1)) == []
        await move(client, alias, ours, next_ones)
        write = asyncio.create_task(writer.write(everything_about(2)))
        start = asyncio.create_task(ensure_right_index(client, settings, outage))
        await asyncio.sleep(1)
        assert not write.done()
        assert not start.done()
        assert f"has mapping version {MAPPING_VERSION + 1}" in outage.reasons[0]
        assert await documents(client, next_ones) == {}
        await move(client, alias, next_ones, ours)
        assert await asyncio.wait_for(write, 20) == []
        await asyncio.wait_for(start, 20)
        assert set(await documents(client, alias)) == {"lock-1", "lock-2"}
    finally:
        await client.indices.delete(index=next_ones)


async def test_an_alias_that_names_two_indexes_is_waited_out(
    client: AsyncElasticsearch, settings: Settings
) -> None:
    alias, second = settings.index_name, "second-" + settings.index_name
    await client.indices.create(index=second, aliases={alias: {}}, **index_body(settings))
    outage = Patient()
    try:
        write = asyncio.create_task(Writer(client, alias, outage).write(everything_about(1)))
        start = asyncio.create_task(ensure_right_index(client, settings, outage))
        await asyncio.sleep(1)
        assert not write.done()
        assert not start.done()
        assert any("take it from all but one" in reason for reason in outage.reasons)
        assert any("names more than one index" in reason for reason in outage.reasons)
    finally:
        await client.indices.delete(index=second)
    assert await asyncio.wait_for(write, 20) == []
    await asyncio.wait_for(start, 20)


async def test_a_lost_alias_goes_to_the_newest_index_that_is_finished(
    client: AsyncElasticsearch, settings: Settings
) -> None:
    alias, first = settings.index_name, versioned_name(settings)
    unfinished = {"_meta": meta_of(MAPPING_VERSION, {})}
    await client.indices.create(
        index=f"{first}-2", mappings={"_meta": {"version": MAPPING_VERSION}}
    )
    await client.indices.create(index=f"{first}-3", mappings=unfinished)
    try:
        await client.indices.delete_alias(index=first, name=alias)
        await ensure_index(client, settings)
        assert list(await client.indices.get_alias(name=alias)) == [f"{first}-2"]
    finally:
        await client.indices.delete(index=f"{first}-2,{first}-3")


class Patient(Outage):
    """Notes the reasons."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        super().__init__()

    async def pause(self, reason: str) -> None:
        self.reasons.append(reason)
        await super().pause(reason)


class Stepwise(Outage):
    """Pauses until it is told to go on."""

    def __init__(self) -> None:
        self._reasons: asyncio.Queue[str] = asyncio.Queue()
        self._steps = asyncio.Semaphore(0)
        super().__init__()

    async def pause(self, reason: str) -> None:
        self._reasons.put_nowait(reason)
        await self._steps.acquire()

    async def reason(self) -> str:
        """Why it pauses."""
        return await asyncio.wait_for(self._reasons.get(), 20)

    def go_on(self) -> None:
        self._steps.release()


async def move(client: AsyncElasticsearch, alias: str, one: str, other: str) -> None:
    await client.indices.update_aliases(
        actions=[
            {"remove": {"index": one, "alias": alias}}, {"add": {"index": other, "alias": alias}},
        ]
    )  # fmt: skip

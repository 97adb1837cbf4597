"""What readers ask, over a small index in memory that answers as Elasticsearch does."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.unit.search.newspaper import MET, a_document
from tidings.operations import Health
from tidings_search.archive import Archive, NoSuchArticle, NoSuchEntity, NoSuchEvent
from tidings_search.bodies import EXPORTED_AT_ONCE, MOST_INNER
from tidings_search.cursor import CursorMistake
from tidings_search.engine import Answer, Engine, Notice
from tidings_search.querying.mistakes import QueryMistake
from tidings_search.request import FacetRequest, Narrowing, SearchRequest, TimelineRequest


class Memory(Engine):
    """An index that every search matches whole: articles by id, each with the orders of its events.
    `bodies` are the searches that were asked for, `open` the points in time."""

    def __init__(self, articles: Mapping[str, Sequence[int]] | None = None) -> None:
        self.articles = dict(articles or {})
        self.documents: dict[str, Any] = {}
        self.bodies: list[Answer] = []
        self.open: set[str] = set()

    async def search(self, body: Answer, *, heavy: bool = True, at: str | None = None) -> Answer:
        self.bodies.append(body)
        hits = []
        if body["size"]:
            hits = self._events(body) if "nested" in str(body["sort"][0]) else self._ids(body)
        matching = {"doc_count": sum(map(len, self.articles.values())), "bars": {"buckets": []}}
        return {
            "hits": {"total": {"value": len(self.articles)}, "hits": hits},
            "aggregations": {
                "events": {"matching": matching | {"undated": {"doc_count": 0}}},
                "bars": {"buckets": [], "interval": "1d"},
                "undated": {"doc_count": 0},
            },
            **({"pit_id": at} if at else {}),
        }

    async def open_point_in_time(self) -> str:
        self.open.add(f"pit{len(self.bodies)}")
        return f"pit{len(self.bodies)}"

    async def close_point_in_time(self, point_in_time: str) -> None:
        self.open.discard(point_in_time)

    async def get(self, document_id: str) -> Answer | None:
        return self.documents.get(document_id)

    async def ready(self) -> Health:
        return Health(True, "In memory.")

    async def notice(self) -> Notice | None:
        return None

    def _ids(self, body: Answer) -> list[Answer]:
        ids = sorted(self.articles)
        if after := body.get("search_after"):
            ids = [one for one in ids if one > after[-1]]
        return [
            {
                "_id": one,
                "_source": {"article_id": one},
                "sort": [1.0, 0, one][-len(body["sort"]) :],
            }
            for one in ids[: body["size"]]
        ]

    def _events(self, body: Answer) -> list[Answer]:
        """Articles by the first of their events from the place on, each with some of these."""
        order = body["sort"][0]["events.order"]
        sign = -1 if order["order"] == "desc" else 1
        [from_on] = order["nested"]["filter"]["bool"]["filter"][-1]["range"][
            "events.order"
        ].values()
        wanted = []
        for article_id, orders in self.articles.items():
            events = sorted((sign * one, f"{article_id}-{n}") for n, one in enumerate(orders))
            if from_on:
                events = [one for one in events if one[0] >= sign * from_on]
            if events:
                wanted.append((events[0][0], article_id, events))
        listed = body["query"]["bool"]["filter"][-1]["nested"]["inner_hits"]["size"]
        assert listed <= MOST_INNER
        return [
            {
                "_id": article_id,
                "_source": {"article_id": article_id},
                "sort": [sign * first, article_id],
                "inner_hits": {"events": {"hits": self._listed(events, sign, listed)}},
            }
            for first, article_id, events in sorted(wanted)[: body["size"]]
        ]

    def _listed(self, events: Sequence[tuple[int, str]], sign: int, size: int) -> Answer:
        hits = [
            {
                "_nested": {"offset": n},
                "_source": {**MET, "order": sign * order, "event_id": event_id},
            }
            for n, (order, event_id) in enumerate(events[:size])
        ]
        return {"total": {"value": len(events)}, "hits": hits}


MANY = {f"a{number:03}": () for number in range(25)}
EVENTS = {
    "long": range(10, 400),
    "tied": (5, 5, 5, 5, 200, 200, 500),
    "also": (5, 200, 200, 1_000),
    **{f"one{number}": (5 + number % 3,) for number in range(30)},
}


async def walk(archive: Archive, asked: SearchRequest) -> list[str]:
    found: list[str] = []
    while True:
        page = await archive.walk(asked)
        found += [hit.article_id for hit in page.articles]
        if page.next is None:
            return found
        asked = asked.model_copy(update={"cursor": page.next})


async def walk_events(archive: Archive, asked: SearchRequest) -> list[str]:
    found: list[str] = []
    while True:
        page = await archive.events(asked)
        assert page.events or page.next is None
        found += [one.event["event_id"] for one in page.events]
        if page.next is None:
            return found
        asked = asked.model_copy(update={"cursor": page.next})


@pytest.mark.parametrize("size", [1, 5, 7, 25, 100])
async def test_a_walk_gives_every_article_once(size: int) -> None:
    for asked in (SearchRequest(size=size), SearchRequest(q="oil", size=size)):
        assert await walk(Archive(Memory(MANY)), asked) == sorted(MANY)


async def test_walks_by_relevance_that_begin_together_share_a_point_in_time_to_their_end() -> None:
    memory = Memory(MANY)
    archive, asked = Archive(memory), SearchRequest(q="oil", size=10)
    for _ in range(2):
        await walk(archive, asked)
    assert len(memory.open) == 1

    await walk(archive, SearchRequest(size=10))
    assert len(memory.open) == 1


async def test_a_walk_goes_on_with_its_own_search_alone() -> None:
    archive = Archive(Memory(MANY))
    cursor = (await archive.walk(SearchRequest(q="oil", size=10))).next
    for other in (SearchRequest(q="gas", cursor=cursor), SearchRequest(cursor="x")):
        with pytest.raises(CursorMistake):
            await archive.walk(other)
        with pytest.raises(CursorMistake):
            await archive.events(other)


@pytest.mark.parametrize("size", [1, 2, 20, 99, 100])
@pytest.mark.parametrize("sort", ["newest", "oldest"])
async def test_a_walk_gives_every_event_once_in_one_order(size: int, sort: Any) -> None:
    """Also those that share an order, and all of an article with more than are read at once."""
    found = await walk_events(Archive(Memory(EVENTS)), SearchRequest(size=size, sort=sort))

    sign = -1 if sort == "oldest" else 1
    every = sorted(
        (sign * order, f"{article_id}-{number}")
        for article_id, orders in EVENTS.items()
        for number, order in enumerate(orders)
    )
    assert found == [event_id for _, event_id in every]


async def test_an_export_has_every_event_and_every_article_once() -> None:
    archive = Archive(Memory(EVENTS))
    total, pages = await archive.every_event(SearchRequest())
    exported = [one.event["event_id"] async for page in pages for one in page]
    assert exported == await walk_events(archive, SearchRequest(size=7))
    assert total == len(exported)

    memory = Memory({f"a{number:04}": () for number in range(2 * EXPORTED_AT_ONCE)})
    total, found = await Archive(memory).every_article(SearchRequest())
    assert [hit["_id"] async for hits in found for hit in hits] == sorted(memory.articles)
    assert total == len(memory.articles)
    assert memory.open == set()


async def test_an_export_that_nobody_reads_to_the_end_leaves_no_point_in_time_open() -> None:
    memory = Memory({f"a{number:04}": () for number in range(2 * EXPORTED_AT_ONCE)})
    _, pages = await Archive(memory).every_article(SearchRequest())
    await anext(pages)
    assert memory.open
    await pages.aclose()  # type: ignore[attr-defined]
    assert memory.open == set()


async def test_a_page_of_events_counts_all_events_and_their_articles() -> None:
    page = await Archive(Memory(EVENTS)).events(SearchRequest(size=1))
    assert (page.total, page.articles) == (sum(map(len, EVENTS.values())), len(EVENTS))


async def test_nothing_has_no_next_page() -> None:
    archive = Archive(Memory())
    assert (await archive.walk(SearchRequest())).next is None
    assert (await archive.events(SearchRequest())).next is None
    total, pages = await archive.every_event(SearchRequest())
    assert (total, [page async for page in pages]) == (0, [])


async def test_what_is_counted_over_everything_is_counted_once_for_some_seconds() -> None:
    memory = Memory()
    archive = Archive(memory)
    for _ in range(3):
        await archive.timeline(TimelineRequest())
    assert len(memory.bodies) == 1

    for asked in (
        TimelineRequest(q="oil"),
        TimelineRequest(outlet=("a",)),
        TimelineRequest(ids=()),
    ):
        await archive.timeline(asked)
        await archive.timeline(asked)
    assert len(memory.bodies) == 7


async def test_a_query_that_cannot_be_read_is_refused_by_everything_that_takes_one() -> None:
    archive = Archive(Memory())
    for call in (
        archive.search(SearchRequest(q="(")), archive.walk(SearchRequest(q="(")),
        archive.events(SearchRequest(q="(")), archive.facets(Narrowing(q="(")),
        archive.facet("outlet", FacetRequest(q="(")), archive.every_event(SearchRequest(q="(")),
        archive.timeline(TimelineRequest(q="(")), archive.every_article(SearchRequest(q="(")),
        archive.whereabouts(Narrowing(q="(")),
    ):  # fmt: skip
        with pytest.raises(QueryMistake):
            await call


async def test_an_article_that_is_taken_down_or_without_words_says_so() -> None:
    memory = Memory()
    memory.documents = {
        "gone": a_document(visible=False, taken_down=5),
        "waiting": a_document(visible=False),
    }
    for article_id, reason in (
        ("gone", "taken down"),
        ("waiting", "not arrived"),
        ("", "no article"),
    ):
        with pytest.raises(NoSuchArticle, match=reason):
            await Archive(memory).find(article_id)


async def test_a_trace_of_an_unknown_article_says_where_else_to_look() -> None:
    with pytest.raises(
        NoSuchArticle, match=r"no article .*“a1”.* `tidings dead list --article a1`"
    ):
        await Archive(Memory()).trace("a1")


@pytest.mark.parametrize("entity_id", ["", "x" * 501])
async def test_an_id_that_nothing_can_have_is_not_looked_for(entity_id: str) -> None:
    memory = Memory()
    with pytest.raises(NoSuchEntity, match="with the id") as refused:
        await Archive(memory).find_entity(entity_id)
    assert len(str(refused.value)) < 200
    assert memory.bodies == []


async def test_an_event_that_no_article_tells_is_none() -> None:
    class NoEvents(Memory):
        async def search(
            self, body: Answer, *, heavy: bool = True, at: str | None = None
        ) -> Answer:
            return {"hits": {"total": {"value": 0}, "hits": []}}

    with pytest.raises(NoSuchEvent, match=r"no event with the id “x+”") as refused:
        await Archive(NoEvents()).find_event("x" * 5_000)
    assert len(str(refused.value)) < 200

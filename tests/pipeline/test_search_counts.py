"""Events, facets, timeline, map and pairs on a real Elasticsearch: what is counted is found."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.pipeline import newsroom, shelves
from tests.pipeline.shelves import GRAIN, MARCH, PORT, RAID
from tidings.elastic import new_client
from tidings.settings import Settings
from tidings_local.engines import LocalEngines
from tidings_search.archive import Archive
from tidings_search.counting import FacetValues, Value
from tidings_search.engine import Engine
from tidings_search.facets import FACETS
from tidings_search.request import (
    FacetRequest,
    Narrowing,
    PairsRequest,
    SearchRequest,
    TimelineRequest,
)
from tidings_search.timeline import TooManyBars

NONE_OF = ("people", "countries")
"""Facets of which the corpus has no value."""

SEARCHES: tuple[Mapping[str, Any], ...] = (
    {},
    {"q": "grain"},
    {"q": "event:COERCE"},
    {"q": "grain event:COERCE -modality:denied"},
    {"q": "(event:COERCE) (event:CONSULT)"},
    {"q": "grain OR event:ASSAULT"},
    {"outlet": ("herald.example",)},
    {"event_type": ("COERCE", "ASSAULT/beat"), "language": ("en",)},
    {"modality": ("asserted",), "source_country": ("PER",)},
    {"date_from": date(2026, 2, 11), "date_to": date(2026, 2, 12)},
)


@pytest.fixture(scope="module")
def filled(engines: LocalEngines) -> Settings:
    settings = engines.settings.model_copy(update={"index_name": f"counts-{uuid.uuid4().hex[:8]}"})
    asyncio.run(newsroom.fill(settings, shelves.small()))
    return settings


@pytest.fixture(scope="module")
def stacks(engines: LocalEngines) -> Settings:
    settings = engines.settings.model_copy(update={"index_name": f"stacks-{uuid.uuid4().hex[:8]}"})
    asyncio.run(newsroom.fill(settings, [*shelves.many()]))
    return settings


@pytest.fixture
async def archive(filled: Settings) -> AsyncIterator[Archive]:
    archive = Archive(Engine(new_client(filled), filled.index_name))
    yield archive
    await archive.close()


@pytest.fixture
async def large(stacks: Settings) -> AsyncIterator[Archive]:
    archive = Archive(Engine(new_client(stacks), stacks.index_name))
    yield archive
    await archive.close()


async def ids(archive: Archive, q: str) -> set[str]:
    page = await archive.search(SearchRequest(q=q, size=100))
    assert page.total == len(page.articles)
    return {hit.article_id for hit in page.articles}


async def events(archive: Archive, q: str) -> set[str]:
    page = await archive.events(SearchRequest(q=q, size=100))
    assert page.total == len(page.events)
    assert page.articles == len({one.article.article_id for one in page.events})
    return {one.event["event_id"] for one in page.events}


def named(*which: tuple[Any, int]) -> set[str]:
    return {f"{article.article_id}-{number}" for article, number in which}


HELD, DENIED, TALKED, SEIZED = (GRAIN, 0), (GRAIN, 1), (PORT, 0), (PORT, 1)
RAIDED, MARCHED, BEATEN = (RAID, 0), (MARCH, 0), (MARCH, 1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("event:COERCE source_country:PER", [HELD]),
        ("event:COERCE actor:chile", [HELD, SEIZED]),
        ("event:COERCE -target_country:CHL", [DENIED, SEIZED]),
        ("event:COERCE NOT modality:denied", [HELD, SEIZED]),
        ("event:COERCE mode:seize", [HELD, SEIZED]),
        ("event:(ASSAULT OR PROTEST)", [RAIDED, MARCHED, BEATEN]),
        ("event:ASSAULT place:Nairobi", [BEATEN]),
        ("event:ASSAULT country:Peru", [RAIDED]),
        ("event:* country:Kenya", [SEIZED, MARCHED, BEATEN]),
        ("source:police", [DENIED, RAIDED, BEATEN]),
        ('source:"coast guard"', [HELD, TALKED]),
        ("source:polise~", [DENIED, RAIDED, BEATEN]),
        ("source:pol*", [DENIED, RAIDED, BEATEN]),
        ("source:mil", [HELD, TALKED]),
        ("sector:LAB", [MARCHED, BEATEN]),
        ("context:trade", [HELD, TALKED]),
        ("killed:>=10", [RAIDED]),
        ("killed:[2 TO 12}", [BEATEN]),
        ("killed:*", [RAIDED, BEATEN]),
        ("intensity:<-7", [RAIDED, BEATEN]),
        ("intensity:[-10 TO -7]", [HELD, RAIDED, BEATEN]),
        ("intensity:-4.5", [MARCHED]),
        ("intensity:>0", [TALKED]),
        ("confidence:>=0.9", [HELD]),
        ("event_date:2026-02-09", [HELD, TALKED]),
        ("event_date:2026-02-11", [RAIDED, TALKED]),
        ("event_date:2026-03", [MARCHED]),
        ("event_date:<2026-02-09", [TALKED]),
        ("event:COERCE target:*", [HELD]),
        ("grain event:COERCE", [HELD, DENIED, SEIZED]),
        ("(event:COERCE) (event:CONSULT)", [TALKED, SEIZED]),
        ("event:REJECT", []),
    ],
)
async def test_the_events_view_lists_exactly_the_events_that_meet_the_query(
    archive: Archive, query: str, found: list[tuple[Any, int]]
) -> None:
    assert await events(archive, query) == named(*found)
    assert await ids(archive, query) == {article.article_id for article, _ in found}


async def test_one_event_with_two_properties_is_not_two_events_with_one_each(
    archive: Archive,
) -> None:
    grain, port, raid = GRAIN.article_id, PORT.article_id, RAID.article_id

    assert await ids(archive, "event:COERCE source_country:PER") == {grain}
    assert await ids(archive, "(event:COERCE) (source_country:PER)") == {grain, port}
    assert await ids(archive, "event:COERCE -(source_country:PER)") == set()
    assert await ids(archive, "-event:COERCE event:*") == {MARCH.article_id, port, raid}
    assert await ids(archive, "(-event:COERCE) event:*") == {MARCH.article_id, raid}
    assert await ids(archive, "event:ASSAULT (place:Cusco)") == {raid}
    assert await ids(archive, "event:CONSULT (place:Lima)") == set()


async def choose(
    archive: Archive, facet: FacetValues, search: Mapping[str, Any], value: str
) -> int:
    """How many there are once the value is chosen in place of those of its facet."""
    asked = SearchRequest.model_validate({**search, facet.facet: (value,)})
    if facet.counts == "events":
        return (await archive.events(asked)).total
    return (await archive.search(asked)).total


def flat(facet: FacetValues) -> list[Value]:
    return [one for value in facet.values for one in (value, *value.within)]


@pytest.mark.parametrize("search", SEARCHES, ids=str)
async def test_the_number_beside_a_value_is_what_choosing_it_gives(
    archive: Archive, search: Mapping[str, Any]
) -> None:
    found = await archive.facets(Narrowing.model_validate(search))

    assert list(found) == list(FACETS)
    for facet in found.values():
        assert facet.exact
        for value in flat(facet):
            assert await choose(archive, facet, search, value.value) == value.count, value
    if not search:
        assert all(flat(facet) for facet in found.values() if facet.facet not in NONE_OF)


async def test_choosing_a_value_hides_no_other_and_shows_what_both_give(archive: Archive) -> None:
    everything = (await archive.facets(Narrowing()))["outlet"]
    chosen = (await archive.facets(Narrowing(outlet=("herald.example",))))["outlet"]

    assert {one.value: one.count for one in chosen.values} == {
        one.value: one.count for one in everything.values
    }
    assert [one.value for one in chosen.values if one.chosen] == ["herald.example"]
    both = SearchRequest(outlet=("herald.example", "gazette.example"))
    assert (await archive.search(both)).total == sum(
        one.count for one in everything.values if one.value in both.outlet
    )


async def test_nobody_s_pronoun_is_an_actor_and_what_is_taken_down_counts_nowhere(
    archive: Archive,
) -> None:
    found = await archive.facets(Narrowing())

    assert "they" not in {one.value for one in found["target"].values}
    assert "Grain board" not in {one.value for one in found["organisations"].values}
    assert "REJECT" not in {one.value for one in found["event_type"].values}
    assert await ids(archive, "withdrawn") == set()
    assert not [one for one in await archive.suggest("grain b") if one.name == "Grain board"]


async def test_every_value_of_a_facet_can_be_reached_page_by_page(large: Archive) -> None:
    reached: dict[str, int] = {}
    for page in range(1, 20):
        found = await large.facet("outlet", FacetRequest(size=7, page=page))
        assert not set(reached) & {one.value for one in found.values}
        reached |= {one.value: one.count for one in found.values}
        if not found.more:
            break
    assert reached == {
        f"outlet-{number:02}": shelves.OUTLETS - number for number in range(shelves.OUTLETS)
    }


async def test_a_value_is_found_by_some_of_its_letters_and_counted_once_it_is_chosen(
    large: Archive,
) -> None:
    found = await large.facet("outlet", FacetRequest(contains="LET-2"))
    assert [one.value for one in found.values] == [f"outlet-{n}" for n in range(20, 25)]

    beside = (await large.facets(Narrowing(outlet=("outlet-23",))))["outlet"]
    assert (beside.values[0].value, beside.values[0].count, beside.values[0].chosen) == (
        "outlet-23", 2, True,
    )  # fmt: skip
    assert beside.more
    elsewhere = await large.facet("outlet", FacetRequest(contains="24", outlet=("outlet-23",)))
    assert [one.value for one in elsewhere.values] == ["outlet-24"]
    for sign in '"\\[](){}.*+?|&~#@<>^-$':
        assert (await large.facet("source", FacetRequest(contains=f"{sign}{sign}"))).values == ()
    assert (await large.facet("outlet", FacetRequest(contains="a" * 50))).values == ()


@pytest.mark.parametrize(
    "search", [{}, {"q": "wheat -outlet:outlet-03"}, {"outlet": ("outlet-01",)}]
)
@pytest.mark.parametrize("of", ["articles", "events"])
@pytest.mark.parametrize("by", ["told", "happened"])
@pytest.mark.parametrize("interval", ["auto", "day", "week", "month", "quarter", "year"])
async def test_bars_add_up_to_the_total(
    large: Archive, search: Mapping[str, Any], of: str, by: str, interval: str
) -> None:
    asked = TimelineRequest.model_validate({**search, "of": of, "by": by, "interval": interval})
    found = await large.timeline(asked)

    searched = SearchRequest.model_validate(search)
    page = await (large.search(searched) if of == "articles" else large.events(searched))
    assert found.total == page.total
    assert sum(bar.count for bar in found.bars) + found.undated == found.total
    if of == "events":
        assert all(sum(bar.by_type.values()) == bar.count for bar in found.bars)
    else:
        for bar in found.bars[:3]:
            within = searched.model_copy(update={"date_from": bar.first, "date_to": bar.last})
            assert (await large.search(within)).total == bar.count


async def test_a_long_time_by_day_is_refused_with_a_sentence(
    engines: LocalEngines,
) -> None:
    settings = engines.settings.model_copy(update={"index_name": f"ages-{uuid.uuid4().hex[:8]}"})
    ages = [
        newsroom.an_article(f"In {year}", published_at=f"{year:04}-01-01T00:00:00Z")
        for year in (1200, 2026)
    ]
    await newsroom.fill(settings, [one for age in ages for one in newsroom.as_read(age)])
    archive = Archive(Engine(new_client(settings), settings.index_name))
    try:
        assert len((await archive.timeline(TimelineRequest())).bars) <= 60
        assert (await archive.timeline(TimelineRequest(interval="year"))).total == 2
        for interval in ("day", "week"):
            asked = TimelineRequest.model_validate({"interval": interval})
            with pytest.raises(TooManyBars, match="choose a longer interval"):
                await archive.timeline(asked)
    finally:
        await archive.close()


async def test_a_stretch_that_is_not_over_is_marked(engines: LocalEngines) -> None:
    now = datetime.now(UTC)
    today = newsroom.an_article("Today", published_at=now.isoformat())
    old = newsroom.an_article("Then", published_at=(now - timedelta(days=900)).isoformat())
    settings = engines.settings.model_copy(update={"index_name": f"today-{uuid.uuid4().hex[:8]}"})
    await newsroom.fill(settings, [*newsroom.as_read(today), *newsroom.as_read(old)])
    archive = Archive(Engine(new_client(settings), settings.index_name))
    try:
        for interval in ("day", "week", "month", "year"):
            found = await archive.timeline(TimelineRequest.model_validate({"interval": interval}))
            assert not found.bars[-1].complete
            assert all(bar.complete for bar in found.bars[:-1])
    finally:
        await archive.close()


async def test_the_map_has_places_countries_and_what_cannot_be_drawn(archive: Archive) -> None:
    found = await archive.whereabouts(Narrowing())

    assert {(spot.name, spot.lat, spot.lon, spot.count) for spot in found.spots} == {
        ("Lima", -12.05, -77.04, 1), ("Cusco", -13.52, -71.97, 1), ("Nairobi", -1.29, 36.82, 2),
    }  # fmt: skip
    assert found.countries == {"PER": 2, "KEN": 3}
    assert found.unlocated == {"Port Erewhon": 1}
    assert (found.events, found.without_place) == (7, 1)


async def test_pairs_count_who_acted_on_whom_and_their_numbers_are_what_choosing_them_gives(
    archive: Archive,
) -> None:
    found = await archive.pairs(PairsRequest())
    assert [(one.source, one.target, one.count, one.intensity) for one in found.pairs] == [
        ("Coast guard of Peru", "Chile", 2, -3.0),
        ("Police", "teachers", 1, -9.0),
        ("police", "Coast guard of Peru", 1, -10.0),
    ]
    assert found.events == 4
    for pair in found.pairs:
        chosen = SearchRequest(source=(pair.source,), target=(pair.target,))
        assert (await archive.events(chosen)).total == pair.count
    [pair] = (await archive.pairs(PairsRequest(by="country"))).pairs
    assert (pair.source_label, pair.target_label, pair.count) == ("Peru", "Chile", 2)


async def test_a_suggestion_s_query_finds_as_many_as_it_says(archive: Archive) -> None:
    for letters in ("li", "CUS", "coast", "tea", "“o", "the d", "gaz"):
        found = await archive.suggest(letters)
        assert found
        for one in found:
            assert (await archive.search(SearchRequest(q=one.query))).total == one.articles
    for letters in ("zzz", '"', "\\", ".*", "a" * 50):
        assert await archive.suggest(letters) == ()

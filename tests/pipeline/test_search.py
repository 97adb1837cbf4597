"""Search on a real Elasticsearch: what matches, what is counted, and what is shown of it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final

import pytest

from tests.pipeline import newsroom
from tidings.elastic import new_client
from tidings.errors import EngineUnavailable
from tidings.settings import Settings
from tidings_index.received import Received
from tidings_local.engines import LocalEngines
from tidings_search.archive import Archive, NoSuchArticle, NoSuchEntity
from tidings_search.request import EventRequest, SearchRequest
from tidings_search.results import ArticlePage

CLINICAL: Final = newsroom.an_article(
    "Clinical study halted", "The clinical study in Varna was halted by its board.",
    outlet="gazette.example", published_at="2026-03-01T00:10:00Z", language="en",
)  # fmt: skip
CLINICS: Final = newsroom.an_article(
    "Clinics get study beds", "Clinics of the county get study beds. A clinic in Varna opened.",
    outlet="gazette.example", published_at="2026-03-05T09:00:00Z", language="en",
)  # fmt: skip
ACCENTED: Final = newsroom.an_article(
    "Zoë Moreau wins the seat", "Zoë Moreau won the seat of Lyon.",
    outlet="herald.example", published_at="2026-03-31T23:59:59.500Z", language="en",
)  # fmt: skip
PLAIN: Final = newsroom.an_article(
    "Moreau speaks", "Zoe Moreau spoke in Lyon about AT&T and the 貨物船.",
    outlet="herald.example", published_at="2026-04-01T00:00:00Z", language="en",
)  # fmt: skip
HARBOUR: Final = newsroom.an_article(
    "<script>alert(1)</script> & the harbour blockade",
    "The navy of Ruritania seized a tanker near Lyon.\n\nRuritania met Graustark afterwards.",
    outlet="courier.example", published_at="2026-05-02T12:00:00Z", language="en",
)  # fmt: skip
LONG: Final = newsroom.an_article(
    "A long report", "Filler words everywhere. " * 16_000 + "At last: the zinc tariff."
)
SHORT: Final = newsroom.an_article("Zinc tariff", "The zinc tariff <b>rises</b> & more.")
GONE: Final = newsroom.an_article("Taken back", "The harbour story that was wrong.")
LAST_NAME: Final = "last name of a full name in the text"
UNREAD: Final = newsroom.an_article("Not here yet", "Only its events came.")


def corpus() -> list[Received]:
    seized = newsroom.an_event(HARBOUR, "COERCE", "The navy of Ruritania", "seized", "a tanker")
    met = newsroom.an_event(HARBOUR, "CONSULT", "Ruritania", "met", "Graustark", modality="planned")
    won = newsroom.an_event(ACCENTED, "SUPPORT", "Zoë Moreau", "won", "the seat of Lyon")
    return [
        *newsroom.as_read(CLINICAL, newsroom.entities_of(CLINICAL, ("place", "Varna"))),
        *newsroom.as_read(CLINICS, newsroom.entities_of(CLINICS, ("place", "Varna"))),
        *newsroom.as_read(
            ACCENTED,
            newsroom.entities_of(
                ACCENTED,
                ("person", "Zoë Moreau"),
                ("place", "Lyon"),
                joined={"Zoë Moreau": {"Moreau": LAST_NAME}},
            ),
            newsroom.events_of(ACCENTED, won),
        ),
        *newsroom.as_read(
            PLAIN, newsroom.entities_of(PLAIN, ("place", "Lyon"), ("person", "Moreau"))
        ),
        *newsroom.as_read(
            HARBOUR,
            newsroom.entities_of(HARBOUR, ("place", "Ruritania"), ("place", "Graustark")),
            newsroom.events_of(HARBOUR, seized, met),
        ),
        *newsroom.as_read(LONG),
        *newsroom.as_read(SHORT),
        *newsroom.as_read(GONE, newsroom.entities_of(GONE, ("person", "Zoë Moreau"))),
        newsroom.takedown(GONE),
        newsroom.events_of(UNREAD),
    ]


@pytest.fixture(scope="module")
def filled(engines: LocalEngines) -> Settings:
    """The settings of an index that holds the corpus."""
    settings = engines.settings.model_copy(update={"index_name": f"search-{uuid.uuid4().hex[:8]}"})
    asyncio.run(newsroom.fill(settings, corpus()))
    return settings


@pytest.fixture
async def archive(filled: Settings) -> AsyncIterator[Archive]:
    archive = Archive(new_client(filled), filled.index_name)
    yield archive
    await archive.close()


async def ids(archive: Archive, q: str = "", **filters: Any) -> set[str]:
    found = await archive.search(SearchRequest(q=q, **filters))
    assert found.total == len(found.articles)
    return {hit.article_id for hit in found.articles}


def counts(found: ArticlePage, facet: str) -> dict[str, int]:
    return {one.value: one.count for one in getattr(found.facets, facet)}


async def test_quotation_marks_of_every_shape_find_the_exact_words(archive: Archive) -> None:
    assert await ids(archive, '"clinical"') == {CLINICAL.article_id}
    assert await ids(archive, '"study bed"') == set()
    for query in ('"study beds"', "“study beds”", "„study beds“", "«study beds»"):
        assert await ids(archive, query) == {CLINICS.article_id}


async def test_plain_words_match_in_all_their_forms_and_must_all_be_there(archive: Archive) -> None:
    assert await ids(archive, "clinic") == {CLINICAL.article_id, CLINICS.article_id}
    assert await ids(archive, "clinic halting") == {CLINICAL.article_id}


@pytest.mark.parametrize("query", ["zoe moreau", "Zoë Moreau", "ZOË MOREAU", '"zoë moreau"'])
async def test_accents_and_capitals_make_no_difference(archive: Archive, query: str) -> None:
    found = await archive.search(SearchRequest(q=query))

    assert {hit.article_id for hit in found.articles} == {ACCENTED.article_id, PLAIN.article_id}
    for hit in found.articles:
        marked = [piece.text for piece in hit.highlighted_snippet if piece.marked]
        assert "Moreau" in " ".join(marked)
        assert {"Zoë", "Zoe"} & set(" ".join(marked).split())


async def test_what_is_written_without_a_space_stays_together(archive: Archive) -> None:
    assert await ids(archive, "AT&T") == {PLAIN.article_id}
    assert await ids(archive, "貨物船") == {PLAIN.article_id}
    assert await ids(archive, "船物貨") == set()


async def test_days_are_whole_days_of_utc_with_both_ends(archive: Archive) -> None:
    assert await ids(archive, date_from=date(2026, 3, 1), date_to=date(2026, 3, 31)) == {
        CLINICAL.article_id, CLINICS.article_id, ACCENTED.article_id,
    }  # fmt: skip
    assert await ids(archive, date_from=date(2026, 3, 31), date_to=date(2026, 3, 31)) == {
        ACCENTED.article_id
    }
    assert PLAIN.article_id in await ids(archive, date_from=date(1, 1, 1), date_to=date.max)


async def test_html_in_a_title_stays_words_and_is_still_highlighted(archive: Archive) -> None:
    [hit] = (await archive.search(SearchRequest(q="blockade script"))).articles

    assert "".join(piece.text for piece in hit.highlighted_title) == HARBOUR.title
    assert {p.text for p in hit.highlighted_title if p.marked} == {"script", "blockade"}


async def test_markup_in_a_passage_without_a_match_is_plain_text_too(archive: Archive) -> None:
    [hit] = (await archive.search(SearchRequest(ids=(SHORT.article_id,)))).articles

    assert [piece.text for piece in hit.highlighted_snippet] == [SHORT.text]


async def test_a_very_long_article_costs_no_one_else_a_hit(archive: Archive) -> None:
    found = await archive.search(SearchRequest(q='"zinc tariff"'))

    assert {hit.article_id for hit in found.articles} == {LONG.article_id, SHORT.article_id}
    assert all(hit.snippet for hit in found.articles)


async def test_choosing_a_value_narrows_the_hits_but_not_its_own_facet(archive: Archive) -> None:
    found = await archive.search(SearchRequest(q="in", outlet=("herald.example",)))

    assert {hit.outlet for hit in found.articles} == {"herald.example"}
    assert counts(found, "outlet") == {"herald.example": 1, "gazette.example": 2}
    assert counts(found, "places") == {"Lyon": 1}


async def test_a_chosen_value_that_nothing_has_is_shown_with_zero(archive: Archive) -> None:
    found = await archive.search(SearchRequest(outlet=("nowhere.example",)))

    assert found.total == 0
    assert found.facets.outlet[0].model_dump() == {
        "value": "nowhere.example", "count": 0, "chosen": True,
    }  # fmt: skip
    assert counts(found, "outlet")["herald.example"] == 2


@pytest.mark.parametrize("name", ["Zoë Moreau", "zoe MOREAU"])
async def test_an_entity_is_found_by_its_name_however_it_is_spelt(
    archive: Archive, name: str
) -> None:
    found = await archive.search(SearchRequest(people=(name,)))

    assert [hit.article_id for hit in found.articles] == [ACCENTED.article_id]
    assert found.facets.people[0].model_dump() == {"value": name, "count": 1, "chosen": True}
    assert counts(found, "people")["Zoë Moreau"] == 1


async def test_an_entity_is_found_by_each_alias_in_its_kind_alone(archive: Archive) -> None:
    found = await archive.search(SearchRequest(people=("moreau",)))

    assert {hit.article_id for hit in found.articles} == {ACCENTED.article_id, PLAIN.article_id}
    assert found.facets.people[0].count == 2
    assert await ids(archive, places=("moreau",)) == set()


async def test_choosing_a_value_finds_what_its_facet_counted(archive: Archive) -> None:
    everything = await archive.search(SearchRequest())

    assert counts(everything, "places") == {"Lyon": 2, "Varna": 2, "Graustark": 1, "Ruritania": 1}
    for place, count in counts(everything, "places").items():
        assert len(await ids(archive, places=(place,))) == count


async def test_a_name_finds_all_that_are_called_so(archive: Archive) -> None:
    found = await archive.namesakes("MOREAU")

    assert (found.articles, found.articles_read) == (2, 2)
    assert [(one.name, one.kind, one.articles) for one in found.entities] == [
        ("Moreau", "person", 1),
        ("Zoë Moreau", "person", 1),
    ]
    assert (await archive.namesakes("nobody")).entities == ()
    assert (await archive.namesakes("moreau", "place")).articles == 0


async def test_an_id_finds_the_articles_of_one_entity_and_not_of_its_namesakes(
    archive: Archive,
) -> None:
    assert await ids(archive, people=("moreau",)) == {ACCENTED.article_id, PLAIN.article_id}
    for one in (await archive.namesakes("moreau")).entities:
        assert len(await ids(archive, entity=(one.entity_id,))) == one.articles == 1


async def test_an_entity_tells_its_aliases_with_reasons_and_its_visible_articles(
    archive: Archive,
) -> None:
    entity = await archive.find_entity("zoë-moreau")

    assert (entity.name, entity.articles, entity.articles_read) == ("Zoë Moreau", 1, 1)
    [alias] = entity.aliases
    assert (alias.name, alias.articles, alias.reasons) == ("Moreau", 1, (LAST_NAME,))
    assert [article.title for article in entity.newest] == [ACCENTED.title]
    newest = (await archive.find_entity("lyon")).newest
    assert [article.title for article in newest] == [PLAIN.title, ACCENTED.title]


@pytest.mark.parametrize("name", ["\0", "a/b", "..", "é" * 500, '"<\\'])
async def test_an_odd_id_or_name_is_one_that_nobody_has(archive: Archive, name: str) -> None:
    assert (await archive.namesakes(name)).entities == ()
    assert await ids(archive, people=(name,)) == set()
    for entity_id in (name, name * 10_000, ""):
        with pytest.raises(NoSuchEntity):
            await archive.find_entity(entity_id)


async def test_two_conditions_hold_for_one_and_the_same_event(archive: Archive) -> None:
    assert await ids(archive, event_type=("COERCE",), source=("navy",)) == {HARBOUR.article_id}
    assert await ids(archive, event_type=("COERCE",), source=("Ruritania",), target=("tanker",))
    assert await ids(archive, event_type=("CONSULT",), target=("tanker",)) == set()


async def test_the_facet_of_event_types_counts_events(archive: Archive) -> None:
    everything = await archive.search(SearchRequest())
    chosen = await archive.search(SearchRequest(event_type=("COERCE",), source=("GOV",)))

    assert counts(everything, "event_type") == {"COERCE": 1, "CONSULT": 1, "SUPPORT": 1}
    assert counts(chosen, "event_type") == {"COERCE": 1, "CONSULT": 1, "SUPPORT": 1}
    assert [event.event_type for event in chosen.articles[0].events] == ["COERCE"]


async def test_events_come_with_the_article_that_says_so(archive: Archive) -> None:
    request = EventRequest(q="tanker", type=("COERCE", "CONSULT"))
    found = await archive.search_events(request.articles)

    assert (found.total, found.articles) == (2, 1)
    assert [one.event["event_type"] for one in found.events] == ["COERCE", "CONSULT"]
    assert found.events[0].article.title == HARBOUR.title
    assert found.events[0].event["sentence"]["text"].startswith("The navy of Ruritania seized")
    assert "order" not in found.events[0].event


async def test_the_days_of_the_date_facet_sum_to_the_dated_articles(archive: Archive) -> None:
    found = await archive.search(SearchRequest())

    assert sum(days.count for days in found.facets.published) == 5
    for days in found.facets.published:
        assert len(await ids(archive, date_from=days.first, date_to=days.last)) == days.count


async def test_without_words_the_newest_article_comes_first_and_undated_ones_last(
    archive: Archive,
) -> None:
    found = await archive.search(SearchRequest())

    dates = [hit.published_at for hit in found.articles]
    assert dates[0] == "2026-05-02T12:00:00Z"
    assert dates[-2:] == [None, None]


async def test_pages_give_every_article_once(archive: Archive) -> None:
    pages = [await archive.search(SearchRequest(page=n, size=2)) for n in (1, 2, 3, 4)]

    found = [hit.article_id for page in pages for hit in page.articles]
    assert len(found) == len(set(found)) == pages[0].total == 7


async def test_an_empty_list_of_ids_finds_nothing_and_fails_nothing(archive: Archive) -> None:
    assert await ids(archive, ids=()) == set()
    assert await ids(archive, ids=(SHORT.article_id,)) == {SHORT.article_id}


async def test_an_article_that_is_taken_down_unread_or_unknown_says_which(archive: Archive) -> None:
    assert await ids(archive, "harbour wrong") == set()
    for article_id, reason in (
        (GONE.article_id, "taken down"),
        (UNREAD.article_id, "have not arrived"),
        ("no-such-id", "no article"),
        ("..", "no article"),
        ("", "no article"),
        ("é" * 600, "no article"),
    ):
        with pytest.raises(NoSuchArticle, match=reason):
            await archive.find(article_id)


async def test_a_trace_also_knows_an_article_whose_words_have_not_come(archive: Archive) -> None:
    trace = await archive.trace(UNREAD.article_id)

    assert trace.parts["raw"].state == "waiting"
    assert trace.parts["events"].extractor_version == "2026.11.1"


async def test_a_missing_index_is_a_state_that_passes(filled: Settings) -> None:
    archive = Archive(new_client(filled), "not-made-yet")
    try:
        for call in (archive.search(SearchRequest()), archive.find("x"), archive.trace("x")):
            with pytest.raises(EngineUnavailable, match="does not exist yet"):
                await call
        assert not (await archive.ready()).ok
    finally:
        await archive.close()

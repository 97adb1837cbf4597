"""Search on a real Elasticsearch: what words and names match, and what is shown of it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final

import pytest

from tests.pipeline import newsroom
from tidings.elastic import new_client
from tidings.errors import EngineUnavailable
from tidings.messages import Article
from tidings.settings import Settings
from tidings_index.received import Received
from tidings_local.engines import LocalEngines
from tidings_search.archive import Archive, NoSuchArticle, NoSuchEntity
from tidings_search.engine import Engine
from tidings_search.request import SearchRequest

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
    "Moreau speaks", "Zoe Moreau spoke in Lyon about AT&T and the 貨物船 in a cafe\u0301.",
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
CALLED: Final = newsroom.an_article(
    "Snap vote called", "Premier Okafor called a snap vote after he had resigned.",
    published_at="2026-06-01T10:00:00Z",
)  # fmt: skip
RESIGNED: Final = newsroom.an_article("Minister resigns", "Minister Lindqvist resigned on Monday.")
COUNTY: Final = newsroom.an_article("Snap vote in Bergen", "The county holds a snap vote in May.")
ENDED: Final = newsroom.an_article(
    "Canal strike ends", "The canal strike ended at noon.", published_at="2026-07-31T23:30:00Z"
)  # fmt: skip
BEGUN: Final = newsroom.an_article(
    "Strike on the canal", "A strike closed the canal.", published_at="2026-08-01T00:05:00Z"
)  # fmt: skip
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
        *(
            record
            for article in (CALLED, RESIGNED, COUNTY, ENDED, BEGUN)
            for record in newsroom.as_read(article)
        ),
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
    archive = Archive(Engine(new_client(filled), filled.index_name))
    yield archive
    await archive.close()


async def ids(archive: Archive, q: str = "", **filters: Any) -> set[str]:
    found = await archive.search(SearchRequest(q=q, **filters))
    assert found.total == len(found.articles)
    return {hit.article_id for hit in found.articles}


async def test_quotation_marks_of_every_shape_find_the_exact_words(archive: Archive) -> None:
    assert await ids(archive, '"clinical"') == {CLINICAL.article_id}
    assert await ids(archive, '"study bed"') == set()
    for query in ('"study beds"', "“study beds”", "„study beds“", "«study beds»"):
        assert await ids(archive, query) == {CLINICS.article_id}


async def test_plain_words_match_in_all_their_forms_and_must_all_be_there(archive: Archive) -> None:
    assert await ids(archive, "clinic") == {CLINICAL.article_id, CLINICS.article_id}
    assert await ids(archive, "clinic halting") == {CLINICAL.article_id}


@pytest.mark.parametrize(
    "query",
    [
        '("snap vote" OR resign*) NOT (okafor OR lindqvist)',
        '("snap vote" OR resign*) AND NOT (okafor OR lindqvist)',
        '("snap vote" OR resign*) -(okafor OR lindqvist)',
        '("snap vote" OR resign*) !(okafor OR lindqvist)',
        '("snap vote" || resign*) -okafor -lindqvist',
    ],
)
async def test_several_exclusions_all_hold_however_they_are_written(
    archive: Archive, query: str
) -> None:
    assert await ids(archive, query) == {COUNTY.article_id}


@pytest.mark.parametrize(
    "query", ['"canal strike"', "“canal strike”", "„canal strike“", "«canal strike»"]
)
async def test_a_phrase_is_in_the_order_in_which_it_is_written(
    archive: Archive, query: str
) -> None:
    assert await ids(archive, query) == {ENDED.article_id}


async def test_stop_words_count_in_a_phrase(archive: Archive) -> None:
    assert await ids(archive, '"strike on the canal"') == {BEGUN.article_id}
    assert await ids(archive, '"strike on a canal"') == set()
    assert await ids(archive, '"the"') >= {CLINICAL.article_id, ENDED.article_id}


async def test_words_near_each_other_are_found_in_either_order(archive: Archive) -> None:
    assert await ids(archive, '"canal closed"') == set()
    assert await ids(archive, '"closed canal"~1') == {BEGUN.article_id}
    assert await ids(archive, '"canal strike"~5') == {ENDED.article_id, BEGUN.article_id}


async def test_beginnings_and_misspelt_words_are_found(archive: Archive) -> None:
    assert await ids(archive, "resign*") == {CALLED.article_id, RESIGNED.article_id}
    assert await ids(archive, "RÉSIGN*") == {CALLED.article_id, RESIGNED.article_id}
    assert await ids(archive, "lindq?ist") == {RESIGNED.article_id}
    assert await ids(archive, "lindkvist~") == {RESIGNED.article_id}
    assert await ids(archive, "lindkvist") == set()
    assert await ids(archive, "zo*") == {ACCENTED.article_id, PLAIN.article_id}


async def test_the_longest_patterns_that_may_be_asked_for_are_answered(archive: Archive) -> None:
    for query in (
        "ab*" + "a?" * 4 + "a" * 39,
        "ab*c*d*e*f*" + "g" * 39,
        "person:ab*????" + "a" * 36,
    ):
        assert await ids(archive, query) == set()


async def test_words_may_be_looked_for_in_the_title_or_the_text_alone(archive: Archive) -> None:
    assert await ids(archive, "title:canal") == {ENDED.article_id, BEGUN.article_id}
    assert await ids(archive, "title:noon") == set()
    assert await ids(archive, "text:noon") == {ENDED.article_id}
    assert await ids(archive, 'title:(strike "snap vote")') == set()
    assert await ids(archive, 'title:(strike OR "snap vote")') >= {COUNTY.article_id}


async def test_a_title_counts_more_than_the_text_and_the_very_word_more_than_its_stem(
    archive: Archive,
) -> None:
    async def order(q: str) -> list[str]:
        return [hit.article_id for hit in (await archive.search(SearchRequest(q=q))).articles]

    assert (await order("resigns"))[0] == RESIGNED.article_id
    assert (await order("clinics"))[0] == CLINICS.article_id
    assert (await order("(strike OR blockade)^1 OR zinc^50"))[0] == SHORT.article_id


@pytest.mark.parametrize("query", ["zoe moreau", "Zoë Moreau", "ZOË MOREAU", '"zoë moreau"'])
async def test_accents_and_capitals_make_no_difference(archive: Archive, query: str) -> None:
    found = await archive.search(SearchRequest(q=query))

    assert {hit.article_id for hit in found.articles} == {ACCENTED.article_id, PLAIN.article_id}
    for hit in found.articles:
        marked = [piece.text for piece in hit.highlighted_snippet if piece.marked]
        assert "Moreau" in " ".join(marked)
        assert {"Zoë", "Zoe"} & set(" ".join(marked).split())


async def test_signs_and_accents_of_their_own_belong_to_their_word(archive: Archive) -> None:
    for query in ("cafe", "cafés", '"CAFÉ"', "caf*", '"cafe\u0301"', "AT&T", "貨物船"):
        assert await ids(archive, query) == {PLAIN.article_id}, query
    assert await ids(archive, "船物貨") == set()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("date:[2026-03-01 TO 2026-03-31]", {CLINICAL, CLINICS, ACCENTED}),
        ("date:[2026-03-01 TO 2026-03-31}", {CLINICAL, CLINICS}),
        ("date:{2026-03-01 TO 2026-03-31]", {CLINICS, ACCENTED}),
        ("date:2026-03", {CLINICAL, CLINICS, ACCENTED}),
        ("date:2026-03-31", {ACCENTED}),
        ("date:2026-03-31T23", {ACCENTED}),
        ("date:2026-04-01T00:00:00Z", {PLAIN}),
        ("date:>=2026-07-31", {ENDED, BEGUN}),
        ("date:<=2026-03-05", {CLINICAL, CLINICS}),
        ("date:last-7d -date:last-9999y", set()),
        ("date:* date:[* TO 2026-03-05T09]", {CLINICAL, CLINICS}),
    ],
)
async def test_days_of_a_query_are_whole(archive: Archive, query: str, found: set[Article]) -> None:
    assert await ids(archive, query) == {article.article_id for article in found}


async def test_stretches_of_time_add_up(archive: Archive) -> None:
    every = await ids(archive, "date:*")
    assert len(every) == 8
    for cut in ("2026-03-05", "2026-03", "2026-03-31", "2026-08-01", "2026"):
        before, then, after = [
            await ids(archive, query) for query in (f"date:<{cut}", f"date:{cut}", f"date:>{cut}")
        ]
        assert before | then | after == every
        assert len(before) + len(then) + len(after) == len(every)
    assert await ids(archive, "NOT date:*") == await ids(archive) - every


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


@pytest.mark.parametrize("name", ["Zoë Moreau", "zoe MOREAU"])
async def test_an_entity_is_found_by_its_name_however_it_is_spelt(
    archive: Archive, name: str
) -> None:
    assert await ids(archive, people=(name,)) == {ACCENTED.article_id}
    assert await ids(archive, f'person:"{name}"') == {ACCENTED.article_id}


async def test_an_entity_is_found_by_each_alias_in_its_kind_alone(archive: Archive) -> None:
    for found in (await ids(archive, people=("moreau",)), await ids(archive, "person:MOREAU")):
        assert found == {ACCENTED.article_id, PLAIN.article_id}
    assert await ids(archive, places=("moreau",)) == await ids(archive, "place:moreau") == set()


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


async def test_without_words_the_newest_article_comes_first_and_undated_ones_last(
    archive: Archive,
) -> None:
    found = await archive.search(SearchRequest())

    dates = [hit.published_at for hit in found.articles]
    assert dates[0] == "2026-08-01T00:05:00Z"
    assert dates[-4:] == [None] * 4
    oldest = [
        hit.published_at for hit in (await archive.search(SearchRequest(sort="oldest"))).articles
    ]
    assert oldest == dates[:-4][::-1] + [None] * 4


async def test_pages_give_every_article_once(archive: Archive) -> None:
    pages = [await archive.search(SearchRequest(page=n, size=2)) for n in range(1, 8)]

    found = [hit.article_id for page in pages for hit in page.articles]
    assert len(found) == len(set(found)) == pages[0].total == 12


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
    archive = Archive(Engine(new_client(filled), "not-made-yet"))
    try:
        for call in (archive.search(SearchRequest()), archive.find("x"), archive.trace("x")):
            with pytest.raises(EngineUnavailable, match="does not exist yet"):
                await call
        assert not (await archive.ready()).ok
    finally:
        await archive.close()

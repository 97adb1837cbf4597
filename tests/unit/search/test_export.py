"""Files of a whole result: what is in them, and what a spreadsheet makes of it."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest

from tests.unit.search.newspaper import MET, TITLE, a_document
from tidings.errors import EngineUnavailable
from tidings.settings import Settings
from tidings_search.app import build_app
from tidings_search.archive import Archive, Hits
from tidings_search.export import ARTICLE_COLUMNS, EVENT_COLUMNS, LONGEST_CELL, cell, csv_lines
from tidings_search.request import SearchRequest
from tidings_search.results import ArticleLine, FoundEvent

TITLES = (
    '=HYPERLINK("https://evil.example","Open")', "+41 79 000 00 00 hotline opens",
    "-5 degrees in Orm", "@council answers", "Café “Zoë” reopens, says Łukasz; at last",
    "Two lines\nin one title", 'A tab\there and a "quote"', "東京 – Привет – مرحبا", "=1+1;2",
    " =1+1", "＝1+1", "'=1+1", "\tbegins with a tab", "'Tis a title",
)  # fmt: skip
NAIROBI = {"name": "Nairobi", "country": "KEN", "lat": -1.29, "lon": 36.82}
KENYA = {"name": "Kenya", "country": "KEN", "lat": 1.0, "lon": 38.0}


class InMemoryArchive(Archive):
    """Every article and event that it holds is found; behind `broken` pages Elasticsearch is
    gone."""

    def __init__(
        self, documents: Sequence[Any] = (), events: Sequence[Any] = (), *, broken: bool = False
    ) -> None:
        self._documents, self._told, self._broken = documents, events, broken

    async def every_article(
        self, asked: SearchRequest, but: Sequence[str] = ()
    ) -> tuple[int, AsyncIterator[Hits]]:
        hits = [{"_id": one["article_id"], "_source": one} for one in self._documents]
        return len(hits), self._pages(hits)

    async def every_event(
        self, asked: SearchRequest
    ) -> tuple[int, AsyncIterator[Sequence[FoundEvent]]]:
        article = ArticleLine(article_id="a1", title="=1", outlet="s.example")
        found = [FoundEvent(event=event, article=article) for event in self._told]
        return len(found), self._pages(found)

    async def close(self) -> None:
        self._documents = ()

    async def _pages(self, rows: Sequence[Any]) -> AsyncIterator[Any]:
        """Two rows a page."""
        for first in range(0, len(rows), 2):
            yield rows[first : first + 2]
        if self._broken:
            raise EngineUnavailable("Elasticsearch does not answer.")


async def exported(archive: Archive, address: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=build_app(Settings(), archive))
    async with httpx.AsyncClient(transport=transport, base_url="http://search") as client:
        return await client.get(f"/api/export/{address}")


def rows_of(response: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def an_event(number: int, **fields: Any) -> dict[str, Any]:
    return {**MET, "event_id": f"e{number}", **fields}


async def test_a_csv_reader_gives_back_every_title_but_for_the_guard_against_formulas() -> None:
    documents = [a_document(article_id=f"a{n}", title=title) for n, title in enumerate(TITLES)]
    response = await exported(InMemoryArchive(documents), "articles?format=csv")

    assert response.headers["tidings-total"] == str(len(TITLES))
    assert response.content.startswith(b"\xef\xbb\xbfarticle_id,title,")
    rows = rows_of(response)
    assert len(rows) == len(TITLES)
    assert [*rows[0]] == list(ARTICLE_COLUMNS)
    guarded = [row["title"] for row in rows if row["title"] not in TITLES]
    assert guarded == [f"'{TITLES[n]}" for n in (0, 1, 2, 3, 8, 9, 10, 11, 12)]
    assert [row["title"] for row in rows if row["title"] in TITLES] == [
        TITLES[n] for n in (4, 5, 6, 7, 13)
    ]


def test_words_are_quoted_numbers_are_numbers_and_lists_are_joined() -> None:
    values = ("a;b", ["Ida Knoll", "Orm"], -9.5, 3, None, True, ["=1", "2"])
    line = csv_lines([[cell(value) for value in values]])

    assert line == '"a;b","Ida Knoll; Orm",-9.5,3,"",True,"\'=1; 2"\r\n'


def test_words_that_are_too_long_for_a_cell_end_in_an_ellipsis() -> None:
    assert cell("x" * LONGEST_CELL) == "x" * LONGEST_CELL
    assert cell("=" + "x" * LONGEST_CELL) == "'=" + "x" * (LONGEST_CELL - 3) + "…"


async def test_whatever_a_reader_takes_for_the_end_of_a_line_a_row_is_one() -> None:
    title = "a\u2028b\u2029c\x85d\ne\x1ef\x0bg"
    archive = InMemoryArchive([a_document(title=title)], [MET | {"rule": title}])
    [line] = (await exported(archive, "articles?format=jsonl")).text.splitlines()
    assert json.loads(line)["title"] == title
    [line] = (await exported(archive, "events?format=jsonl")).text.splitlines()
    assert json.loads(line)["event"]["rule"] == title
    features = (await exported(archive, "events?format=geojson")).text.splitlines()
    assert len(features) == 3


async def test_a_line_of_json_is_the_article_as_its_own_address_gives_it() -> None:
    class Both(InMemoryArchive):
        async def _get(self, article_id: str) -> Any:
            return next(one for one in self._documents if one["article_id"] == article_id)

    document = a_document(title="Two\nlines\u2028", pushed_at="2026-03-01T10:00:02Z")
    archive = Both([document, a_document(article_id="a2", outlet=None)])
    lines = (await exported(archive, "articles")).content.decode().split("\n")

    assert lines.pop() == ""
    for line in lines:
        article = json.loads(line)
        alone = await exported(archive, f"../articles/{article['article_id']}")
        assert alone.json() == article
        assert article["text"] == document["text"]
    assert json.loads(lines[0])["pushed_at"] == "2026-03-01T10:00:02Z"


async def test_a_line_of_json_is_the_event_with_everything_that_it_has() -> None:
    events = [an_event(1), an_event(2, casualties=[{"kind": "killed", "low": 3, "text": "three"}])]
    lines = (await exported(InMemoryArchive((), events), "events")).content.decode().splitlines()

    assert [json.loads(line)["event"] for line in lines] == events
    assert json.loads(lines[0])["article"]["outlet"] == "s.example"


async def test_an_event_is_one_row_with_the_greatest_number_of_killed_that_is_certain() -> None:
    tolls = [
        {"kind": "killed", "low": 3}, {"kind": "killed", "low": 5}, {"kind": "killed", "low": None},
        {"kind": "injured", "low": None},
    ]  # fmt: skip
    date = {"value": "2026-03", "precision": "month"}
    archive = InMemoryArchive(
        (), [an_event(1, casualties=tolls, place=NAIROBI, date=date, contexts=["legal", "crime"])]
    )
    [row] = rows_of(await exported(archive, "events?format=csv"))

    assert [*row] == list(EVENT_COLUMNS)
    expected = {
        "event_id": "e1", "source": "Ormish navy", "target": "Ida Knoll", "date": "2026-03",
        "date_precision": "month", "place": "Nairobi", "place_precision": "place", "lat": "-1.29",
        "lon": "36.82", "killed": "5", "injured": "", "contexts": "legal; crime", "title": "'=1",
        "sentence": TITLE, "article_id": "a1",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


async def test_geojson_has_longitude_first_and_counts_what_has_no_place() -> None:
    unlocated = {"name": "Ormstad", "country": None, "lat": None, "lon": None}
    told = [an_event(n, place=place) for n, place in enumerate((NAIROBI, KENYA, None, unlocated))]
    collection = (await exported(InMemoryArchive((), told), "events?format=geojson")).json()

    assert collection["type"] == "FeatureCollection"
    assert collection["without_geometry"] == 2
    geometries = [one["geometry"] for one in collection["features"]]
    assert geometries[0] == {"type": "Point", "coordinates": [36.82, -1.29]}
    assert geometries[2:] == [None, None]
    precisions = [one["properties"]["place_precision"] for one in collection["features"]]
    assert precisions == ["place", "country", None, "place"]
    assert [one["id"] for one in collection["features"]] == ["e0", "e1", "e2", "e3"]


async def test_of_nothing_there_are_headers_and_an_empty_collection() -> None:
    empty = InMemoryArchive()
    assert rows_of(await exported(empty, "articles?format=csv")) == []
    assert (await exported(empty, "events?format=csv")).text.count("event_type") == 1
    assert (await exported(empty, "articles")).text == ""
    assert (await exported(empty, "events?format=geojson")).json() == {
        "type": "FeatureCollection", "features": [], "without_geometry": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "address",
    ["articles?format=geojson", "events?size=5", "articles?page=2", "events?cursor=x"],
)
async def test_what_a_file_cannot_be_is_refused(address: str) -> None:
    response = await exported(InMemoryArchive([a_document()], [MET]), address)

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("address", ["articles?format=csv", "events", "events?format=geojson"])
@pytest.mark.parametrize("encoding", [b"identity", b"gzip"])
async def test_an_outage_on_the_way_is_no_end_of_a_file(address: str, encoding: bytes) -> None:
    """Without a last message the server closes the connection, and the client knows."""
    archive = InMemoryArchive([a_document()], [MET], broken=True)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.Event().wait()

    path, _, query = f"/api/export/{address}".partition("?")
    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": query.encode(),
        "headers": [(b"accept-encoding", encoding)],
    }  # fmt: skip
    with pytest.raises(RuntimeError, match="already started"):
        await build_app(Settings(), archive)(scope, receive, send)

    assert sent[0]["status"] == 200
    assert all(message["more_body"] for message in sent[1:])
    assert len(sent) > 1

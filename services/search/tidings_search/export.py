"""All of a result as a file: CSV for spreadsheets, JSON Lines, and GeoJSON of events. Streamed, so
that neither its length nor a slow reader costs memory."""

import csv
import io
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypeVar, cast

from fastapi.responses import StreamingResponse

from tidings.documents import ArticleDocument, toll_of
from tidings.linking import ROLES
from tidings_search.archive import Archive
from tidings_search.article import read_article
from tidings_search.countries import names_its_country
from tidings_search.request import SearchRequest
from tidings_search.results import FoundEvent

T = TypeVar("T")
Format = Literal["csv", "jsonl", "geojson"]
Row = Mapping[str, Any]
Rows = AsyncIterator[Sequence[Row]]

FORMATS: Final[Mapping[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "geojson": "application/geo+json",
}
TOTAL_HEADER: Final = "Tidings-Total"
"""How many articles or events the whole file has."""

ARTICLE_COLUMNS: Final = (
    "article_id", "title", "outlet", "authors", "section", "language", "published_at", "pushed_at",
    "url", "people", "organisations", "groups", "places", "countries",
)  # fmt: skip
EVENT_COLUMNS: Final = (
    "event_id", "event_type", "mode", "modality", "date", "date_precision", "source",
    "source_country", "source_sector", "target", "target_country", "target_sector", "place",
    "place_country", "place_precision", "lat", "lon", "intensity", "quad_class", "contexts",
    "killed", "injured", "attribution", "confidence", "rule", "rules_version", "sentence",
    "article_id", "title", "outlet", "published_at", "url",
)  # fmt: skip

LONGEST_CELL: Final = 32_767
"""Characters; a spreadsheet would go on with the rest in the next row."""

_BYTE_ORDER_MARK: Final = "\ufeff"
"""By which spreadsheets know that a file is in UTF-8."""
_FORMULA: Final = re.compile(r"'*\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""A cell that begins so may be run by a spreadsheet; an apostrophe in front makes it text."""
_LINE_ENDS: Final = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
"""At which some readers end a line, though JSON lets them stand in words."""
_NOT_IN_ROWS: Final = ("text", "events", "parts.events.events")


async def exported_articles(
    archive: Archive, asked: SearchRequest, kind: Literal["csv", "jsonl"]
) -> StreamingResponse:
    """A row an article; in JSON Lines as `/api/articles/{id}` gives it.

    The header says how many there are. Raises QueryMistake and EngineUnavailable before the first
    byte; where Elasticsearch goes away later the connection breaks, so that nobody takes a part for
    the whole.
    """
    total, pages = await archive.every_article(asked, but=_NOT_IN_ROWS if kind == "csv" else ())
    rows = _rows(_article, pages)
    file = _csv(ARTICLE_COLUMNS, rows) if kind == "csv" else _lines(rows)
    return _response(file, "articles", kind, total)


async def exported_events(
    archive: Archive, asked: SearchRequest, kind: Format
) -> StreamingResponse:
    """A row an event; in JSON Lines as `/api/events/{id}` gives it. Header and errors as for
    articles."""
    total, pages = await archive.every_event(asked)
    match kind:
        case "csv":
            file = _csv(EVENT_COLUMNS, _rows(event_cells, pages))
        case "jsonl":
            file = _lines(_rows(FoundEvent.model_dump, pages))
        case "geojson":
            file = _geojson(_rows(_feature, pages))
    return _response(file, "events", kind, total)


def _response(file: AsyncIterator[str], of: str, kind: Format, total: int) -> StreamingResponse:
    return StreamingResponse(
        file,
        media_type=FORMATS[kind],
        headers={
            "Content-Disposition": f'attachment; filename="tidings-{of}.{kind}"',
            TOTAL_HEADER: str(total),
        },
    )


async def _rows(row_of: Callable[[T], Row], pages: AsyncIterator[Sequence[T]]) -> Rows:
    async for page in pages:
        yield [row_of(one) for one in page]


def _article(hit: Row) -> Row:
    return read_article(cast(ArticleDocument, hit["_source"])).model_dump(mode="json")


async def _lines(pages: Rows) -> AsyncIterator[str]:
    async for rows in pages:
        yield "".join(f"{_line(row)}\n" for row in rows)


def _line(row: Row) -> str:
    """JSON in what every reader takes for one line."""
    return json.dumps(row, ensure_ascii=False).translate(_LINE_ENDS)


async def _csv(columns: Sequence[str], pages: Rows) -> AsyncIterator[str]:
    yield _BYTE_ORDER_MARK + ",".join(columns) + "\r\n"
    async for rows in pages:
        yield csv_lines([cell(row.get(column)) for column in columns] for row in rows)


async def _geojson(pages: Rows) -> AsyncIterator[str]:
    """A FeatureCollection, a feature a line; an event without coordinates has the geometry null,
    and `without_geometry` counts these."""
    yield '{"type": "FeatureCollection", "features": ['
    separator, nowhere = "\n", 0
    async for rows in pages:
        written = []
        for row in rows:
            written += [separator, _line(row)]
            separator = ",\n"
            nowhere += row["geometry"] is None
        yield "".join(written)
    yield f'\n], "without_geometry": {nowhere}}}\n'


def csv_lines(rows: Iterable[Sequence[str | float]]) -> str:
    """All words in quotation marks: some spreadsheets take a semicolon or a tab outside of them for
    the end of a cell."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def cell(value: Any) -> str | float:
    """What a spreadsheet shows as it is and never runs. A list becomes its values, with semicolons
    between; words too long for a cell end in an ellipsis."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    if _FORMULA.match(text):
        text = f"'{text}"
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def event_cells(found: FoundEvent) -> Row:
    """An event as one flat row."""
    event = found.event
    date, place = event.get("date") or {}, event.get("place") or {}
    roles = {role: event.get(role) or {} for role in ROLES}
    actors = {
        f"{role}{suffix}": actor.get(key)
        for role, actor in roles.items()
        for suffix, key in (("", "name"), ("_country", "country"), ("_sector", "sector"))
    }
    return {
        **event,
        **actors,
        "date": date.get("value"),
        "date_precision": date.get("precision"),
        "place": place.get("name"),
        "place_country": place.get("country"),
        "place_precision": place_precision(place),
        "lat": place.get("lat"),
        "lon": place.get("lon"),
        "killed": toll_of(event, "killed"),
        "injured": toll_of(event, "injured"),
        "attribution": (event.get("attribution") or {}).get("text"),
        "sentence": (event.get("sentence") or {}).get("text"),
        **found.article.model_dump(),
    }


def place_precision(place: Row) -> str | None:
    """`country` where no more is known than that, else `place`; None without one."""
    if not place.get("name"):
        return None
    return "country" if names_its_country(place["name"], place.get("country")) else "place"


def _feature(found: FoundEvent) -> Row:
    """RFC 7946: longitude first."""
    cells = event_cells(found)
    lat, lon = cells["lat"], cells["lon"]
    known = lat is not None and lon is not None
    return {
        "type": "Feature",
        "id": cells["event_id"],
        "geometry": {"type": "Point", "coordinates": [lon, lat]} if known else None,
        "properties": {
            name: cells.get(name) for name in EVENT_COLUMNS if name not in ("lat", "lon")
        },
    }

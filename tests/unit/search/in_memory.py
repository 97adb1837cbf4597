"""The archive as the service's tests need it: whatever is asked, it finds all that it holds."""

from collections.abc import Iterable, Sequence

import httpx

from tests.unit.search.newspaper import MET
from tidings.documents import ArticleDocument
from tidings.errors import EngineUnavailable
from tidings.messages import EntityKind, Place
from tidings.operations import Health
from tidings.settings import Settings
from tidings_search.app import build_app
from tidings_search.archive import Archive, Facets, NoSuchArticle, NoSuchEntity, NoSuchEvent
from tidings_search.article import ArticleView, Trace, read_article, read_trace
from tidings_search.counting import FacetValues, Value
from tidings_search.cursor import EventPlace, read_articles_place, read_events_place, write_events
from tidings_search.engine import Notice
from tidings_search.entity import Alias, EntityLine, EntityView, Namesakes
from tidings_search.facets import FACETS
from tidings_search.pairs import Pairs
from tidings_search.relaxing import Part, Parts, build_parts
from tidings_search.request import (
    FacetRequest,
    Narrowing,
    PairsRequest,
    SearchRequest,
    TimelineRequest,
)
from tidings_search.results import ArticleLine, ArticlePage, EventPage, FoundEvent, Hit, Piece
from tidings_search.suggest import Suggestion
from tidings_search.timeline import Timeline
from tidings_search.whereabouts import Whereabouts

NAMESAKES = {"Knoll": ("knoll", "person:knoll~1/a"), "Ida": ("person:knoll~1/a",)}


class InMemoryArchive(Archive):
    """Without documents it is out of order. `asked`: what was searched for."""

    def __init__(self, *documents: ArticleDocument) -> None:
        self.documents = {document["article_id"]: document for document in documents}
        self.asked: list[Narrowing] = []
        self.hindrance: Notice | None = None

    async def search(self, asked: SearchRequest) -> ArticlePage:
        hits = tuple(
            Hit(
                article_id=one["article_id"],
                title=one.get("title"),
                published_at=one.get("published_at"),
                highlighted_title=(Piece(text=one.get("title") or ""),),
                highlighted_snippet=(Piece(text="<i>met</i>", marked=True),),
                snippet="<i>met</i>",
            )
            for one in self._answer(asked)
        )
        return ArticlePage(total=len(hits), page=asked.page, size=asked.size, articles=hits)

    async def walk(self, asked: SearchRequest) -> ArticlePage:
        if asked.cursor:
            read_articles_place(asked)
        return await self.search(asked)

    async def events(self, asked: SearchRequest) -> EventPage:
        read_events_place(asked)
        events = tuple(
            FoundEvent(event=event, article=ArticleLine(article_id=one["article_id"]))
            for one in self._answer(asked)
            for event in one["events"]
        )
        following = write_events(EventPlace(2**60, "e1"), asked)
        return EventPage(total=2, articles=1, size=asked.size, events=events[:1], next=following)

    async def facets(self, asked: Narrowing, names: Iterable[str] = FACETS) -> Facets:
        self._answer(asked)
        return {name: self._facet(name) for name in names}

    async def facet(self, name: str, asked: FacetRequest) -> FacetValues:
        self._answer(asked)
        return self._facet(name)

    async def timeline(self, asked: TimelineRequest) -> Timeline:
        self._answer(asked)
        return Timeline(of=asked.of, interval="1d", total=0, undated=0, bars=())

    async def pairs(self, asked: PairsRequest) -> Pairs:
        self._answer(asked)
        return Pairs(by=asked.by, events=0, more=False, pairs=())

    async def whereabouts(self, asked: Narrowing) -> Whereabouts:
        self._answer(asked)
        return Whereabouts(events=0, countries={}, spots=(), unlocated={}, without_place=0)

    async def parts_of(self, asked: Narrowing) -> Parts | None:
        if build_parts(asked) is None:
            return None
        part = Part(query="<b>", articles=0, without="a")
        return Parts(parts=(part, Part(query="a", articles=2, without="<b>")), either="<b> OR a")

    async def suggest(self, letters: str) -> tuple[Suggestion, ...]:
        return (Suggestion(name="Ida Knoll", kind="person", articles=1, query="person:Ida"),)

    async def find(self, article_id: str) -> ArticleView:
        return read_article(self._document(article_id))

    async def find_event(self, event_id: str) -> FoundEvent:
        if event_id != MET["event_id"]:
            raise NoSuchEvent(f"There is no event with the id “{event_id}”.")
        return FoundEvent(event=MET, article=ArticleLine(article_id="a1"))

    async def namesakes(self, name: str, kind: EntityKind | None = None) -> Namesakes:
        ids: Sequence[str] = NAMESAKES.get(name, ()) if kind in (None, "person") else ()
        lines = tuple(
            EntityLine(entity_id=one, name=name, kind="person", articles=1) for one in ids
        )
        read = 300 if len(ids) > 1 else 900
        return Namesakes(name=name, kind=kind, articles=900, articles_read=read, entities=lines)

    async def find_entity(self, entity_id: str) -> EntityView:
        if entity_id not in ("orm", *NAMESAKES["Knoll"]):
            raise NoSuchEntity(f"No article names “{entity_id}”.")
        return EntityView(
            entity_id=entity_id,
            name="<b>Orm</b>",
            kind="place",
            country="SWE",
            country_name="Sweden",
            place=Place(name="Orm", country="SWE", lat=57.5, lon=-12),
            articles=1234,
            articles_read=300,
            aliases=(
                Alias(name="Ormstad", articles=7, reasons=("GeoNames", "table of towns")),
                Alias(name="ORM", articles=1, reasons=()),
            ),
            newest=(ArticleLine(article_id="a/1", title="Orm <i>opens</i>"),),
        )

    async def trace(self, article_id: str) -> Trace:
        return read_trace(self._document(article_id))

    async def ready(self) -> Health:
        return Health(bool(self.documents), "In memory.")

    async def notice(self) -> Notice | None:
        return self.hindrance

    async def close(self) -> None:
        self.documents = {}

    def _facet(self, name: str) -> FacetValues:
        facet = FACETS[name]
        values = (Value(value='"><b>', label='"><b>', count=1234),) if name == "outlet" else ()
        return FacetValues(facet=name, title=facet.title, counts=facet.counts, values=values)

    def _answer(self, asked: Narrowing) -> list[ArticleDocument]:
        assert asked.query
        self.asked.append(asked)
        if not self.documents:
            raise EngineUnavailable("Elasticsearch does not answer.")
        return list(self.documents.values())

    def _document(self, article_id: str) -> ArticleDocument:
        if article_id not in self.documents:
            raise NoSuchArticle(f"There is no article with the id “{article_id}”.")
        return self.documents[article_id]


def a_client(archive: Archive | None, url: str = "http://127.0.0.1:1") -> httpx.AsyncClient:
    """Of the whole service, in this process."""
    app = build_app(Settings(elasticsearch_url=url), archive)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://search")

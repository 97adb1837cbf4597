"""What readers ask, and what the index answers them."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

from tidings.documents import ArticleDocument, is_taken_down
from tidings.errors import TidingsError
from tidings.messages import EntityKind
from tidings.operations import Health
from tidings_search import suggest
from tidings_search.article import ArticleView, Trace, read_article, read_trace
from tidings_search.bodies import (
    EXPORTED_AT_ONCE,
    build_articles,
    build_event,
    build_event_count,
    build_event_page,
    build_export,
)
from tidings_search.counting import (
    FacetValues,
    build_facet,
    build_facets,
    build_recount,
    read_facet,
    read_facets,
    read_recount,
)
from tidings_search.cursor import (
    FIRST,
    ArticlePlace,
    EventPlace,
    read_articles_place,
    read_events_place,
    write_articles,
    write_events,
)
from tidings_search.engine import Answer, Engine, Notice
from tidings_search.entity import (
    MAX_ENTITY_ID,
    EntityView,
    Namesakes,
    build_counts,
    build_entity,
    build_namesakes,
    ids_called,
    read_counts,
    read_entity,
    read_namesakes,
)
from tidings_search.facets import FACETS
from tidings_search.kept import Kept, together
from tidings_search.pairs import Pairs, build_pairs, read_pairs
from tidings_search.relaxing import Parts, build_parts, read_parts
from tidings_search.request import (
    MAX_RESULTS,
    FacetRequest,
    Narrowing,
    PairsRequest,
    SearchRequest,
    TimelineRequest,
)
from tidings_search.results import (
    ArticlePage,
    EventPage,
    FoundEvent,
    read_articles,
    read_events,
)
from tidings_search.suggest import Suggestion, build_suggestions, read_suggestions
from tidings_search.timeline import Timeline, build_timeline, read_timeline
from tidings_search.whereabouts import Whereabouts, build_whereabouts, read_whereabouts

Facets = Mapping[str, FacetValues]
Hits = Sequence[Mapping[str, Any]]

EXPORTED_EVENTS_AT_ONCE: Final = 100
_KEPT_SECONDS: Final = 5.0
_PRESENT_SECONDS: Final = 0.1
"""Shorter than a refresh of the index: what is taken down must not be found for longer."""
_NOT_NARROWED: Final = {"of", "interval", "by", "size", "sort", "page", "cursor"}
"""What does not change which articles and events are meant."""


class NoSuchArticle(TidingsError):
    """There is nothing to show under an id; the sentence says why."""


class NoSuchEntity(TidingsError):
    """No article names anything with that id."""


class NoSuchEvent(TidingsError):
    """No article tells of an event with that id."""


class Archive:
    """Every method raises EngineUnavailable while Elasticsearch cannot answer in full, and what
    takes a request QueryMistake where its query cannot be read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: Kept[Answer] = Kept(_KEPT_SECONDS)
        self._present: Kept[str] = Kept(_PRESENT_SECONDS)

    async def search(self, asked: SearchRequest) -> ArticlePage:
        """One page, by its number."""
        return read_articles(await self._engine.search(build_articles(asked), heavy=False), asked)

    async def walk(self, asked: SearchRequest) -> ArticlePage:
        """One page, by its cursor; the first one where there is none. A walk by relevance sees the
        index as it was when it began, since every new article shifts all scores a little. Walks
        that begin at the same moment share what they see: each such view costs Elasticsearch.

        Raises CursorMistake.
        """
        place = read_articles_place(asked) if asked.cursor else ArticlePlace()
        body, at = build_articles(asked, place), place.point_in_time
        if at is None and asked.order == "relevance":
            at = await self._present.get("", self._engine.open_point_in_time)
        answer = await self._engine.search(body, heavy=False, at=at)
        page, hits = read_articles(answer, asked), answer["hits"]["hits"]
        at = answer.get("pit_id")
        if len(hits) < asked.size:
            return page
        following = ArticlePlace(tuple(hits[-1]["sort"]), at)
        return page.model_copy(update={"next": write_articles(following, asked)})

    async def events(self, asked: SearchRequest) -> EventPage:
        """One page of events in the order of all events. Raises CursorMistake."""
        place = read_events_place(asked)
        counted = await self._engine.search(build_event_count(asked))
        events, following = await self._events_behind(asked, place)
        return EventPage(
            total=_events_counted(counted),
            articles=counted["hits"]["total"]["value"],
            size=asked.size,
            events=tuple(events),
            next=write_events(following, asked) if following else None,
        )

    async def facets(self, asked: Narrowing, names: Iterable[str] = FACETS) -> Facets:
        """The most frequent values of each facet."""
        answers = await self._counted_each(build_facets(asked, names), asked)
        return await self._recounted(read_facets(answers, asked), asked)

    async def facet(self, name: str, asked: FacetRequest) -> FacetValues:
        """A page of the values of one facet."""
        answer = await self._engine.search(build_facet(name, asked))
        found = {name: read_facet(answer, name, asked)}
        return (await self._recounted(found, asked))[name]

    async def timeline(self, asked: TimelineRequest) -> Timeline:
        answer = await self._counted(build_timeline(asked), asked)
        return read_timeline(answer, asked, datetime.now(UTC).date())

    async def pairs(self, asked: PairsRequest) -> Pairs:
        return read_pairs(await self._counted(build_pairs(asked), asked), asked)

    async def whereabouts(self, asked: Narrowing) -> Whereabouts:
        return read_whereabouts(await self._counted(build_whereabouts(asked), asked))

    async def suggest(self, letters: str) -> tuple[Suggestion, ...]:
        """Entities and outlets of which a word begins with these letters."""
        answer = await self._engine.search(build_suggestions(letters), heavy=False)
        found = read_suggestions(answer)
        if not found:
            return ()
        counted = await self._engine.search(suggest.build_recount(found), heavy=False)
        return suggest.read_recount(counted, found)

    async def find(self, article_id: str) -> ArticleView:
        """Raises NoSuchArticle for one that is unknown, taken down, or has no words yet."""
        document = await self._get(article_id)
        if is_taken_down(document):
            raise NoSuchArticle("This article was taken down.")
        if not document["visible"]:
            raise NoSuchArticle(
                "The words of this article have not arrived; "
                f"`tidings trace {article_id}` says what is known of it."
            )
        return read_article(document)

    async def trace(self, article_id: str) -> Trace:
        """Raises NoSuchArticle where nothing was ever heard of it."""
        try:
            return read_trace(await self._get(article_id))
        except NoSuchArticle as unknown:
            raise NoSuchArticle(
                f"{unknown} `tidings dead list --article {article_id}` says whether a record of it "
                "was set aside."
            ) from None

    async def find_event(self, event_id: str) -> FoundEvent:
        """Raises NoSuchEvent."""
        answer = await self._engine.search(build_event(event_id), heavy=False)
        found = read_events(answer).events
        if not found:
            raise NoSuchEvent(f"There is no event with the id “{event_id[:100]}”.")
        return found[0][1]

    async def namesakes(self, name: str, kind: EntityKind | None = None) -> Namesakes:
        """The entities, of one kind or of any, that are called so in the newest articles with that
        name; none where there are none."""
        found = await self._engine.search(build_namesakes(name, kind))
        ids = ids_called(name, found, kind)
        counts = read_counts(await self._engine.search(build_counts(ids))) if ids else {}
        return read_namesakes(name, found, counts, kind)

    async def find_entity(self, entity_id: str) -> EntityView:
        """Raises NoSuchEntity."""
        if 0 < len(entity_id) <= MAX_ENTITY_ID:
            answer = await self._engine.search(build_entity(entity_id))
            entity = read_entity(entity_id, answer)
            if entity:
                return entity
        raise NoSuchEntity(f"No article names anyone or anything with the id “{entity_id[:100]}”.")

    async def every_article(
        self, asked: SearchRequest, but: Sequence[str] = ()
    ) -> tuple[int, AsyncIterator[Hits]]:
        """How many articles meet the request, and all of them without the fields `but`, in pages:
        both of the index as it is now, whatever arrives meanwhile."""
        counted = build_articles(asked) | {"size": 0, "from": 0}
        at = await self._engine.open_point_in_time()
        answer = await self._engine.search(counted, at=at)
        return answer["hits"]["total"]["value"], self._articles_at(at, asked, but)

    async def every_event(
        self, asked: SearchRequest
    ) -> tuple[int, AsyncIterator[Sequence[FoundEvent]]]:
        """How many events meet the request, and all of them, in pages in the order of all events:
        both of the index as it is now."""
        counted = build_event_count(asked)
        at = await self._engine.open_point_in_time()
        total = _events_counted(await self._engine.search(counted, at=at))
        return total, self._events_at(at, asked)

    async def ready(self) -> Health:
        return await self._engine.ready()

    async def notice(self) -> Notice | None:
        return await self._engine.notice()

    async def close(self) -> None:
        await self._engine.close()

    async def _articles_at(
        self, at: str, asked: SearchRequest, but: Sequence[str]
    ) -> AsyncIterator[Hits]:
        after: Sequence[Any] = ()
        try:
            while True:
                answer = await self._engine.search(build_export(asked, but, after), at=at)
                hits = answer["hits"]["hits"]
                if hits:
                    yield hits
                    after = hits[-1]["sort"]
                if len(hits) < EXPORTED_AT_ONCE:
                    return
        finally:
            await self._engine.close_point_in_time(at)

    async def _events_at(
        self, at: str, asked: SearchRequest
    ) -> AsyncIterator[Sequence[FoundEvent]]:
        asked = asked.model_copy(update={"size": EXPORTED_EVENTS_AT_ONCE})
        place: EventPlace | None = FIRST
        try:
            while place is not None:
                events, place = await self._events_behind(asked, place, at)
                if events:
                    yield events
        finally:
            await self._engine.close_point_in_time(at)

    async def _events_behind(
        self, asked: SearchRequest, place: EventPlace, at: str | None = None
    ) -> tuple[list[FoundEvent], EventPlace | None]:
        """A page of events, and where the next one begins; None behind the last.

        Articles are read in the order of their first events, and one more than is needed: its first
        event is where it is no longer sure that no other article has an event before.
        """
        reading = asked.size + 1
        while True:
            answer = await self._engine.search(build_event_page(asked, place, reading), at=at)
            found = read_events(answer, place, oldest_first=asked.sort == "oldest")
            ended = len(answer["hits"]["hits"]) < reading
            sure = found.events if ended else found.before(answer["hits"]["hits"][-1]["sort"][0])
            page = sure[: asked.size]
            if page or ended:
                more = not ended or len(sure) > len(page) or found.cut
                return [event for _, event in page], page[-1][0] if page and more else None
            reading = min(reading * 10, MAX_RESULTS)

    async def _recounted(self, found: Facets, asked: Narrowing) -> Facets:
        answers = await self._counted_each(build_recount(asked, found), asked)
        return read_recount(answers, found)

    async def _counted_each(self, bodies: Iterable[Answer], asked: Narrowing) -> list[Answer]:
        return await together(*(self._counted(body, asked) for body in bodies))

    async def _counted(self, body: Answer, asked: Narrowing) -> Answer:
        """What is counted over everything is kept for some seconds: the start page asks for it."""
        if asked.model_dump(exclude_defaults=True, exclude=_NOT_NARROWED):
            return await self._engine.search(body)
        key = json.dumps(body, sort_keys=True)
        return await self._kept.get(key, lambda: self._engine.search(body))

    async def parts_of(self, asked: Narrowing) -> Parts | None:
        """What each of several conditions of the query finds alone; None where there is one."""
        body = build_parts(asked)
        return read_parts(await self._engine.search(body), asked) if body else None

    async def _get(self, article_id: str) -> ArticleDocument:
        document = await self._engine.get(article_id) if article_id else None
        if document is None:
            raise NoSuchArticle(f"There is no article with the id “{article_id}”.")
        return cast(ArticleDocument, document)


def _events_counted(answer: Answer) -> int:
    return int(answer["aggregations"]["events"]["matching"]["doc_count"])

"""Entities over all articles: which are called by a name, and one with all its names. Pure.

What an article says of its entities is kept but not indexed, so it is read from the newest articles
that name them; how many articles there are is always counted over all.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar, get_args

from tidings.documents import entity_name
from tidings.language.spelling import fold
from tidings.linking import ROLES
from tidings.messages import EntityKind, Place
from tidings_search.bodies import sort_of
from tidings_search.countries import country_name
from tidings_search.querying.clauses import Clause
from tidings_search.results import (
    LINE_FIELDS,
    Answer,
    ArticleLine,
    EventPage,
    FoundEvent,
    distinct,
    read_article_line,
)
from tidings_search.shown import Shown

MOST_READ: Final = 300
"""The newest articles that are read for one answer."""

MAX_ENTITY_ID: Final = 500
ARTICLES_SHOWN: Final = 10
EVENTS_SHOWN: Final = 5

_SAME_ID: Final = "same id"
_ENTITIES: Final = "parts.entities.entities"

Found = Mapping[str, Any]
T = TypeVar("T")


class EntityLine(Shown):
    """An entity in one line; `articles` are all that name it, by whatever name."""

    entity_id: str
    name: str
    kind: EntityKind
    country: str | None = None
    country_name: str | None = None
    articles: int


class Namesakes(Shown):
    """The entities that are called `name` in the newest `articles_read` of the `articles` that use
    that name; where those are fewer, others may be called so too. With a `kind`, all of this is
    about entities of that kind alone."""

    name: str
    kind: EntityKind | None = None
    articles: int
    articles_read: int
    entities: tuple[EntityLine, ...]


class Alias(Shown):
    """Another name of an entity, in how many of the articles that were read it is used, and why it
    was taken for the same."""

    name: str
    articles: int
    reasons: tuple[str, ...]


class EntityView(EntityLine):
    """An entity with all its names, as the newest `articles_read` of its articles have them, and
    the newest few of those."""

    place: Place | None = None
    articles_read: int
    aliases: tuple[Alias, ...]
    newest: tuple[ArticleLine, ...]


def build_namesakes(name: str, kind: EntityKind | None = None) -> Clause:
    """The body that finds the newest articles in which somebody or something is called `name`."""
    names = [entity_name(one, name) for one in ([kind] if kind else get_args(EntityKind))]
    return _newest({"terms": {"entity_names": names}}, [_ENTITIES])


def build_counts(entity_ids: Sequence[str]) -> Clause:
    """The body that counts the articles of each of these entities."""
    counted = {"field": "entity_ids", "include": list(entity_ids), "size": len(entity_ids)}
    return {
        "query": {"bool": {"filter": [{"term": {"visible": True}}]}},
        "size": 0,
        "aggs": {"articles": {"terms": counted}},
    }


def build_entity(entity_id: str) -> Clause:
    """The body that finds the newest articles that name one entity."""
    return _newest({"term": {"entity_ids": entity_id}}, [_ENTITIES, *LINE_FIELDS])


def ids_called(name: str, answer: Answer, kind: EntityKind | None = None) -> list[str]:
    """The entities of that name in what `build_namesakes` has found."""
    return list(_called(name, answer, kind))


def read_counts(answer: Answer) -> dict[str, int]:
    """By id, the articles of each entity."""
    buckets = answer["aggregations"]["articles"]["buckets"]
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}


def read_namesakes(
    name: str, answer: Answer, counts: Mapping[str, int], kind: EntityKind | None = None
) -> Namesakes:
    lines = [
        EntityLine(**_portrait(entity_id, seen), articles=counts.get(entity_id, len(seen)))
        for entity_id, seen in _called(name, answer, kind).items()
    ]
    return Namesakes(
        name=name,
        kind=kind,
        articles=answer["hits"]["total"]["value"],
        articles_read=len(answer["hits"]["hits"]),
        entities=tuple(sorted(lines, key=lambda one: (-one.articles, one.name, one.entity_id))),
    )


def read_entity(entity_id: str, answer: Answer) -> EntityView | None:
    """None where no article names it."""
    hits = answer["hits"]["hits"]
    seen = [one for hit in hits for one in _entities_of(hit) if one["entity_id"] == entity_id]
    if not seen:
        return None
    portrait = _portrait(entity_id, seen)
    places = (Place.model_validate(one["place"]) for one in seen if one.get("place"))
    return EntityView(
        **portrait,
        place=_usual(places),
        articles=answer["hits"]["total"]["value"],
        articles_read=len(hits),
        aliases=_aliases(portrait["name"], seen),
        newest=tuple(read_article_line(hit) for hit in hits[:ARTICLES_SHOWN]),
    )


def first_told(found: EventPage) -> list[FoundEvent]:
    """The first few; of those that read the same in one article only the first."""

    def words(one: FoundEvent) -> Hashable:
        names = ((one.event.get(role) or {}).get("name") for role in ROLES)
        return one.article.article_id, one.event["event_type"], one.event.get("mode"), *names

    return distinct(found.events, words)[:EVENTS_SHOWN]


def _newest(condition: Clause, fields: list[str]) -> Clause:
    return {
        "query": {"bool": {"filter": [{"term": {"visible": True}}, condition]}},
        "size": MOST_READ,
        "sort": sort_of("newest"),
        "track_total_hits": True,
        "_source": fields,
    }


def _entities_of(hit: Answer) -> Sequence[Found]:
    entities: Sequence[Found] = hit["_source"]["parts"]["entities"]["entities"]
    return entities


def _called(name: str, answer: Answer, kind: EntityKind | None) -> Mapping[str, Sequence[Found]]:
    """By id, each entity as the articles have it in which it has that name, newest first."""
    wanted = fold(name)
    called: dict[str, list[Found]] = defaultdict(list)
    for hit in answer["hits"]["hits"]:
        for one in _entities_of(hit):
            if kind and one["kind"] != kind:
                continue
            if any(fold(form) == wanted for form in _names(one)):
                called[one["entity_id"]].append(one)
    return called


def _portrait(entity_id: str, seen: Sequence[Found]) -> dict[str, Any]:
    country = _usual(one.get("country") for one in seen)
    return {
        "entity_id": entity_id,
        "name": _usual(one["name"] for one in seen),
        "kind": seen[0]["kind"],
        "country": country,
        "country_name": country_name(country),
    }


def _usual(values: Iterable[T | None]) -> T | None:
    """The most frequent; of equal ones that of the newest article."""
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else None


def _aliases(name: str, seen: Sequence[Found]) -> tuple[Alias, ...]:
    """The most frequent first."""
    articles: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for one in seen:
        reasons_of = zip(one.get("aliases") or (), one.get("joined_by") or (), strict=False)
        joined_by = {one["name"]: _SAME_ID, **dict(reasons_of)}
        for form in set(_names(one)) - {name}:
            articles[form] += 1
            reasons[form].update(filter(None, [joined_by.get(form)]))
    return tuple(
        Alias(
            name=form, articles=count, reasons=tuple(why for why, _ in reasons[form].most_common())
        )
        for form, count in sorted(articles.items(), key=lambda one: (-one[1], one[0]))
    )


def _names(one: Found) -> Iterator[str]:
    yield one["name"]
    yield from one.get("aliases") or ()

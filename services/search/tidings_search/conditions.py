"""What is asked, as the conditions that articles and their events must meet. Pure.

Filters of values are kept apart from the query, so that each facet can be counted under all filters
but its own, and choosing one outlet does not hide the others.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from tidings.documents import entity_name
from tidings_search.facets import ARTICLE_FACETS, EVENT_FACETS, FACETS
from tidings_search.querying.clauses import Clause, all_of, any_of, clause_of, event_clause
from tidings_search.querying.mistakes import QueryMistake
from tidings_search.querying.nodes import depends_on_article
from tidings_search.request import Narrowing

_ACTORS: Final = ("source", "target")
_ACTOR_KEYS: Final = ("name", "entity_id", "country", "sector")


_UNCLEAR: Final = (
    "which events are meant depends on the article here, so they cannot be listed or counted: of "
    "the alternatives that OR joins, one names an event and something of its article. Ask for the "
    "alternatives one by one, or for articles."
)


class Conditions:
    """Of one request. Raises QueryMistake where its query cannot be read."""

    def __init__(self, asked: Narrowing) -> None:
        self._asked = asked
        self._query = asked.query
        self._events = [event_clause(one.part) for one in self._query.events]

    @property
    def name_events(self) -> bool:
        """Is it clear from the request alone which events are meant?"""
        return not depends_on_article(self._query.node)

    @property
    def about_events(self) -> bool:
        """Is anything asked of an event?"""
        return bool(self._events) or any(getattr(self._asked, name) for name in EVENT_FACETS)

    def searched(self) -> Clause:
        """What every article must meet, whatever filters of values are chosen."""
        filters: list[Clause] = [{"term": {"visible": True}}]
        if self._asked.ids is not None:
            filters.append({"ids": {"values": list(self._asked.ids)}})
        if self._asked.entity:
            filters.append({"terms": {"entity_ids": list(self._asked.entity)}})
        if self._asked.date_from or self._asked.date_to:
            filters.append({"range": {"published_at": self._days()}})
        return {"bool": {"must": [clause_of(self._query.node)], "filter": filters}}

    def chosen(self, *, but: str | None = None) -> Clause:
        """The chosen filters, without those of the facet `but`."""
        clauses = [
            has_value(name, values) for name, values in self._values(ARTICLE_FACETS) if name != but
        ]
        if any(name != but for name, _ in self._values(EVENT_FACETS)):
            clauses.append(self.has_event(but=but))
        return all_of(clauses)

    def all(self, *, but: str | None = None) -> Clause:
        """Query and filters together, without a score."""
        return all_of([self.searched(), self.chosen(but=but)])

    def has_event(self, *, but: str | None = None) -> Clause:
        return {"nested": {"path": "events", "query": self.event(but=but)}}

    def event(self, *, but: str | None = None) -> Clause:
        """What one event must meet: one of those that the query names, and the filters on events,
        without those of the facet `but`.

        Raises QueryMistake where that would be another for each article: no clause about an event
        can look at its article.
        """
        if not self.name_events:
            raise QueryMistake(1, _UNCLEAR)
        clauses = [any_of(self._events)] if self._events else []
        clauses += [
            has_value(name, values) for name, values in self._values(EVENT_FACETS) if name != but
        ]
        return all_of(clauses)

    def _values(self, names: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
        for name in names:
            if values := getattr(self._asked, name):
                yield name, values

    def _days(self) -> Clause:
        """Whole days of UTC: rounding takes `lte` to the last millisecond of its day."""
        days: Clause = {"format": "yyyy-MM-dd"}
        if self._asked.date_from:
            days["gte"] = f"{self._asked.date_from.isoformat()}||/d"
        if self._asked.date_to:
            days["lte"] = f"{self._asked.date_to.isoformat()}||/d"
        return days


def has_value(name: str, values: Sequence[str]) -> Clause:
    """One of the values of a facet, as the facet counts them; an entity also by its aliases, in any
    letter case and with or without accents, an actor also by its id, country or sector."""
    facet = FACETS[name]
    if kind := facet.entity_kind:
        return {"terms": {"entity_names": [entity_name(kind, value) for value in values]}}
    if facet.within:
        return any_of([_type_and_mode(value) for value in values])
    if name in _ACTORS:
        paths = (f"events.{name}.{key}" for key in _ACTOR_KEYS)
        return any_of([{"terms": {path: list(values)}} for path in paths])
    return {"terms": {facet.path: list(values)}}


def _type_and_mode(value: str) -> Clause:
    event_type, _, mode = value.partition("/")
    typed: Clause = {"term": {"events.event_type": event_type}}
    return all_of([typed, {"term": {"events.mode": mode}}]) if mode else typed

"""What results are counted by, and what each of these can be narrowed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from tidings.documents import FACET_OF_KIND
from tidings.messages import EntityKind
from tidings.plover import PRONOUNS


@dataclass(frozen=True)
class Facet:
    """`counts`: articles, or events of them. `path`: the field whose values are counted.
    `within`: the field by which each value is told apart further, as a type of event by its mode.
    `never`: values that are nobody's."""

    name: str
    title: str
    counts: Literal["articles", "events"]
    path: str
    entity_kind: EntityKind | None = None
    within: str | None = None
    never: tuple[str, ...] = ()


KIND_OF_FACET: Final = {field: kind for kind, field in FACET_OF_KIND.items()}


def _of_articles(name: str, title: str) -> Facet:
    return Facet(name, title, "articles", name, KIND_OF_FACET.get(name))


def _of_events(name: str, title: str, path: str, never: tuple[str, ...] = ()) -> Facet:
    return Facet(name, title, "events", f"events.{path}", never=never)


_FACETS: Final = (
    Facet("event_type", "Event types", "events", "events.event_type", within="events.mode"),
    _of_events("source", "Who acts", "source.name", PRONOUNS),
    _of_events("target", "Who is acted on", "target.name", PRONOUNS),
    _of_events("source_country", "Country of who acts", "source.country"),
    _of_events("target_country", "Country of who is acted on", "target.country"),
    _of_events("sector", "Sectors", "sectors"),
    _of_events("modality", "Modality", "modality"),
    _of_events("context", "Contexts", "contexts"),
    _of_events("event_place", "Where it happened", "place.name"),
    _of_events("event_country", "Countries of events", "countries"),
    _of_events("place_country", "Country where it happened", "place.country"),
    _of_articles("people", "People"),
    _of_articles("organisations", "Organisations"),
    _of_articles("places", "Places"),
    _of_articles("countries", "Countries"),
    _of_articles("groups", "Groups"),
    _of_articles("outlet", "Outlets"),
    _of_articles("language", "Languages"),
)
"""In the order of the page."""

FACETS: Final[Mapping[str, Facet]] = {facet.name: facet for facet in _FACETS}
ARTICLE_FACETS: Final = tuple(one.name for one in _FACETS if one.counts == "articles")
EVENT_FACETS: Final = tuple(one.name for one in _FACETS if one.counts == "events")

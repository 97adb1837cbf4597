"""The fields that a query can name: what each is about, what it takes, and where it is indexed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from tidings.messages import EventType, Modality
from tidings.plover import CONTEXTS, MODES, SECTORS

Kind = Literal["words", "name", "called", "exact", "choice", "country", "date", "number", "actor"]
"""`words`: of the text. `name`: words of a name, in their order. `called`: an entity by a name or
an alias. `exact`: the whole value. `choice`: one of a known list. `actor`: a name, an entity's id,
a country's code or a sector."""


@dataclass(frozen=True)
class Field:
    """`about` both: of the article, or of the event whose other properties stand beside it."""

    name: str
    about: Literal["article", "event", "both"]
    kind: Kind
    paths: tuple[str, ...]
    event_paths: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    entity_kind: str | None = None
    meaning: str = ""


def _article(name: str, kind: Kind, path: str, meaning: str, entity: str | None = None) -> Field:
    return Field(name, "article", kind, (path,), entity_kind=entity, meaning=meaning)


def _event(
    name: str, kind: Kind, *paths: str, meaning: str, choices: tuple[str, ...] = ()
) -> Field:
    full = tuple(f"events.{path}" for path in paths)
    return Field(name, "event", kind, full, full, choices, meaning=meaning)


_ALL_MODES: Final = tuple(dict.fromkeys(mode for modes in MODES.values() for mode in modes))

_FIELDS: Final = (
    _article("title", "words", "title", "words of the title"),
    _article("text", "words", "text", "words of the text, not of the title"),
    _article("outlet", "name", "outlet", "who published it"),
    _article("author", "name", "authors", "who wrote it"),
    _article("section", "exact", "section", "its section, whole"),
    _article("language", "exact", "language", "its language: en, fr, pt-BR"),
    _article("date", "date", "published_at", "when it was published (UTC)"),
    _article("person", "called", "people", "a person by name or alias", "person"),
    _article("org", "called", "organisations", "an organisation by name or alias", "organisation"),
    _article("group", "called", "groups", "a people or movement by name or alias", "group"),
    _article("entity", "exact", "entity_ids", "an entity by its id"),
    _article("id", "exact", "article_id", "an article by its id"),
    Field(
        "place", "both", "called", ("places",), ("events.place.name",), entity_kind="place",
        meaning="a place by name or alias; beside an event field, where the event happened",
    ),
    Field(
        "country", "both", "country", ("countries",), ("events.countries",),
        meaning="a country by name or code; beside an event field, of an actor or the place",
    ),
    _event(
        "event", "choice", "event_type", meaning="a type of event", choices=get_args(EventType)
    ),
    _event("mode", "choice", "mode", meaning="how it was done", choices=_ALL_MODES),
    _event(
        "modality", "choice", "modality", meaning="how it is told",
        choices=get_args(Modality),
    ),
    _event("source", "actor", "source", meaning="who acts"),
    _event("target", "actor", "target", meaning="who is acted on"),
    _event("actor", "actor", "source", "target", meaning="who acts or is acted on"),
    _event("source_country", "country", "source.country", meaning="the country of who acts"),
    _event("target_country", "country", "target.country", meaning="the country of who is acted on"),
    _event(
        "sector", "choice", "sectors", meaning="the sector of who acts or is acted on",
        choices=tuple(SECTORS),
    ),
    _event("context", "choice", "contexts", meaning="what it is about", choices=CONTEXTS),
    _event("event_date", "date", "date", meaning="when it happened"),
    _event("intensity", "number", "intensity", meaning="-10 (conflict) to 10 (cooperation)"),
    _event("killed", "number", "killed", meaning="at least how many were killed"),
    _event("injured", "number", "injured", meaning="at least how many were injured"),
    _event("confidence", "number", "confidence", meaning="how sure it is, from 0 to 1"),
)  # fmt: skip

FIELDS: Final[Mapping[str, Field]] = {field.name: field for field in _FIELDS}

"""What can be asked: one typed object each for articles and for events, read from an address."""

from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tidings.messages import EntityKind, EventType, Modality
from tidings_search.words import Term, parse_words

MAX_SIZE: Final = 100
MAX_RESULTS: Final = 10_000
"""How deep pages go: Elasticsearch's `index.max_result_window`."""

TERM_FACETS: Final = (
    "people", "organisations", "places", "groups", "countries", "outlet", "language",
)  # fmt: skip
"""Fields of an article that are filtered and counted by value."""

EVENT_FILTERS: Final = ("event_type", "modality", "source", "target", "event_country")
"""Conditions that one and the same event of an article must meet."""

Value = Annotated[str, Field(max_length=500)]
Values = Annotated[tuple[Value, ...], Field(max_length=100)]
_ANY_NAME: Final = "a canonical name or an alias, in any letter case, with or without accents"

Sort = Literal["relevance", "newest", "oldest"]


class _Request(BaseModel):
    """Unknown parameters are refused: a filter that is misspelt must not find everything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: str = Field(
        "",
        max_length=1000,
        description='words, all of which must be there, and "exact phrases"',
    )
    date_from: date | None = Field(None, description="first day of publication, in UTC")
    date_to: date | None = Field(None, description="last day of publication, in UTC")
    outlet: Values = ()
    page: int = Field(1, ge=1)
    size: int = Field(20, ge=1, le=MAX_SIZE, description="articles a page")

    @model_validator(mode="before")
    @classmethod
    def _blank_is_not_given(cls, given: Any) -> Any:
        """Forms send each of their fields, filled or not."""
        if not isinstance(given, dict):
            return given
        cleaned = {name: _without_blanks(value) for name, value in given.items()}
        return {name: value for name, value in cleaned.items() if value != ""}

    @model_validator(mode="after")
    def _is_within_reach(self) -> Self:
        if self.page * self.size > MAX_RESULTS:
            raise ValueError(
                f"pages reach the first {MAX_RESULTS:,} articles; narrow the search to see others"
            )
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise ValueError(f"date_from {self.date_from} lies after date_to {self.date_to}")
        return self

    @property
    def terms(self) -> tuple[Term, ...]:
        """What `q` says. Raises QueryMistake."""
        return parse_words(self.q)


class SearchRequest(_Request):
    """A search for articles. Values of one filter are alternatives; different filters all hold,
    and those about events hold for one and the same event."""

    ids: Values | None = Field(None, description="only these articles; an empty list finds none")
    entity: Values = Field((), description="entity ids, whatever the article calls them")
    people: Values = Field((), description=_ANY_NAME)
    organisations: Values = Field((), description=_ANY_NAME)
    places: Values = Field((), description=_ANY_NAME)
    groups: Values = Field((), description=_ANY_NAME)
    countries: Values = Field((), description="ISO 3166-1 alpha-3")
    language: Values = Field((), description="BCP 47")
    event_type: tuple[EventType, ...] = ()
    modality: tuple[Modality, ...] = ()
    source: Values = Field((), description="who acts: a name, entity id, country or sector")
    target: Values = Field((), description="who is acted on: a name, entity id, country or sector")
    event_country: Values = Field((), description="country of an actor or of the event's place")
    sort: Sort | None = Field(None, description="by default relevance with words, else newest")

    @property
    def order(self) -> Sort:
        return self.sort or ("relevance" if self.q.strip() else "newest")


class EventRequest(_Request):
    """A search for events: articles are searched and paged, their matching events come out."""

    type: tuple[EventType, ...] = ()
    modality: tuple[Modality, ...] = ()
    source: Values = Field((), description="who acts: a name, entity id, country or sector")
    target: Values = Field((), description="who is acted on: a name, entity id, country or sector")
    country: Values = Field((), description="country of an actor or of the event's place")

    @property
    def articles(self) -> SearchRequest:
        """The search for the articles that hold these events."""
        fields = self.model_dump(exclude={"type", "country"})
        return SearchRequest(
            **fields, event_type=self.type, event_country=self.country, sort="newest"
        )


class NameRequest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=500, description=_ANY_NAME)
    kind: EntityKind | None = Field(None, description="only entities of this kind")


def _without_blanks(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(part for part in value if not isinstance(part, str) or part.strip())
    return value.strip() if isinstance(value, str) else value

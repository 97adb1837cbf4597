"""What can be asked: one typed object for articles, events, facets, timelines and pairs, read from
an address."""

from datetime import date
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from tidings.messages import EntityKind, Modality
from tidings.plover import MODES
from tidings_search.querying.read import Query, read_query

MAX_SIZE: Final = 100
MAX_RESULTS: Final = 10_000
"""How deep pages with numbers go, Elasticsearch's `index.max_result_window`; a cursor goes to the
end."""


def _typed(value: str) -> str:
    """COERCE, or COERCE/seize."""
    event_type, _, mode = value.partition("/")
    modes = MODES.get(event_type)  # type: ignore[call-overload]
    if modes is None:
        raise ValueError(f"“{event_type}” is no type of event: there are {', '.join(MODES)}")
    if "/" in value and mode not in modes:
        raise ValueError(
            f"“{mode}” is no mode of {event_type}: it has {', '.join(modes) or 'none'}"
        )
    return value


Asked = TypeVar("Asked", bound="Narrowing")
Value = Annotated[str, Field(max_length=500)]
Values = Annotated[tuple[Value, ...], Field(max_length=100)]
TypeOrMode = Annotated[str, AfterValidator(_typed)]
Sort = Literal["relevance", "newest", "oldest"]

_ANY_NAME: Final = "a canonical name or an alias, in any letter case, with or without accents"
_ACTOR: Final = "a name, whole, an entity id, a country's code or a sector"
_CODE: Final = "ISO 3166-1 alpha-3"


class Narrowing(BaseModel):
    """What is searched: a query, and filters beside it. Values of one filter are alternatives,
    different filters all hold, and those about events hold for one and the same event, the query's
    own too. Unknown parameters are refused: a filter that is misspelt must not find everything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: str = Field(
        "",
        description='a query: words, "exact phrases", AND OR NOT, fields; see docs/search.md',
        examples=['"oil tanker" event:COERCE source_country:US'],
    )
    date_from: date | None = Field(
        None, description="first day of publication, in UTC", examples=["2022-01-01"]
    )
    date_to: date | None = Field(
        None, description="last day of publication, in UTC", examples=["2022-12-31"]
    )
    ids: Values | None = Field(None, description="only these articles; an empty list finds none")
    entity: Values = Field((), description="entity ids, whatever the article calls them")
    outlet: Values = Field((), examples=[["herald.example"]])
    language: Values = Field((), description="BCP 47", examples=[["en"]])
    people: Values = Field((), description=_ANY_NAME, examples=[["Angela Merkel"]])
    organisations: Values = Field((), description=_ANY_NAME, examples=[["NATO"]])
    places: Values = Field((), description=_ANY_NAME, examples=[["Geneva"]])
    groups: Values = Field((), description=_ANY_NAME, examples=[["Taliban"]])
    countries: Values = Field((), description=_CODE, examples=[["UKR", "RUS"]])
    event_type: tuple[TypeOrMode, ...] = Field(
        (), description="COERCE, or with a mode COERCE/seize", examples=[["COERCE/seize", "AID"]]
    )
    modality: tuple[Modality, ...] = Field((), examples=[["asserted"]])
    source: Values = Field((), description=f"who acts: {_ACTOR}", examples=[["IRN"]])
    target: Values = Field((), description=f"who is acted on: {_ACTOR}", examples=[["GOV"]])
    source_country: Values = Field((), description=_CODE, examples=[["TUR"]])
    target_country: Values = Field((), description=_CODE, examples=[["SYR"]])
    sector: Values = Field(
        (), description="of who acts or is acted on: GOV, MIL, REB, …", examples=[["MIL"]]
    )
    context: Values = Field(
        (), description="what an event is about: military, election, …", examples=[["election"]]
    )
    event_place: Values = Field((), description="where it happened, by name", examples=[["Kabul"]])
    event_country: Values = Field(
        (), description="country of an actor or of the event's place", examples=[["AFG"]]
    )
    place_country: Values = Field(
        (), description=f"where it happened, the country: {_CODE}", examples=[["AFG"]]
    )

    @model_validator(mode="before")
    @classmethod
    def _blank_is_not_given(cls, given: Any) -> Any:
        """Forms send each of their fields, filled or not."""
        if not isinstance(given, dict):
            return given
        filled = _filled(given)
        # Mistakes in a query are pointed at by position: its blanks count.
        return filled | ({"q": given["q"]} if "q" in filled else {})

    @model_validator(mode="after")
    def _days_are_in_order(self) -> Self:
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise ValueError(
                f"the first day (`date_from`), {self.date_from}, lies after the last (`date_to`), "
                f"{self.date_to}"
            )
        return self

    @cached_property
    def query(self) -> Query:
        """What `q` says. Raises QueryMistake."""
        return read_query(self.q)

    def narrowed_to(self, kind: type[Asked], *also: str, **more: Any) -> Asked:
        """The same query and filters as another request, with the fields `also` where they are
        given and it has them, and with `more`."""
        copied = {*Narrowing.model_fields, *also} & kind.model_fields.keys()
        given = self.model_dump(include=copied, exclude_unset=True)
        return kind.model_validate({**given, **more})


class SearchRequest(Narrowing):
    """A page of a result. By default in order of relevance where there is a query, else newest
    first. `page` counts pages up to the first 10,000; `cursor`, from `next` of the answer before,
    goes to the very end."""

    sort: Sort | None = Field(None, description="by default relevance with a query, else newest")
    size: int = Field(20, ge=1, le=MAX_SIZE)
    page: int = Field(1, ge=1)
    cursor: str | None = Field(None, max_length=2_000, description="`next` of the page before")

    @model_validator(mode="after")
    def _is_within_reach(self) -> Self:
        if self.cursor and self.page != 1:
            raise ValueError("page and cursor exclude each other")
        if self.page * self.size > MAX_RESULTS:
            raise ValueError(
                f"pages reach the first {MAX_RESULTS:,} results; narrow the search, or follow "
                "`next` of each answer to the end"
            )
        return self

    @property
    def order(self) -> Sort:
        return self.sort or ("relevance" if self.q.strip() else "newest")


class EventsRequest(SearchRequest):
    page: int = Field(1, ge=1, le=1, description="only 1: `cursor` leads to the pages that follow")


class FacetRequest(Narrowing):
    """The values of one facet, the most frequent first."""

    contains: str = Field("", max_length=50, description="only values with these letters in them")
    size: int = Field(50, ge=1, le=1_000)
    page: int = Field(1, ge=1, le=1_000)


class TimelineRequest(Narrowing):
    """Articles by day of publication, or events by type and by the day on which they were told,
    which is nearly always known, or happened, which the text often leaves open."""

    of: Literal["articles", "events"] = "articles"
    by: Literal["told", "happened"] = "told"
    interval: Literal["auto", "day", "week", "month", "quarter", "year"] = "auto"


class PairsRequest(Narrowing):
    """Who acted on whom, the most frequent pairs first."""

    by: Literal["name", "country"] = "name"
    size: int = Field(50, ge=1, le=1_000)


class NameRequest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(
        min_length=1, max_length=500, description=_ANY_NAME, examples=["Angela Merkel"]
    )
    kind: EntityKind | None = Field(None, description="only entities of this kind")

    @model_validator(mode="before")
    @classmethod
    def _blank_is_not_given(cls, given: Any) -> Any:
        return _filled(given) if isinstance(given, dict) else given


def _filled(given: dict[str, Any]) -> dict[str, Any]:
    cleaned = {name: _without_blanks(value) for name, value in given.items()}
    return {name: value for name, value in cleaned.items() if value != ""}


def _without_blanks(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(part for part in value if not isinstance(part, str) or part.strip())
    return value.strip() if isinstance(value, str) else value

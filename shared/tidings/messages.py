"""The records on the wire. Frozen, JSON, unknown fields ignored, times in UTC.

Offsets (`start`, `end`) count Unicode code points of `Article.content`; `end` is exclusive, so
`content[start:end]` is always the words themselves.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from tidings import identity
from tidings.errors import InvalidMessage

SCHEMA_VERSION: Final = 1
SCHEMA_HEADER: Final = "tidings-schema"
RESTORE_HEADER: Final = "tidings-restore"
"""On a pushed article: it brings back what was taken down before. Its value says nothing."""

MOST_EVENTS: Final = 10_000
"""Of one article: what the index takes in one document."""

EntityKind = Literal["person", "organisation", "place", "group", "other"]
Modality = Literal[
    "asserted",
    "planned",
    "threatened",
    "demanded",
    "denied",
    "negated",
    "hypothetical",
    "historical",
]
EventType = Literal[
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "REJECT", "ACCUSE", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
]  # fmt: skip
Stage = Literal["entities", "events", "index"]


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{value.isoformat()} is outside the calendar in UTC") from None


def _encodable(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(
            f"half a surrogate pair at character {error.start}: the text was cut or decoded wrongly"
        ) from None
    return value


Utc = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Text = Annotated[str, AfterValidator(_encodable)]
ArticleId = Annotated[str, Field(min_length=1, max_length=128), AfterValidator(_encodable)]
"""At most 512 bytes in UTF-8: Elasticsearch refuses a whole bulk for one longer id."""

_LAST_MILLISECOND: Final = 253_402_300_799_999
"""The end of the year 9999, where the calendar ends."""


class Record(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", ser_json_bytes="base64", val_json_bytes="base64"
    )

    def to_bytes(self) -> bytes:
        return self.model_dump_json(exclude_defaults=True).encode("utf-8")


class Article(Record):
    """One news text. Only title or text is required; what is not known stays None."""

    article_id: ArticleId
    revision: str
    version: int = Field(
        ge=0, le=_LAST_MILLISECOND, description="pushed_at in milliseconds since 1970, UTC"
    )
    title: Text | None = None
    text: Text | None = None
    url: Text | None = Field(None, max_length=8000)
    outlet: Text | None = Field(None, max_length=500)
    authors: tuple[Annotated[Text, Field(max_length=500)], ...] = ()
    section: Text | None = Field(None, max_length=500)
    language: Text | None = Field(None, max_length=35, description="BCP 47, as the producer says")
    published_at: Utc | None = None
    pushed_at: Utc | None = None

    @model_validator(mode="after")
    def _has_words(self) -> Self:
        if not (self.title or "").strip() and not (self.text or "").strip():
            raise ValueError("neither title nor text has a word")
        return self

    @model_validator(mode="after")
    def _was_published_by_the_time_it_was_pushed(self) -> Self:
        pushed = datetime.fromtimestamp(self.version / 1000, UTC)
        if self.published_at and self.published_at > pushed + timedelta(days=366):
            raise ValueError(
                f"published_at {self.published_at.date()} lies more than a year after it was pushed"
            )
        return self

    @classmethod
    def build(cls, fields: Mapping[str, Any], *, version: int) -> Self:
        """The article that `fields` describes, with identity and revision computed from them.

        `version` is in milliseconds since 1970. Raises InvalidMessage with a sentence for people.
        """
        known = {name: fields[name] for name in cls.model_fields if fields.get(name) is not None}
        title, text = known.get("title"), known.get("text")
        try:
            draft = cls.model_validate(
                {**known, "article_id": "?", "revision": "?", "version": version}
            )
            article_id = known.get("article_id") or identity.article_id(
                title=draft.title,
                text=draft.text,
                url=draft.url,
                outlet=draft.outlet,
                published_at=draft.published_at,
            )
            return cls.model_validate(
                {
                    **known,
                    "article_id": article_id,
                    "revision": identity.revision(draft.title, draft.text),
                    "version": version,
                }
            )
        except ValidationError as error:
            empty = not any(isinstance(words, str) and words.strip() for words in (title, text))
            strings = all(words is None or isinstance(words, str) for words in (title, text))
            code = "empty" if empty and strings else "invalid-record"
            raise InvalidMessage(code, explain(error)) from None
        except ValueError as error:
            raise InvalidMessage("invalid-record", f"`url`: {error}") from None

    @property
    def content(self) -> str:
        """What offsets count in: title, blank line, text; or the one of them that is there."""
        return "\n\n".join(part for part in (self.title, self.text) if part)

    @property
    def title_end(self) -> int:
        """Where the title ends in `content`; 0 without a title."""
        return len(self.title or "")


class Span(Record):
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Place(Record):
    """Coordinates are WGS 84 degrees; None where only the country or the name is known."""

    name: str
    country: str | None = Field(None, description="ISO 3166-1 alpha-3")
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)


class Mention(Span):
    label: str = Field(description="spaCy's OntoNotes label: PERSON, ORG, GPE, LOC, FAC, NORP, …")
    entity_id: str | None = None
    why: tuple[str, ...] = Field((), exclude=True, description="what speaks for it; never sent")


class Entity(Record):
    entity_id: str
    name: str
    kind: EntityKind
    aliases: tuple[str, ...] = ()
    joined_by: tuple[str, ...] = Field(
        (), description="for each alias, in their order, what says that it is the same"
    )
    country: str | None = Field(None, description="ISO 3166-1 alpha-3")
    place: Place | None = None


class Result(Record):
    """What every extractor says of one version of an article."""

    article_id: ArticleId
    revision: str
    version: int
    language: str | None = Field(None, description="as identified, BCP 47")
    seconds: float = 0.0
    skipped: str | None = Field(None, description="why nothing was looked for")


class ArticleEntities(Result):
    model_version: str
    mentions: tuple[Mention, ...] = ()
    entities: tuple[Entity, ...] = ()


class Actor(Span):
    name: str
    entity_id: str | None = None
    country: str | None = Field(None, description="ISO 3166-1 alpha-3")
    sector: str | None = Field(None, description="GOV, MIL, REB, OPP, CVL, BUS, MED, IGO, …")


class EventDate(Record):
    """`value` is ISO 8601 cut to its precision: 2025-12-10, 2025-W50, 2025-12 or 2025. `start` and
    `end` of its words are None in records of older rules."""

    value: str
    precision: Literal["day", "week", "month", "year"]
    text: str
    start: int | None = Field(None, ge=0)
    end: int | None = Field(None, ge=0)


class EventPlace(Place):
    """With the words that name it; None in records of older rules."""

    text: str | None = None
    start: int | None = Field(None, ge=0)
    end: int | None = Field(None, ge=0)


class Evidence(Record):
    """Where an event is told: the words that announce it, the whole sentence, and the rule."""

    trigger: Span
    sentence: Span
    rule: str = ""


class Casualties(Span):
    """`low` and `high` are None where the words give no such bound ("dozens"); `total`: in all so
    far, not of this event alone."""

    kind: Literal["killed", "injured", "abducted", "arrested"]
    low: int | None = None
    high: int | None = None
    total: bool = False


class Event(Record):
    """`modality_evidence`: the word by which it is not simply asserted. `retold`: where else the
    article tells of the same event."""

    event_id: str
    event_type: EventType
    mode: str | None = None
    quad_class: Literal[1, 2, 3, 4]
    intensity: float = Field(ge=-10, le=10, description="Goldstein scale")
    contexts: tuple[str, ...] = ()
    source: Actor | None = None
    target: Actor | None = None
    trigger: Span
    sentence: Span
    date: EventDate | None = None
    place: EventPlace | None = None
    casualties: tuple[Casualties, ...] = ()
    modality: Modality = "asserted"
    modality_evidence: Span | None = None
    attribution: Span | None = None
    retold: tuple[Evidence, ...] = ()
    rule: str
    rules_version: str
    confidence: float = Field(ge=0, le=1)


class ArticleEvents(Result):
    rules_version: str
    events: tuple[Event, ...] = Field((), max_length=MOST_EVENTS)


class DeadLetter(Record):
    """A record set aside, whole, with where it came from and why."""

    stage: Stage
    code: str
    reason: str
    topic: str
    partition: int
    offset: int
    timestamp: int = Field(description="of the original record, milliseconds since 1970")
    key: bytes | None = None
    value: bytes | None = None
    headers: dict[str, str] = {}
    truncated: bool = Field(False, description="value was cut to fit and cannot be sent back")
    article_id: str | None = None
    version: int | None = None
    revision: str | None = None
    died_at: Utc

    @property
    def origin(self) -> str:
        """The dead letter's own key."""
        return f"{self.topic}-{self.partition}-{self.offset}"

    @property
    def identity(self) -> tuple[str, int]:
        """Which record this is about: after a move to another cluster two may share an origin, but
        not the time."""
        return self.origin, self.timestamp


def explain(error: ValidationError) -> str:
    """What is wrong, a clause a field, without pydantic's words about itself."""
    clauses = []
    for detail in error.errors(include_url=False, include_context=False):
        field = ".".join(str(part) for part in detail["loc"])
        message = detail["msg"].removeprefix("Value error, ")
        clauses.append(f"`{field}`: {message}" if field else message)
    return "; ".join(clauses)

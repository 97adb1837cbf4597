"""The article as Elasticsearch holds it: what the index writes and search reads.

`parts` is what was received, each part the newest of its kind; every field beside it is derived
from the parts, so that no order of arrival can make a difference. A page marks spans only where
`parts[x]["revision"]` is the document's own.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, NotRequired, TypedDict

from tidings.language.spelling import fold
from tidings.messages import EntityKind

FACET_OF_KIND: Final[dict[EntityKind, str]] = {
    "person": "people",
    "organisation": "organisations",
    "place": "places",
    "group": "groups",
}
"""The keyword field that holds the names of entities of a kind; `other` has none."""

_BETWEEN: Final = "\x1f"

MAPPING_VERSION: Final = 6
"""Written into the mapping's `_meta`; an index of another version is not written to."""

REBUILD: Final = "rebuild"
"""In a mapping's `_meta` while the index lacks what was indexed before, until a rebuild has filled
it: how far that has read, as `{"positions": {"topic-partition": offset}}`."""

PartName = Literal["raw", "entities", "events"]


class RawPart(TypedDict):
    """`language` is the producer's word; the document's own may be the identified one."""

    version: int
    revision: str
    at: int
    language: str | None


class Failure(TypedDict):
    code: str
    reason: str


class EntitiesPart(TypedDict):
    """`extractor_version` is '' where the part failed; times are milliseconds since 1970."""

    version: int
    revision: str
    at: int
    extractor_version: str
    seconds: float
    language: str | None
    skipped: str | None
    failure: Failure | None
    mentions: list[dict[str, Any]]
    entities: list[dict[str, Any]]


class EventsPart(TypedDict):
    """Like EntitiesPart; its events are as extracted, not yet linked to entities."""

    version: int
    revision: str
    at: int
    extractor_version: str
    seconds: float
    language: str | None
    skipped: str | None
    failure: Failure | None
    events: list[dict[str, Any]]


class Parts(TypedDict):
    raw: NotRequired[RawPart]
    entities: NotRequired[EntitiesPart]
    events: NotRequired[EventsPart]


class ArticleDocument(TypedDict):
    """`_source`; the document's id is `article_id`. Without a raw part it has no words yet, or none
    any more: search leaves it out by `visible`.

    `taken_down` is the time of the last takedown, `restored` the version of the last push that was
    meant to bring the article back, both in milliseconds since 1970."""

    article_id: str
    visible: bool
    complete: bool
    parts: Parts
    taken_down: NotRequired[int]
    restored: NotRequired[int]
    version: NotRequired[int]
    revision: NotRequired[str]
    title: NotRequired[str]
    text: NotRequired[str]
    url: NotRequired[str]
    outlet: NotRequired[str]
    authors: NotRequired[list[str]]
    section: NotRequired[str]
    language: NotRequired[str]
    published_at: NotRequired[str]
    pushed_at: NotRequired[str]
    people: NotRequired[list[str]]
    organisations: NotRequired[list[str]]
    places: NotRequired[list[str]]
    groups: NotRequired[list[str]]
    countries: NotRequired[list[str]]
    entity_ids: NotRequired[list[str]]
    entity_names: NotRequired[list[str]]
    failed: NotRequired[list[PartName]]
    skipped: NotRequired[list[PartName]]
    events: NotRequired[list[dict[str, Any]]]


def entity_name(kind: EntityKind, name: str) -> str:
    """What `entity_names` holds for each name and alias of an entity: the same value however it is
    spelt. Where `fold` gives other letters, an index has to be built anew."""
    return f"{kind}:{fold(name)}"


def pair_of(source: str | None, target: str | None) -> str | None:
    """What an event's `pair` holds: one value for who acted on whom; None where either is open."""
    return f"{source}{_BETWEEN}{target}" if source and target else None


def read_pair(pair: str) -> tuple[str, str]:
    """Source and target."""
    source, _, target = pair.partition(_BETWEEN)
    return source, target


def toll_of(event: Mapping[str, Any], kind: str) -> int | None:
    """How many were killed, injured and so on: of several counts the greatest that is certain."""
    tolls = (one for one in event.get("casualties") or () if one["kind"] == kind)
    return max((one["low"] for one in tolls if one.get("low") is not None), default=None)


def is_taken_down(document: ArticleDocument) -> bool:
    """Whether a takedown is in force, and no later push has brought the article back."""
    return "taken_down" in document and not document["visible"]

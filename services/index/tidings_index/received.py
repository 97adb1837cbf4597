"""What arrives about an article, whichever topic it came by."""

from dataclasses import dataclass
from typing import NotRequired, TypedDict

from tidings.documents import EntitiesPart, EventsPart, RawPart


class Content(TypedDict):
    """The article's own fields as the document holds them at its top; together with the raw part
    they are what was pushed."""

    title: NotRequired[str]
    text: NotRequired[str]
    url: NotRequired[str]
    outlet: NotRequired[str]
    authors: NotRequired[list[str]]
    section: NotRequired[str]
    published_at: NotRequired[str]
    pushed_at: NotRequired[str]


@dataclass(frozen=True)
class Pushed:
    """`restores`: pushed in order to bring back what was taken down."""

    article_id: str
    part: RawPart
    content: Content
    restores: bool = False


@dataclass(frozen=True)
class EntitiesFound:
    """Also the news that the entities stage failed or had nothing to look for."""

    article_id: str
    part: EntitiesPart


@dataclass(frozen=True)
class EventsFound:
    """Also the news that the events stage failed or had nothing to look for."""

    article_id: str
    part: EventsPart


@dataclass(frozen=True)
class Takedown:
    """`at` is the tombstone's timestamp, milliseconds since 1970."""

    article_id: str
    at: int


@dataclass(frozen=True)
class Restored:
    """The news that a push with this version has brought the article back."""

    article_id: str
    version: int


Received = Pushed | EntitiesFound | EventsFound | Takedown | Restored

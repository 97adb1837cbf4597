"""Every topic, declared once: what is on it, who writes and who reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tidings.messages import Article, ArticleEntities, ArticleEvents, DeadLetter, Record, Stage

Partition = tuple[str, int]
"""A topic's name and the partition's number."""


@dataclass(frozen=True)
class Topic:
    """Partitions, replication and retention are settings, equal for all topics that are `kept`:
    results share their article's partition number, and a rebuild reads everything again. The
    others hold copies, until they are read."""

    name: str
    record: type[Record]
    key: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    kept: bool = True


ARTICLES: Final = Topic(
    "articles.raw",
    Article,
    "article_id",
    ("ingest", "any producer"),
    ("entities", "events", "index"),
)
ENTITIES: Final = Topic(
    "articles.entities", ArticleEntities, "article_id", ("entities",), ("index",)
)
EVENTS: Final = Topic("articles.events", ArticleEvents, "article_id", ("events",), ("index",))
DEAD: Final = Topic(
    "articles.dead", DeadLetter, "topic-partition-offset of the origin",
    ("entities", "events", "index"), ("index", "tidings dead"),
)  # fmt: skip

KEPT: Final = (ARTICLES, ENTITIES, EVENTS, DEAD)
"""What the index is made of."""

BACKFILL_ENTITIES: Final = Topic(
    "articles.backfill.entities", Article, "article_id", ("tidings replay",), ("entities",), False
)
BACKFILL_EVENTS: Final = Topic(
    "articles.backfill.events", Article, "article_id", ("tidings replay",), ("events",), False
)
BACKFILL: Final[Mapping[Stage, Topic]] = {"entities": BACKFILL_ENTITIES, "events": BACKFILL_EVENTS}
"""Articles that an extractor is to read again while it has nothing newer to do, by stage."""

ALL: Final = (*KEPT, *BACKFILL.values())


def group_of(topic: Topic, stage: Stage) -> str:
    """The consumer group in which a stage's workers read the topic."""
    return f"tidings-{stage}" if topic.kept else f"tidings-{stage}-backfill"

"""Every topic, declared once: what is on it, who writes and who reads it."""

from dataclasses import dataclass
from typing import Final

from tidings.messages import Article, ArticleEntities, ArticleEvents, DeadLetter, Record


@dataclass(frozen=True)
class Topic:
    """Partitions, replication and retention are settings, equal for all topics: results share
    their article's partition number, and a rebuild reads everything again."""

    name: str
    record: type[Record]
    key: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]


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

ALL: Final = (ARTICLES, ENTITIES, EVENTS, DEAD)

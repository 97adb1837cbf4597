"""Writes and reads the topics as other programs would."""

from collections import Counter
from collections.abc import Iterable

from tidings.history import committed_offsets, read_to_end
from tidings.kafka import new_producer
from tidings.messages import Article, ArticleEntities, DeadLetter
from tidings.settings import Settings
from tidings.topics import ARTICLES, DEAD, ENTITIES, Topic
from tidings.wire import SCHEMA_HEADERS, decode


def write(
    settings: Settings, values: Iterable[tuple[bytes | None, bytes | None]], topic: Topic = ARTICLES
) -> None:
    producer = new_producer(settings)
    headers = list(SCHEMA_HEADERS.items())
    sent = [
        producer.send(topic.name, key=key, value=value, headers=headers) for key, value in values
    ]
    for one in sent:
        one.get(timeout=30)
    producer.close()


def write_articles(settings: Settings, articles: Iterable[Article]) -> None:
    write(settings, [(one.article_id.encode(), one.to_bytes()) for one in articles])


def read(settings: Settings, topic: Topic) -> list[tuple[bytes | None, bytes | None]]:
    """Everything that is on the topic now."""
    return [(record.key, record.value) for record in read_to_end(settings, topic)]


def results_by_article(settings: Settings) -> Counter[str]:
    """How often each article has a result from the entities stage."""
    values = [value for _, value in read(settings, ENTITIES) if value]
    return Counter(decode(ArticleEntities, value).article_id for value in values)


def committed(settings: Settings, stage: str) -> int:
    """How many records of the topics a stage's group has acknowledged to the broker."""
    return sum(committed_offsets(settings, f"tidings-{stage}").values())


def letters(settings: Settings) -> list[DeadLetter]:
    return [decode(DeadLetter, value) for _, value in read(settings, DEAD) if value]

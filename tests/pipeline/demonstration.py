"""The index as it is after `make run`: what is in seeds/, read by the real extractors."""

from collections.abc import Iterator

from tests.pipeline import newsroom
from tidings.batch import load_extractor
from tidings.messages import Article
from tidings.settings import Settings
from tidings_index.decode import entities_found, events_found
from tidings_index.received import Received
from tidings_ingest.formats import Candidate
from tidings_ingest.normalise import normalise
from tidings_ingest.sources import Sources


def seeds(settings: Settings) -> list[Article]:
    records = [item for item in Sources(["seeds"]) if isinstance(item, Candidate)]
    return [
        normalise(one.fields, version=newsroom.AT, max_chars=settings.article_max_chars)
        for one in records
    ]


def as_extracted(settings: Settings) -> Iterator[Received]:
    """Every record that a push of the seeds leads to."""
    articles = seeds(settings)
    for article in articles:
        yield from newsroom.as_read(article)
    for result in load_extractor("entities")(settings)(articles):
        yield entities_found(result, at=newsroom.AT + 400)
    for result in load_extractor("events")(settings)(articles):
        yield events_found(result, at=newsroom.AT + 700)


async def fill(settings: Settings) -> None:
    await newsroom.fill(settings, [*as_extracted(settings)])

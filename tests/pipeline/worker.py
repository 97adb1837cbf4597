"""A real worker of an extractor's stage whose extractor is a cheap fake: what it does is told by
the article's title, what it finds by the article's revision. Run as a process:
`python -m tests.pipeline.worker [entities|events]`. With MENDED in the environment nothing makes it
raise any more; FAKE_SECONDS_EACH is how long it works on an article, FAKE_VERSION its version."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

import faust

from tests.factories import a_mention, an_event, entities_of, events_of
from tidings.faust_app import new_app
from tidings.heartbeat import beat
from tidings.logs import configure_logging
from tidings.messages import Article, ArticleEntities, ArticleEvents, Result
from tidings.progress import Progress
from tidings.settings import Settings
from tidings.streaming import add_stage, run_worker
from tidings.topics import ENTITIES, EVENTS, Topic

SECONDS_EACH = float(os.environ.get("FAKE_SECONDS_EACH", "0.01"))
VERSION = os.environ.get("FAKE_VERSION", "2026.11.1+test")
MANY = 20_000
FOR_EVER = 3_600.0
LONG_SECONDS = 30
PRODUCER_SECONDS = 4
"""How long a record is tried before it counts as not sent: short, for the tests of outages."""


def find_entities(articles: Sequence[Article]) -> list[ArticleEntities]:
    return [_entities(article) for article in articles]


def find_events(articles: Sequence[Article]) -> list[ArticleEvents]:
    return [_events(article) for article in articles]


STAGES: Final[dict[str, tuple[Topic, Callable[[Sequence[Article]], Sequence[Result]]]]] = {
    "entities": (ENTITIES, find_entities),
    "events": (EVENTS, find_events),
}


def mention_of(revision: str) -> str:
    """The only words that the fake finds in a text of that revision."""
    return revision[:12]


def event_of(revision: str) -> str:
    """The id of the only event that the fake finds in a text of that revision."""
    return f"e-{revision}"


def _entities(article: Article) -> ArticleEntities:
    what = _work_on(article)
    mentions = [a_mention(mention_of(article.revision))] * (MANY if what == "large" else 1)
    return entities_of(article, mentions=tuple(mentions), model_version=VERSION)


def _events(article: Article) -> ArticleEvents:
    _work_on(article)
    return events_of(article, events=(an_event(event_id=event_of(article.revision)),))


def _work_on(article: Article) -> str:
    what = (article.title or "").partition(" ")[0]
    if what == "raise" and "MENDED" not in os.environ:
        raise RuntimeError("this article makes the extractor raise")
    if what == "long":
        for _ in range(LONG_SECONDS * 2):
            time.sleep(0.5)
            beat()
    time.sleep(FOR_EVER if what == "sleep" else SECONDS_EACH)
    return what


def build_app(stage: str, settings: Settings, progress: Progress) -> faust.App:
    app = new_app(f"tidings-{stage}", settings)
    app.conf.producer_request_timeout = PRODUCER_SECONDS
    target, transform = STAGES[stage]
    add_stage(
        app,
        stage="entities" if stage == "entities" else "events",
        target=target,
        transform=transform,
        observe=lambda result: None,
        progress=progress,
        settings=settings,
    )
    return app


def main() -> None:
    settings = Settings.load()
    stage = "events" if sys.argv[1:] == ["events"] else "entities"
    configure_logging(stage, settings)
    run_worker(
        "entities" if stage == "entities" else "events",
        settings,
        lambda progress: build_app(stage, settings, progress),
    )


if __name__ == "__main__":
    main()

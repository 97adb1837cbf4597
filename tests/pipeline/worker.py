"""A real worker of the stage `entities` whose extractor is a cheap fake: what it does is told by
the article's title. Run as a process: `python -m tests.pipeline.worker`. With MENDED in the
environment nothing makes it raise any more."""

import os
import time
from collections.abc import Sequence

import faust

from tests.factories import a_mention, entities_of
from tidings.faust_app import new_app
from tidings.logs import configure_logging
from tidings.messages import Article, ArticleEntities
from tidings.progress import Progress
from tidings.settings import Settings
from tidings.streaming import add_stage, run_worker
from tidings.topics import ENTITIES

SECONDS_EACH = 0.01
MANY = 20_000
PRODUCER_SECONDS = 4
"""How long a record is tried before it counts as not sent: short, for the tests of outages."""


def extract(articles: Sequence[Article]) -> list[ArticleEntities]:
    return [_extract(article) for article in articles]


def _extract(article: Article) -> ArticleEntities:
    what = (article.title or "").partition(" ")[0]
    if what == "raise" and "MENDED" not in os.environ:
        raise RuntimeError("this article makes the extractor raise")
    time.sleep(60 if what == "sleep" else SECONDS_EACH)
    mentions = [a_mention()] * (MANY if what == "large" else 1)
    return entities_of(article, mentions=tuple(mentions))


def build_app(settings: Settings, progress: Progress) -> faust.App:
    app = new_app("tidings-entities", settings)
    app.conf.producer_request_timeout = PRODUCER_SECONDS
    add_stage(
        app,
        stage="entities",
        target=ENTITIES,
        transform=extract,
        observe=lambda result: None,
        progress=progress,
        settings=settings,
    )
    return app


def main() -> None:
    settings = Settings.load()
    configure_logging("entities", settings)
    run_worker("entities", settings, lambda progress: build_app(settings, progress))


if __name__ == "__main__":
    main()

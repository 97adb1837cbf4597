"""The entities worker: articles in, what was found in them out."""

import faust

from tidings import metrics
from tidings.faust_app import new_app
from tidings.messages import ArticleEntities
from tidings.progress import Progress
from tidings.settings import Settings
from tidings.streaming import add_stage
from tidings.topics import ENTITIES
from tidings_entities.extract import build_extractor


def build_app(settings: Settings, progress: Progress) -> faust.App:
    """Loads the model. Raises SettingsError where it is not installed."""
    app = new_app("tidings-entities", settings)
    add_stage(
        app,
        stage="entities",
        target=ENTITIES,
        transform=build_extractor(settings),
        observe=_observe,
        progress=progress,
        settings=settings,
    )
    return app


def _observe(result: ArticleEntities) -> None:
    for entity in result.entities:
        metrics.ENTITIES.labels(entity.kind).inc()

"""The events worker: articles in, what was found in them out."""

import faust

from tidings import metrics
from tidings.faust_app import new_app
from tidings.messages import ArticleEvents
from tidings.progress import Progress
from tidings.settings import Settings
from tidings.streaming import add_stage
from tidings.topics import EVENTS
from tidings_events.extract import build_extractor


def build_app(settings: Settings, progress: Progress) -> faust.App:
    """Loads the model. Raises SettingsError where it is not installed."""
    app = new_app("tidings-events", settings)
    add_stage(
        app,
        stage="events",
        target=EVENTS,
        transform=build_extractor(settings),
        observe=_observe,
        progress=progress,
        settings=settings,
    )
    return app


def _observe(result: ArticleEvents) -> None:
    if not result.events and not result.skipped:
        metrics.WITHOUT_EVENTS.inc()
    for event in result.events:
        metrics.EVENTS.labels(event.event_type).inc()

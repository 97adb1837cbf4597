"""Runs both extractors over annotated texts and counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tidings.batch import load_extractor
from tidings.evaluation.annotated import Annotated
from tidings.evaluation.counts import Tally
from tidings.evaluation.events import score_events
from tidings.evaluation.names import score_names
from tidings.messages import Article
from tidings.settings import Settings

Extract = Callable[[Sequence[Article]], Any]


@dataclass(frozen=True)
class Extractors:
    entities: Extract
    events: Extract


def load_extractors(settings: Settings) -> Extractors:
    """Raises TidingsError where one is not installed."""
    return Extractors(*(load_extractor(name)(settings) for name in ("entities", "events")))


def evaluate(texts: Sequence[Annotated], extractors: Extractors) -> tuple[Tally, Tally]:
    """What is right of the names and of the events."""
    names, events = Tally(), Tally()
    articles = [text.article for text in texts]
    for text, result in zip(texts, extractors.entities(articles), strict=True):
        score_names(text, result, names)
    for text, result in zip(texts, extractors.events(articles), strict=True):
        score_events(text, result, events)
    return names, events

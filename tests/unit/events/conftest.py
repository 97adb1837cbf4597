"""One extractor for all tests of the rules: the model takes a second to load."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.factories import an_article
from tidings.language.model import load_model
from tidings.messages import Article, ArticleEvents, Event
from tidings.settings import Settings
from tidings_events.extract import build_extractor
from tidings_events.tree import Tree

Extract = Callable[[Sequence[Article]], list[ArticleEvents]]
Events = Callable[..., list[Event]]
Parse = Callable[[str], Tree]


@pytest.fixture(scope="session")
def extract() -> Extract:
    return build_extractor(Settings())


@pytest.fixture(scope="session")
def events(extract: Extract) -> Events:
    """The events of a text without a title, published on Friday, 6 March 2026."""

    def found(text: str, **fields: Any) -> list[Event]:
        fields = {"title": None, "published_at": "2026-03-06T09:00:00Z", **fields}
        return list(extract([an_article(text=text, version=1_773_000_000_000, **fields)])[0].events)

    return found


@pytest.fixture(scope="session")
def parse() -> Parse:
    nlp = load_model("en_core_web_sm", keep=["tagger", "parser"])
    return lambda text: Tree(nlp(text))

"""An extractor that reads words that never were before does not keep them."""

from typing import Any

import pytest
from spacy.language import Language

from tests.faults.words import made_up
from tidings.batch import load_extractor
from tidings.language import model
from tidings.settings import Settings


@pytest.mark.parametrize("stage", ["entities", "events"])
def test_made_up_words_leave_nothing_behind(stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[Language] = []
    load = model._load

    def spied(name: str, **options: Any) -> Language:
        loaded.append(load(name, **options))
        return loaded[-1]

    monkeypatch.setattr(model, "_load", spied)
    monkeypatch.setattr(model, "_MOST_WORDS", 0)
    extract = load_extractor(stage)(Settings())
    [nlp] = loaded

    def kept() -> tuple[int, int]:
        return sum(1 for _ in nlp.vocab), len(nlp.vocab.strings)

    articles = list(made_up(60))
    results = extract(articles[:20])
    assert not any(one.skipped for one in results)
    before = kept()
    extract(articles[20:])
    assert kept() == before

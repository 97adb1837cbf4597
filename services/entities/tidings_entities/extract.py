"""Articles in, what they name out. Pure: the model is handed in, nothing is read or sent."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from spacy.language import Language

from tidings.heartbeat import beat
from tidings.language.extraction import read_each
from tidings.language.model import bounded_vocabulary, load_model, name_of, renewing
from tidings.language.reading import Reading, read
from tidings.language.segments import segments
from tidings.messages import Article, ArticleEntities, Entity, Mention
from tidings.settings import Settings
from tidings_entities.entities import link
from tidings_entities.recognise import Line, recognise
from tidings_entities.spans import Found, find

EXTRACTOR_VERSION: Final = "2026.11.6"
"""Goes up with every change of what is found; of two results the higher one stays."""

COMPONENTS: Final = ("ner",)
_SEGMENTS_AT_ONCE: Final = 64
"""Bounds the memory that the longest article takes."""

_REHEARSAL: Final = ("Ana Ruiz spoke in Cusco, she said on Monday.", "Ella habló con el alcalde.")

Linked = tuple[tuple[Mention, ...], tuple[Entity, ...]]
Extract = Callable[[Sequence[Article]], list[ArticleEntities]]


def build_extractor(settings: Settings) -> Extract:
    """The extractor with its model. Raises SettingsError where the model is not installed.

    A rehearsal loads every table now (a second), not while the first article waits.
    """

    def load() -> tuple[Language, Extract]:
        nlp = load_model(settings.model, keep=COMPONENTS)
        extract = partial(extract_entities, nlp=nlp)
        extract([Article.build({"text": text}, version=0) for text in _REHEARSAL])
        return nlp, extract

    return renewing(load)


def model_version(nlp: Language) -> str:
    """As in '2026.11.1+en_core_web_sm-3.8.0': the extractor's own version, then the model's."""
    return f"{EXTRACTOR_VERSION}+{name_of(nlp)}"


def extract_entities(articles: Sequence[Article], nlp: Language) -> list[ArticleEntities]:
    """One result for each article, in their order. An article in another language than the model's
    gets an empty one that says so. One call at a time: a model is not made for two threads."""
    version = model_version(nlp)
    results = []
    for fields, found in read_each(articles, partial(_extract, nlp=nlp), reads=nlp.lang):
        mentions, entities = found or ((), ())
        results.append(
            ArticleEntities(**fields, model_version=version, mentions=mentions, entities=entities)
        )
    return results


def _extract(articles: Sequence[Article], nlp: Language) -> list[Linked]:
    marked = _mark(articles, nlp)
    return [
        link(article.content, _in_content(lines), article_id=article.article_id)
        for article, lines in zip(articles, marked, strict=True)
    ]


def _in_content(lines: Sequence[tuple[Reading, list[Found]]]) -> list[Found]:
    """What is recognised in the lines of an article, with offsets in its content."""
    names = recognise([Line(reading.text, found) for reading, found in lines])
    placed = []
    for (reading, _), found in zip(lines, names, strict=True):
        for one in found:
            start, end = reading.span(one.start, one.end)
            placed.append(replace(one, start=start, end=end))
    return placed


def _mark(articles: Sequence[Article], nlp: Language) -> list[list[tuple[Reading, list[Found]]]]:
    """What the model sees in each line of each article, trimmed."""
    readings = (
        (reading.text, (index, reading))
        for index, article in enumerate(articles)
        for reading in map(read, segments(article))
    )
    marked: list[list[tuple[Reading, list[Found]]]] = [[] for _ in articles]
    with bounded_vocabulary(nlp):
        for doc, (index, reading) in nlp.pipe(
            readings, as_tuples=True, batch_size=_SEGMENTS_AT_ONCE
        ):
            beat()
            found = (
                find(reading.text, span.label_, span.start_char, span.end_char) for span in doc.ents
            )
            marked[index].append((reading, [one for one in found if one]))
    return marked

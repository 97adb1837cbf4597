"""Articles in, events out: parses with spaCy, tries the rules on the words that can be triggers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from spacy.attrs import LOWER
from spacy.language import Language

from tidings.heartbeat import beat
from tidings.language.extraction import read_each
from tidings.language.model import bounded_vocabulary, load_model, renewing
from tidings.language.reading import Reading, read
from tidings.language.segments import Segment, segments
from tidings.messages import Article, ArticleEvents, Event
from tidings.settings import Settings
from tidings_events.actors import Phrase
from tidings_events.assembly import Telling, build_events
from tidings_events.attribution import Quote, is_quoted, quoted_spans, speaker_of
from tidings_events.knowledge import verb_set
from tidings_events.lexicon import load_actor_lexicon
from tidings_events.loading import load_ontology
from tidings_events.matching import Match, Matcher, remember
from tidings_events.ontology import RULES_VERSION
from tidings_events.pronouns import ArticleContext
from tidings_events.relevance import is_leisure
from tidings_events.retelling import merge_retellings
from tidings_events.timing import year_of
from tidings_events.tree import Stretch, Token, Tree
from tidings_events.whereabouts import dateline_end, dateline_of

__all__ = ["RULES_VERSION", "build_extractor"]

COMPONENTS: Final = ("tagger", "parser")
_AT_ONCE: Final = 64
"""Pieces that the model takes at a time: bounds the memory of a very long article."""

_REHEARSAL: Final = "Peru's police arrested a man near Cusco on Monday, officials said."

Extract = Callable[[Sequence[Article]], list[ArticleEvents]]

Doc = Any
"""spacy.tokens.Doc, which has no types of its own."""


@dataclass(frozen=True)
class _Piece:
    """A segment as the model read it, parsed; token indices of words that can be triggers or the
    titles of persons."""

    reading: Reading
    doc: Doc
    candidates: tuple[int, ...]
    titles: tuple[int, ...]
    violent: bool

    @cached_property
    def tree(self) -> Tree:
        return Tree(self.doc)


def build_extractor(settings: Settings) -> Extract:
    """Loads model, rules and tables; the function that it returns reads and sends nothing else.

    Raises SettingsError where the model is not installed, OntologyError where a rule is wrong.
    """
    ontology = load_ontology()
    matcher = Matcher(ontology, load_actor_lexicon(ontology.words))
    rehearsal = Article.build({"text": _REHEARSAL}, version=0)

    def load() -> tuple[Language, Extract]:
        nlp = load_model(settings.model, keep=COMPONENTS)
        extractor = _Extractor(matcher, verb_set("words", "speech"), nlp)
        extractor.extract([rehearsal])  # loads every table now
        return nlp, extractor.extract

    return renewing(load)


class _Extractor:
    def __init__(self, matcher: Matcher, speech: frozenset[str], nlp: Any) -> None:
        self._matcher = matcher
        self._speech = speech
        self._nlp = nlp
        self._triggers, self._titles, self._violent = (
            frozenset(nlp.vocab.strings.add(word) for word in words)
            for words in (matcher.triggers, matcher.titles, matcher.violent_words)
        )

    def extract(self, articles: Sequence[Article]) -> list[ArticleEvents]:
        """One result an article, in order; an article in another language gets an empty one that
        says so. One call at a time: a model is not made for two threads."""
        return [
            ArticleEvents(**fields, rules_version=RULES_VERSION, events=found or ())
            for fields, found in read_each(articles, self._find, reads=self._nlp.lang)
        ]

    def _find(self, articles: Sequence[Article]) -> list[tuple[Event, ...]]:
        with bounded_vocabulary(self._nlp):
            parsed = self._parse(articles)
            return [tuple(self._events(article, next(parsed))) for article in articles]

    def _parse(self, articles: Sequence[Article]) -> Iterator[list[_Piece]]:
        cut = [
            [read(_without_dateline(s, article.content)) for s in segments(article)]
            for article in articles
        ]
        texts = (reading.text for readings in cut for reading in readings)
        docs = self._nlp.pipe(texts, batch_size=_AT_ONCE)
        for readings in cut:
            yield [self._piece(reading, next(docs)) for reading in readings]

    def _piece(self, reading: Reading, doc: Doc) -> _Piece:
        beat()
        words: list[int] = doc.to_array(LOWER).tolist()
        return _Piece(
            reading,
            doc,
            tuple(place for place, word in enumerate(words) if word in self._triggers),
            tuple(place for place, word in enumerate(words) if word in self._titles),
            not self._violent.isdisjoint(words),
        )

    def _events(self, article: Article, pieces: list[_Piece]) -> list[Event]:
        if not any(piece.candidates for piece in pieces) or is_leisure(article.content):
            return []
        context = ArticleContext()
        for piece in pieces:
            remember((self._matcher.titled(piece.tree[i]) for i in piece.titles), context.memory)
        dateline, now = dateline_of(article), year_of(article)
        events: list[Event] = []
        before = False
        previous: _Piece | None = None
        for piece in pieces:
            beat()
            context.speaker = None
            context.violence = piece.violent or before
            before = piece.violent
            context.before = previous.tree if previous else None
            previous = piece
            for telling in self._tellings(piece, context):
                events += build_events(article, piece.reading, telling, dateline, now)
        return merge_retellings(events)

    def _tellings(self, piece: _Piece, context: ArticleContext) -> Iterator[Telling]:
        quotes = quoted_spans(piece.reading.text)
        asked = _Asked(self._matcher)
        used: set[int] = set()
        for index in piece.candidates:
            token = piece.tree[index]
            if index in used or not self._matcher.could_match(token):
                continue
            sentence = token.sent
            quoted = is_quoted(token.idx, quotes)
            if quoted:
                self._note_speaker(token, sentence, context)
            elif sentence.start != context.spoke_in:
                context.speaker = None
            match = self._matcher.match(token, context)
            if match is None or (quoted and _from_behind(match, quotes)):
                continue
            if asked.is_leisure(sentence):
                continue
            used.add(match.told_by.i)  # "carried out an attack" is told once
            speaker = context.speaker if quoted else self._note_speaker(token, sentence, context)
            mode = self._matcher.mode_of(match)
            yield Telling(match, sentence, mode, asked.contexts(sentence), speaker)

    def _note_speaker(
        self, token: Token, sentence: Stretch, context: ArticleContext
    ) -> Phrase | None:
        """Who says it; remembered for the quotations that follow without a name."""
        said_by = speaker_of(token, self._speech)
        speaker = self._matcher.read(said_by, context) if said_by is not None else None
        if speaker is not None and speaker.is_actor:
            context.speaker, context.spoke_in = speaker, sentence.start
        return speaker


class _Asked:
    """What is asked of the sentences of a piece, answered once for each."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._leisure: dict[int, bool] = {}
        self._contexts: dict[int, tuple[str, ...]] = {}

    def contexts(self, sentence: Stretch) -> tuple[str, ...]:
        if sentence.start not in self._contexts:
            self._contexts[sentence.start] = self._matcher.contexts_of(sentence)
        return self._contexts[sentence.start]

    def is_leisure(self, sentence: Stretch) -> bool:
        if sentence.start not in self._leisure:
            self._leisure[sentence.start] = is_leisure(sentence.text)
        return self._leisure[sentence.start]


def _from_behind(match: Match, quotes: list[Quote]) -> bool:
    """A source that comes after the quotation in which the act is told is a slip of the parser."""
    end = next(end for start, end in quotes if start < match.trigger.idx < end)
    return any(source.head.idx >= end for source in match.sources)


def _without_dateline(segment: Segment, content: str) -> Segment:
    """Datelines are known by their capitals, which a segment no longer has."""
    written = content[segment.start : segment.start + len(segment.text)]
    end = 0 if segment.is_title else dateline_end(" ".join(written.split("\n")))
    if not 0 < end < len(segment.text):
        return segment
    return replace(segment, text=segment.text[end:], start=segment.start + end)

"""Whatever the text: no exception, spans that are its words, the same result twice."""

from collections.abc import Iterator
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import an_article
from tests.unit.events.conftest import Extract
from tidings.messages import Event, Span

WORDS: Final = (
    "Peru", "Chilean police", "the army", "rebels", "he", "arrested", "attacked", "signed", "talks",
    "a ceasefire", "with", "on Monday", "in Lima", "will", "not", "said", "“", "”", ",", ".", "\n",
    "12", "killed", "and", "who", "sit-in", "Iran's", "demanded", "the release of", "if", "US",
)  # fmt: skip
NEWS: Final = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), max_size=40)


def spans_of(event: Event) -> Iterator[tuple[str, int, int]]:
    for one in (event.source, event.target, event.trigger, event.sentence, event.attribution,
                event.modality_evidence, *event.casualties):  # fmt: skip
        if one is not None:
            yield one.text, one.start, one.end
    for told in event.retold:
        yield from (span(told.trigger), span(told.sentence))
    for placed in (event.date, event.place):
        if placed is not None:
            assert placed.text is not None
            assert placed.start is not None
            assert placed.end is not None
            yield placed.text, placed.start, placed.end


def span(one: Span) -> tuple[str, int, int]:
    return one.text, one.start, one.end


@settings(max_examples=60, deadline=None)
@given(pieces=NEWS)
def test_spans_are_the_words_of_the_article_and_the_result_is_stable(
    pieces: list[str], extract: Extract
) -> None:
    fields: dict[str, Any] = {"title": None, "published_at": "2026-03-06T09:00:00Z"}
    article = an_article(text="x" + " ".join(pieces), version=1_773_000_000_000, **fields)
    (once,), (twice,) = extract([article]), extract([article])
    for event in once.events:
        for words, start, end in spans_of(event):
            assert article.content[start:end] == words
    assert once.events == twice.events

"""What is copied of a parse says what spaCy says."""

from typing import Any

import pytest

from tidings.language.model import load_model
from tidings_events.tree import Token, Tree

TEXTS = (
    "Peru's army, which had crossed the river, seized two ships on Monday. “We won't go,” he said.",
    "The talks  the two sides had planned\nwere called off, said U.N. envoy Ana Orme (a diplomat).",
    "Strike",
    "",
)


@pytest.fixture(scope="module")
def nlp() -> Any:
    return load_model("en_core_web_sm", keep=["tagger", "parser"])


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_those_of_the_parse(nlp: Any, text: str) -> None:
    doc = nlp(text)
    tree = Tree(doc)
    assert [_facts(token) for token in tree] == [_facts(token) for token in doc]
    assert [token.spaced for token in tree] == [bool(token.whitespace_) for token in doc]
    assert len(tree) == len(doc)


@pytest.mark.parametrize("text", TEXTS)
def test_stretches_are_spans(nlp: Any, text: str) -> None:
    doc = nlp(text)
    tree = Tree(doc)
    assert [_span(one) for one in tree.sents] == [_span(one) for one in doc.sents]
    assert [_span(token.sent) for token in tree] == [_span(token.sent) for token in doc]
    places = range(len(doc) + 1)
    for start in places:
        for end in places:
            assert tree[start:end].text == doc[start:end].text
            assert [t.i for t in tree[start:end]] == [t.i for t in doc[start:end]]


def _facts(token: Token | Any) -> tuple[Any, ...]:
    return (
        token.i, token.idx, token.text, token.lower_, token.tag_, token.dep_, token.head.i,
        len(token), [c.i for c in token.children], [c.i for c in token.lefts],
        [c.i for c in token.rights], sorted(t.i for t in token.subtree), token.left_edge.i,
        token.right_edge.i,
    )  # fmt: skip


def _span(span: Any) -> tuple[Any, ...]:
    return span.start, span.end, span.start_char, span.end_char, span.text

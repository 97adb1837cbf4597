"""Whatever is typed is read, or refused with one mistake that lies in it; never anything else."""

import sys
from dataclasses import replace
from types import FrameType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tidings_search.querying.fields import FIELDS
from tidings_search.querying.mistakes import QueryMistake
from tidings_search.querying.nodes import All, Either, Everything, Is, Node, Not, OneEvent, Words
from tidings_search.querying.read import plain_words, read_query
from tidings_search.querying.scan import LONGEST, QUOTES
from tidings_search.querying.wording import wording_of

SIGNS = [
    *'"()[]{}~^*?\\/:+-!<>=.,|&#%\'’', *sorted(QUOTES), "&&", "||", " AND ", " OR ", " NOT ",
    " TO ", "*:*", " ", "\t",
]  # fmt: skip
PIECES = [
    *SIGNS, *(f"{name}:" for name in FIELDS), "ab", "été", "1", "2026", "-5", "COERCE", "today",
    "last-7d", "iran", "🔥", "हिन्दी", "\0", "٢",
]  # fmt: skip
MOST_CALLS = 60 * LONGEST
"""Of functions, to read one query: some for each of its letters, whatever they are."""

any_text = st.text(max_size=LONGEST)
signs = st.lists(st.sampled_from(SIGNS), max_size=400).map(lambda some: "".join(some)[:LONGEST])
pieces = st.lists(st.sampled_from(PIECES), max_size=200).map(lambda some: "".join(some)[:LONGEST])
repeated = st.tuples(st.sampled_from(PIECES), st.sampled_from(PIECES)).map(
    lambda two: ("".join(two) * LONGEST)[:LONGEST]
)


@settings(max_examples=400, deadline=None)
@given(any_text | signs | pieces | repeated)
def test_any_text_is_read_or_has_a_mistake_inside_it_and_soon(query: str) -> None:
    calls = 0

    def count(frame: FrameType, event: str, _: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        position = position_of_mistake(query)
    finally:
        sys.setprofile(None)
    assert calls < MOST_CALLS
    assert position is None or 1 <= position <= len(query)


def position_of_mistake(query: str) -> int | None:
    try:
        read_query(query)
    except QueryMistake as mistake:
        return mistake.position
    return None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=2 * LONGEST) | signs | pieces | repeated)
def test_the_plain_words_of_any_text_can_be_read(text: str) -> None:
    words = plain_words(text)
    assert read_query(words).text == words


def test_plain_words_are_the_words_without_what_is_syntax() -> None:
    assert plain_words('person:"Ida Knoll" AND (oil OR gas)^2 -Müller~') == (
        "Ida Knoll oil gas Müller"
    )
    assert (
        plain_words("AT&T 100% #3 rock'n'roll हिन्दी 🔥 — …") == "AT&T 100% #3 rock'n'roll हिन्दी 🔥"
    )
    assert plain_words("(*:*) && !") == ""


@settings(max_examples=600, deadline=None)
@given(pieces.map(lambda text: text[:60]))
def test_what_was_understood_is_read_again_as_the_same(query: str) -> None:
    try:
        node = read_query(query).node
    except QueryMistake:
        return
    if is_of_the_language(node):
        assert unsaid(read_query(wording_of(node)).node) == unsaid(node)


words = st.builds(
    Words,
    text=st.from_regex(r"[a-zé&'#:~(!*-]{0,5}[a-zé]", fullmatch=True),
    place=st.sampled_from(["anywhere", "title", "text"]),
    how=st.sampled_from(["stemmed", "exact", "fuzzy"]),
    boost=st.sampled_from([1.0, 0.5, 20.0]),
)
properties = st.builds(
    lambda name, value: Is(FIELDS[name], value, value),
    st.sampled_from(["outlet", "author", "person", "section", "id"]),
    st.from_regex(r'[a-z"\\:*]{1,4}( [A-Z“]{0,3})?[a-z]', fullmatch=True),
)
nodes = st.recursive(
    words | properties,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(All, st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(Either, st.lists(inner, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(nodes)
def test_every_condition_can_be_written_so_that_it_is_read_back(node: Node) -> None:
    assert unsaid(read_query(wording_of(node)).node) == unsaid(node)


def is_of_the_language(node: Node) -> bool:
    """“one event with” and “everything” are words for readers."""
    match node:
        case OneEvent() | Everything():
            return False
        case Not(part):
            return is_of_the_language(part)
        case All(parts) | Either(parts):
            return all(map(is_of_the_language, parts))
    return True


def unsaid(node: Node) -> Node:
    """Without how it was said."""
    match node:
        case Is():
            return replace(node, said="")
        case Words():
            return replace(node, boost=round(node.boost, 3))
        case Not(part):
            return Not(unsaid(part))
        case All(parts):
            return All(tuple(map(unsaid, parts)))
        case Either(parts):
            return Either(tuple(map(unsaid, parts)))
    return node

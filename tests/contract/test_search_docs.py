"""docs/search.md: the language that it shows is the one that is read, and its tables are those of
the code. Its numbers and hits are put to the test in tests/pipeline/test_search_docs.py."""

import re
from collections.abc import Iterator

import pytest

from tests import search_docs
from tidings.plover import MODES, SECTORS
from tidings.settings import Settings
from tidings_search import bodies, counting, engine, request
from tidings_search.app import build_app
from tidings_search.export import FORMATS, LONGEST_CELL
from tidings_search.querying import clauses, read, scan
from tidings_search.querying.fields import FIELDS
from tidings_search.querying.mistakes import QueryMistake
from tidings_search.querying.read import read_query
from tidings_search.querying.wording import wording_of

OF = {"article": "articles", "event": "events", "both": "both"}
CHOICES = {
    "mode": ["those of its type, below"],
    "sector": [f"{code} ({name})" for code, name in SECTORS.items()],
}


def field_rows() -> Iterator[str]:
    for field in FIELDS.values():
        choices = f": {', '.join(CHOICES.get(field.name, field.choices))}" if field.choices else ""
        yield f"| `{field.name}` | {OF[field.about]} | {field.meaning}{choices} |"


def mode_rows() -> Iterator[str]:
    for event_type, modes in MODES.items():
        yield f"| {event_type} | {', '.join(modes) or '—'} |"


def test_every_example_can_be_read() -> None:
    examples = [one.query for one in search_docs.examples()]
    for query in examples:
        read_query(query)
    assert len(examples) > 40


@pytest.mark.parametrize(("query", "understood"), search_docs.rows("query", "is read as"))
def test_a_query_is_read_as_it_says(query: str, understood: str) -> None:
    assert wording_of(read_query(query).node) == understood


@pytest.mark.parametrize(("query", "sentence"), search_docs.rows("query", "says"))
def test_a_mistake_says_what_it_says(query: str, sentence: str) -> None:
    with pytest.raises(QueryMistake) as raised:
        read_query(query)
    assert str(raised.value) == sentence


def test_the_fields_are_those_of_the_language() -> None:
    assert search_docs.lines_of("field", "of", "finds") == [*field_rows()]
    assert search_docs.lines_of("event", "mode") == [*mode_rows()]


def test_the_limits_are_those_of_the_code() -> None:
    limits = (
        scan.LONGEST, read.MOST_CONDITIONS, scan.DEEPEST, read.SHORTEST_PATTERN, read.MOST_SLOP,
        clauses.FUZZY_EXPANSIONS, request.MAX_SIZE, request.MAX_RESULTS, 1_000,
        counting.MOST_VALUES, bodies.HIGHLIGHT_CHARS,
    )  # fmt: skip
    assert [limit for limit, _ in search_docs.rows("limit", "of")] == [f"{one:,}" for one in limits]
    words = " ".join(search_docs.TEXT.split())
    assert f"longer than {engine.TIMEOUT.removesuffix('s')} seconds" in words
    assert f"more than {LONGEST_CELL:,} characters" in words


def test_every_address_and_format_is_there() -> None:
    listed = " ".join(address for address, _ in search_docs.rows("address", "gives"))
    paths = [path for path in build_app(Settings()).openapi()["paths"] if path.startswith("/api/")]
    for path in paths:
        assert re.sub("[a-z]+_id", "id", path) in listed
    assert {kind for kind, *_ in search_docs.rows("format", "of", "is")} == set(FORMATS)

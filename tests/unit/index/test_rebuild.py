"""Where a rebuild goes on, when its index is full enough, and which indexes may be deleted."""

from collections.abc import Mapping
from typing import Any, cast

import pytest
from elasticsearch import AsyncElasticsearch, NotFoundError

from tests.elastic_answers import Answer, api_error
from tests.factories import an_incoming
from tidings.documents import MAPPING_VERSION
from tidings.errors import TidingsError
from tidings.history import Span
from tidings.settings import Settings
from tidings_index.commands import prunable, spared
from tidings_index.indexes import Index, find_indexes, meta_of
from tidings_index.reading import batches, decoded
from tidings_index.rebuild import Counts, left_of, next_name

PART = ("articles.raw", 0)


class FakeIndices:
    def __init__(self, metas: Mapping[str, Any], *named: str, plain: bool = False) -> None:
        self.metas = metas
        self.named = named
        self.plain = plain
        self.indices = self

    async def get_alias(self, *, name: str) -> Answer:
        if not self.named:
            error = api_error(404)
            raise NotFoundError(error.message, error.meta, error.body)
        return Answer({one: {} for one in self.named})

    async def exists(self, *, index: str) -> bool:
        return self.plain

    async def get(self, *, index: str, features: str, allow_no_indices: bool) -> Answer:
        return Answer({name: {"mappings": {"_meta": meta}} for name, meta in self.metas.items()})


async def found(*given: Any, **options: Any) -> list[Index]:
    client = cast(AsyncElasticsearch, FakeIndices(*given, **options))
    return await find_indexes(client, "articles")


async def test_indexes_are_found_in_the_order_of_their_making() -> None:
    metas = {
        "articles-v10": meta_of(10, None),
        "articles-v2-10": meta_of(2, {PART: 7}),
        "articles-v2-9": meta_of(2, None),
        "articles-v2": meta_of(2, None),
        "articles-vip-v2": meta_of(2, None),
        "restored": {},
    }
    there = await found(metas, "articles-v2", "restored")
    assert [(one.name, one.is_named) for one in there] == [
        ("restored", True),
        ("articles-v2", True),
        ("articles-v2-9", False),
        ("articles-v2-10", False),
        ("articles-v10", False),
    ]
    assert there[3].positions == {PART: 7}


async def test_an_index_with_the_name_of_the_alias_is_an_error() -> None:
    with pytest.raises(TidingsError, match="has an index named articles where an alias"):
        await found({}, plain=True)


async def test_a_new_index_has_a_name_that_none_had_before() -> None:
    first = f"articles-v{MAPPING_VERSION}"
    assert next_name(Settings(), []) == first
    there = await found({name: meta_of(MAPPING_VERSION, None) for name in (first, f"{first}-3")})
    assert next_name(Settings(), there) == f"{first}-4"


@pytest.mark.parametrize(
    ("positions", "left"),
    [
        ({}, {PART: Span(5, 9)}),
        ({PART: 7}, {PART: Span(7, 9)}),
        ({PART: 9}, {}),
        ({PART: 3}, {PART: Span(5, 9)}),  # what lay there has expired
        ({PART: 12}, {PART: Span(5, 9)}),  # the topic was made anew
    ],
)
def test_a_rebuild_goes_on_where_it_was(positions: Any, left: Any) -> None:
    assert left_of({PART: Span(5, 9)}, positions) == left


def counts(**figures: int) -> Counts:
    full = {"documents": 10, "visible": 9, "complete": 9, "with_results": 9, "taken_down": 1}
    return Counts(**{"events": 5, **full, **figures})


@pytest.mark.parametrize(
    ("now", "fewer"),
    [
        (counts(), False),
        (counts(documents=9), True),
        (counts(complete=8, with_results=8), True),
        (counts(complete=2), False),  # pushed again, and waiting for the extractors
        (counts(visible=8, complete=8, with_results=8, taken_down=2, events=4), False),
        (counts(documents=12, with_results=11), False),
    ],
)
def test_only_lost_articles_and_results_are_too_few(now: Counts, fewer: bool) -> None:
    assert now.has_fewer_than(counts()) is fewer


def test_batches_are_bounded_by_records_and_by_bytes() -> None:
    small = [an_incoming(b"x", offset=offset) for offset in range(4_500)]
    assert [len(batch) for batch in batches(small)] == [2_000, 2_000, 500]
    large = [an_incoming(b"x" * 9_000_000, offset=offset) for offset in range(3)]
    assert [len(batch) for batch in batches(large)] == [2, 1]
    assert list(batches([])) == []


def test_what_cannot_be_read_is_counted_and_passed_over() -> None:
    arrivals, unreadable = decoded([an_incoming(), an_incoming(b"{")], max_chars=1_000)
    assert (len(arrivals), unreadable) == (1, 1)


def an_index(name: str, *, is_named: bool = False, unfinished: bool = False) -> Index:
    return Index(name, 2, 1, is_named, {} if unfinished else None)


def test_only_what_the_alias_does_not_name_and_nobody_fills_is_pruned() -> None:
    old, filled = an_index("articles-v1"), an_index("articles-v2-2", unfinished=True)
    there = [old, an_index("articles-v2", is_named=True), filled]
    assert prunable("articles", there, unfinished=False) == [old]
    assert prunable("articles", there, unfinished=True) == [old, filled]
    [sentence] = spared(there, [old])
    assert sentence.startswith("articles-v2-2 stays: a rebuild has not finished it")
    assert spared(there, [old, filled]) == []


@pytest.mark.parametrize(
    ("there", "sentence"),
    [
        ([an_index("articles-v2")], "no alias articles"),
        ([an_index("articles-v2", is_named=True, unfinished=True)], "rebuild` finishes it"),
    ],
)
def test_nothing_is_pruned_while_the_right_index_is_not_certain(
    there: list[Index], sentence: str
) -> None:
    with pytest.raises(TidingsError, match=sentence):
        prunable("articles", there, unfinished=True)

"""What analysts would ask of the demonstration corpus comes first: judged_queries.toml."""

import asyncio
import tomllib
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline import demonstration
from tidings.elastic import new_client
from tidings.settings import Settings
from tidings_local.engines import LocalEngines
from tidings_search.archive import Archive
from tidings_search.engine import Engine
from tidings_search.request import SearchRequest

JUDGED = Path("tests/pipeline/judged_queries.toml")
FIRST_AT_LEAST = 36

Judged = Sequence[Mapping[str, Any]]


@pytest.fixture(scope="module")
def judged() -> Judged:
    queries: Judged = tomllib.loads(JUDGED.read_text("utf-8"))["query"]
    return queries


@pytest.fixture(scope="module")
def found(engines: LocalEngines, judged: Judged) -> Mapping[str, Sequence[str]]:
    """The titles that each query finds, the first three."""
    settings = engines.settings.model_copy(update={"index_name": f"judged-{uuid.uuid4().hex[:8]}"})
    return asyncio.run(_searched(settings, [query["q"] for query in judged]))


async def _searched(settings: Settings, queries: Sequence[str]) -> Mapping[str, Sequence[str]]:
    await demonstration.fill(settings)
    archive = Archive(Engine(new_client(settings), settings.index_name))
    try:
        pages = {q: await archive.search(SearchRequest(q=q, size=3)) for q in queries}
    finally:
        await archive.close()
    return {q: [hit.title or "" for hit in page.articles] for q, page in pages.items()}


def is_expected(title: str, query: Mapping[str, Any]) -> bool:
    return title.startswith(tuple(query["expected"]))


def test_there_are_forty_queries_and_each_expects_articles_that_exist(judged: Judged) -> None:
    titles = [article.title or "" for article in demonstration.seeds(Settings())]

    assert len(judged) == len({query["q"] for query in judged}) == 40
    for query in judged:
        assert 1 <= len(query["expected"]) <= 3
        for beginning in query["expected"]:
            assert sum(title.startswith(beginning) for title in titles) == 1


def test_what_is_wanted_is_among_the_first_three_and_nearly_always_the_first(
    judged: Judged, found: Mapping[str, Sequence[str]]
) -> None:
    missing = [q["q"] for q in judged if not any(is_expected(t, q) for t in found[q["q"]])]
    not_first = [q["q"] for q in judged if not any(is_expected(t, q) for t in found[q["q"]][:1])]

    assert missing == []
    assert len(judged) - len(not_first) >= FIRST_AT_LEAST, not_first

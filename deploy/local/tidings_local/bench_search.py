"""How fast is search? `python -m tidings_local.bench_search`, see `make bench-search`.

A real index of made news, the real search service, and queries as people ask them, sent at a fixed
rate whether the answers are back or not, so that a slow answer cannot hide the wait of the others.
News keep arriving meanwhile: in an index at rest Elasticsearch would answer each query but once and
take the others from its cache.
"""

import asyncio
import json
import random
import shutil
import statistics
import time
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, suppress
from itertools import cycle, islice
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import httpx
import typer
from elasticsearch import AsyncElasticsearch, Elasticsearch
from elasticsearch.helpers import streaming_bulk
from rich.console import Console
from rich.table import Table

from tidings.errors import exit_with_a_sentence
from tidings.settings import Settings
from tidings_local.bench import own_settings, read_corpus
from tidings_local.bench_stream import Stream, percentile
from tidings_local.made_news import MadeNews, read_all

QUERIES: Final = 200
RATE_PER_S: Final = 20
PAGES_PER_S: Final = 10
"""A page is articles, facets and a timeline: four searches or more."""
ARRIVING_PER_S: Final = 2
MOST_ARRIVING: Final = 10_000
CLIENTS: Final = (8, 16, 32)
BULK: Final = 500
_SETTLE_SECONDS: Final = 5.0
_WAIT_SECONDS: Final = 30.0
_APART: Final = 7
"""Queries between where one client begins and the next."""

_TYPES: Final = ("ASSAULT", "COERCE", "CONSULT", "AGREE", "PROTEST", "ACCUSE", "SANCTION", "AID")
_WORDS: Final = (
    "president", "police", "border", "talks", "strike", "court", "election", "oil", "sanctions",
    "minister", "army", "protest", "refugees", "budget", "ceasefire", "trade", "energy", "hospital",
    "school", "water", "flood", "summit", "agreement", "prison", "parliament", "airport",
)  # fmt: skip
_PHRASES: Final = (
    "prime minister", "human rights", "security forces", "united nations", "state of emergency",
    "foreign minister", "supreme court", "climate change",
)  # fmt: skip

Document = Mapping[str, Any]
Ask = Callable[[str], Awaitable[httpx.Response]]


def bench_search(
    articles: Annotated[Path | None, typer.Option(help="JSON Lines with title and text")] = None,
    count: Annotated[int, typer.Option(help="articles in the index")] = 100_000,
    seconds: Annotated[float, typer.Option(help="length of each run at a fixed rate")] = 60,
    output: Annotated[Path, typer.Option()] = Path("build/bench-search.json"),
) -> None:
    """Measure answers at a fixed rate, then at full load; print a table and write the figures."""
    state = output.parent / "bench-search"
    shutil.rmtree(state, ignore_errors=True)  # what an earlier run left would be in the way
    state.mkdir(parents=True)
    settings = own_settings(state / "state")
    news = MadeNews(read_all(settings, _different(articles)))
    with Stream(settings):
        documents = news.documents(count + MOST_ARRIVING)
        figures = _fill(settings, islice(documents, count))
        asked = queries(news, QUERIES)
        figures |= asyncio.run(_measure(settings, asked, documents, seconds))
    output.write_text(json.dumps(figures, indent=1) + "\n")
    _print(figures)


def queries(news: MadeNews, count: int) -> list[dict[str, Any]]:
    """What an analyst asks, as parameters: words, phrases, names, events, days, filters."""
    chance = random.Random(len(_WORDS))
    people, organisations = news.names("person"), news.names("organisation")
    kinds: Sequence[Callable[[], dict[str, Any]]] = (
        lambda: {"q": chance.choice(_WORDS)},
        lambda: {"q": " ".join(chance.sample(_WORDS, 2))},
        lambda: {"q": f'"{chance.choice(_PHRASES)}"'},
        lambda: {"q": f"{chance.choice(_WORDS)} -{chance.choice(_WORDS)}"},
        lambda: {"q": f'person:"{chance.choice(people)}"'},
        lambda: {"q": f'org:"{chance.choice(organisations)}"', "sort": "newest"},
        lambda: {"q": f"event:{chance.choice(_TYPES)} {chance.choice(_WORDS)}"},
        lambda: {"q": f"event:{chance.choice(_TYPES)} source_country:US"},
        lambda: {"q": f"{chance.choice(_WORDS)[:4]}* date:[2025-01-01 TO 2025-12-31]"},
        lambda: {"q": chance.choice(_WORDS), "event_type": chance.choice(_TYPES)},
        lambda: {"q": chance.choice(_WORDS), "outlet": f"outlet-{chance.randrange(20):03}.example"},
        lambda: {"countries": ["USA"], "language": "en", "sort": "newest"},
    )
    return [kinds[number % len(kinds)]() for number in range(count)]


def _different(articles: Path | None) -> list[Any]:
    """Each article of the corpus once, though the other bench repeats it."""
    seen = {article.revision: article for article in read_corpus(articles)}
    return list(seen.values())


def _fill(settings: Settings, documents: Iterable[Document]) -> dict[str, Any]:
    """Articles a second into the index, and its size."""
    client = Elasticsearch(settings.elasticsearch, request_timeout=120)
    name = settings.index_name
    actions = (
        {"_op_type": "index", "_index": name, "_id": one["article_id"], "_source": one}
        for one in documents
    )
    begin = time.monotonic()
    count = sum(1 for _ in streaming_bulk(client, actions, chunk_size=BULK))
    spent = time.monotonic() - begin
    client.indices.refresh(index=name)
    time.sleep(_SETTLE_SECONDS)
    stats = client.indices.stats(index=name)["_all"]["primaries"]
    nested = {"n": {"nested": {"path": "events"}}}
    answer = client.search(index=name, size=0, track_total_hits=True, aggs=nested)
    return {
        "articles": answer["hits"]["total"]["value"],
        "events": answer["aggregations"]["n"]["doc_count"],
        "indexed_per_s_with_making": round(count / spent, 1),
        "kb_an_article": round(stats["store"]["size_in_bytes"] / count / 1024, 2),
    }


async def _measure(
    settings: Settings,
    asked: Sequence[Mapping[str, Any]],
    arriving: Iterator[Document],
    seconds: float,
) -> dict[str, Any]:
    """Each as the whole HTTP answer: articles, all facets, and the page with both."""
    figures: dict[str, Any] = {}
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with (
        httpx.AsyncClient(
            base_url=settings.search_address, timeout=_WAIT_SECONDS, limits=limits, trust_env=False
        ) as client,
        _news_arriving(settings, arriving),
    ):
        for name, path, rate in (
            ("results", "/api/articles", RATE_PER_S),
            ("facets", "/api/facets", RATE_PER_S),
            ("page", "/", PAGES_PER_S),
        ):
            paths = [f"{path}?{urlencode(_fitting(one, path), doseq=True)}" for one in asked]
            await _at_rate(client.get, paths, rate, _SETTLE_SECONDS)
            waits = await _at_rate(client.get, paths, rate, seconds)
            figures[name] = _summary(waits)
            print(name, figures[name], flush=True)
        paths = [f"/api/articles?{urlencode(one, doseq=True)}" for one in asked]
        for clients in CLIENTS:
            figures[f"{clients}_clients"] = await _at_full_load(
                client.get, paths, clients, seconds / 3
            )
    return figures


@asynccontextmanager
async def _news_arriving(settings: Settings, arriving: Iterator[Document]) -> AsyncIterator[None]:
    """Writes an article every now and then until the end."""

    async def write(client: AsyncElasticsearch) -> None:
        for one in arriving:
            await client.index(index=settings.index_name, id=one["article_id"], document=one)
            await asyncio.sleep(1 / ARRIVING_PER_S)

    async with AsyncElasticsearch(settings.elasticsearch) as client:
        writing = asyncio.create_task(write(client))
        try:
            yield
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing


def _fitting(one: Mapping[str, Any], path: str) -> dict[str, Any]:
    return {name: value for name, value in one.items() if path != "/api/facets" or name != "sort"}


async def _at_rate(ask: Ask, paths: Sequence[str], rate: float, seconds: float) -> list[float]:
    """Seconds from the moment at which each was due to its whole answer."""
    begin = asyncio.get_running_loop().time()
    waits: list[float] = []

    async def one(number: int) -> None:
        due = begin + number / rate
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        answer = await ask(paths[number % len(paths)])
        answer.raise_for_status()
        waits.append(asyncio.get_running_loop().time() - due)

    await asyncio.gather(*(one(number) for number in range(int(rate * seconds))))
    return waits


async def _at_full_load(
    ask: Ask, paths: Sequence[str], clients: int, seconds: float
) -> dict[str, float]:
    """Each client asks again as soon as it is answered."""
    end = asyncio.get_running_loop().time() + seconds
    waits: list[float] = []

    async def one(number: int) -> None:
        for path in islice(cycle(paths), number * _APART, None):
            begin = asyncio.get_running_loop().time()
            if begin >= end:
                return
            (await ask(path)).raise_for_status()
            waits.append(asyncio.get_running_loop().time() - begin)

    await asyncio.gather(*(one(number) for number in range(clients)))
    return {**_summary(waits), "answers_per_s": round(len(waits) / seconds, 1)}


def _summary(waits: Sequence[float]) -> dict[str, float]:
    """In milliseconds."""
    shares = {f"p{p}_ms": round(percentile(waits, p) * 1000, 1) for p in (50, 95, 99)}
    return {"answers": len(waits), "mean_ms": round(statistics.mean(waits) * 1000, 1), **shares}


def _print(figures: Mapping[str, Any]) -> None:
    table = Table("figure", "value", box=None)
    for name, value in figures.items():
        parts = value if isinstance(value, dict) else {"": value}
        for part, number in parts.items():
            table.add_row(f"{name} {part}".strip(), str(number))
    Console(width=100).print(table)


@exit_with_a_sentence
def main(arguments: Sequence[str] | None = None) -> None:
    typer.run(bench_search)


if __name__ == "__main__":
    main()

"""How fast is it? `python -m tidings_local.bench [--articles FILE.jsonl]`, see `make bench`.

Everything is measured in one run on one machine, because only ratios travel: plain spaCy, each
extractor alone, and then the whole way from push to search, with engines and services of its own.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tidings.errors import exit_with_a_sentence
from tidings.messages import Article
from tidings.settings import Settings
from tidings_local.bench_stream import Stream, latencies, percentile, throughput
from tidings_local.ports import free_ports

MIN_ARTICLES = 800
WARM_UP_ARTICLES = 100
RATE_OF_LATENCY_RUN = 0.7


def bench(
    articles: Annotated[Path | None, typer.Option(help="JSON Lines with title and text")] = None,
    seconds: Annotated[float, typer.Option(help="length of the latency run")] = 60,
    output: Annotated[Path, typer.Option(help="where the figures go")] = Path("build/bench.json"),
) -> None:
    """Measure articles a second, latency and memory; print a table and write the figures."""
    corpus = read_corpus(articles)
    figures: dict[str, object] = {"articles": len(corpus)}
    sample = output.parent / "bench" / "corpus.jsonl"
    sample.parent.mkdir(parents=True, exist_ok=True)
    sample.write_text("".join(article.to_bytes().decode() + "\n" for article in corpus))
    measured = ("entities_model", "entities_alone", "events_model", "events_alone")
    for what in ("plain_spacy", *measured):
        figures[f"{what}_per_s"] = round(_in_a_process_of_its_own(what, sample), 2)
    state = sample.parent / "state"
    shutil.rmtree(state, ignore_errors=True)  # what an earlier run left would be in the way
    with Stream(own_settings(state)) as stream:
        stream.warm_up(corpus[:WARM_UP_ARTICLES])
        rate = throughput(stream, corpus)
        figures["end_to_end_per_s"] = round(rate, 2)
        waits = latencies(stream, corpus, rate * RATE_OF_LATENCY_RUN, seconds)
        figures |= {f"p{p}_s": round(percentile(waits, p), 3) for p in (50, 95, 99)}
        figures["memory_mb"] = stream.memory_mb()
    slower = min(float(str(figures[f"{one}_alone_per_s"])) for one in ("entities", "events"))
    for one in ("entities", "events"):
        model = float(str(figures[f"{one}_model_per_s"]))
        figures[f"{one}_cost_to_model"] = round(
            model / float(str(figures[f"{one}_alone_per_s"])), 3
        )
    figures["ratio_to_plain"] = round(rate / float(str(figures["plain_spacy_per_s"])), 3)
    figures["ratio_to_slower"] = round(rate / slower, 3)
    output.write_text(json.dumps(figures, indent=1) + "\n")
    _print(figures)


def read_corpus(path: Path | None) -> list[Article]:
    """The articles of the file, or the seeds, repeated under new ids up to MIN_ARTICLES."""
    if path is None:
        texts = [seed.read_text(encoding="utf-8") for seed in sorted(Path("seeds").glob("*.txt"))]
        rows = [dict(zip(("title", "text"), text.split("\n", 1), strict=True)) for text in texts]
    else:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    if not rows:
        raise typer.BadParameter("no articles to measure with")
    repeats = -(-MIN_ARTICLES // len(rows))
    numbered = enumerate(row for _ in range(repeats) for row in rows)
    return [renumbered(row, f"bench-{number}") for number, row in numbered]


def renumbered(row: dict[str, str], article_id: str) -> Article:
    fields = {"title": row.get("title"), "text": row.get("text"), "article_id": article_id}
    return Article.build(fields, version=time.time_ns() // 1_000_000)


def _in_a_process_of_its_own(what: str, sample: Path) -> float:
    """Articles a second; the process gets the environment that the services get."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tidings_local.bench_alone", what, str(sample)],
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return float(done.stdout)


def own_settings(data_dir: Path) -> Settings:
    given = Settings.load()
    ports = free_ports(9, pairs=True)
    return given.model_copy(
        update={
            "data_dir": data_dir.resolve(),
            "kafka_port": ports[0],
            "elasticsearch_port": ports[1],
            "search_port": ports[2],
            "ingest_port": ports[3],
            "entities_port": ports[4],
            "events_port": ports[5],
            "index_port": ports[6],
            "watch_port": ports[7],
            "prometheus_port": ports[8],
            "kafka_metrics_port": 0,
        }
    )


def _print(figures: dict[str, object]) -> None:
    table = Table("figure", "value", box=None)
    for name, value in figures.items():
        if isinstance(value, dict):
            for process, size in value.items():
                table.add_row(f"{name} {process}", str(size))
        else:
            table.add_row(name, str(value))
    Console(width=100).print(table)


@exit_with_a_sentence
def main(arguments: Sequence[str] | None = None) -> None:
    typer.run(bench)


if __name__ == "__main__":
    main()

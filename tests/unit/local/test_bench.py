"""The arithmetic of the benchmark."""

import json
from pathlib import Path

import pytest

from tidings.messages import Article
from tidings_local.bench import MIN_ARTICLES, read_corpus
from tidings_local.bench_alone import segments_read
from tidings_local.bench_stream import percentile


@pytest.mark.parametrize(("percent", "value"), [(50, 50), (95, 95), (99, 99), (100, 100)])
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(percent: int, value: int) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], percent) == value


def test_of_one_value_every_percentile_is_that_value() -> None:
    assert percentile([7.0], 99) == 7.0


def test_a_small_corpus_is_repeated_under_new_ids(tmp_path: Path) -> None:
    file = tmp_path / "two.jsonl"
    file.write_text("".join(json.dumps({"title": title, "text": "x"}) + "\n" for title in "ab"))
    corpus = read_corpus(file)
    assert len(corpus) == len({article.article_id for article in corpus}) == MIN_ARTICLES
    assert {article.title for article in corpus} == {"a", "b"}


def test_without_a_corpus_the_seeds_are_measured() -> None:
    assert all((article.title or "").startswith("Putin offers") for article in read_corpus(None))


def test_a_model_alone_gets_what_its_extractor_reads_and_nothing_of_another_language() -> None:
    texts = (
        "The mayor of Cusco said  that it was\nlate in the day.\n\nShe left for the coast.",
        "Der Bürgermeister sagte am Montag, dass die Stadt kein Geld mehr für die Schulen habe und "
        "dass er deshalb mit dem Ministerium über neue Hilfen sprechen werde.",
    )
    articles = [Article.build({"title": "A day", "text": text}, version=0) for text in texts]

    assert segments_read(articles, reads="en") == [
        "A day",
        "The mayor of Cusco said that it was late in the day.",
        "She left for the coast.",
    ]

"""`tidings delete`, and what it asks of Kafka."""

import pytest
import typer
from kafka.errors import KafkaTimeoutError
from typer.testing import CliRunner

from tests.unit.ingest.fakes import FakeProducer, FakeProducers
from tidings.identity import article_id
from tidings.wire import SCHEMA_HEADERS
from tidings_ingest.delivery import Place
from tidings_ingest.producer import Versions
from tidings_ingest.takedown import _report, delete, ids_meant, take_down


def cli() -> typer.Typer:
    app = typer.Typer()
    app.command()(delete)
    return app


def test_a_takedown_is_a_null_value_under_the_id_later_than_every_version_given() -> None:
    producer, versions = FakeProducer(), Versions(clock=lambda: 1_772_000_000.0)
    pushed = versions.now()
    take_down(["a/b", "ö"], FakeProducers(producer), versions)
    assert [(sent.topic, sent.key, sent.value) for sent in producer.sent] == [
        ("articles.raw", b"a/b", None),
        ("articles.raw", "ö".encode(), None),
    ]
    assert [sent.headers for sent in producer.sent] == [list(SCHEMA_HEADERS.items())] * 2
    assert [sent.timestamp_ms for sent in producer.sent] == [pushed + 1, pushed + 2]


def test_each_article_gets_a_line_with_how_far_it_got(capsys: pytest.CaptureFixture[str]) -> None:
    answers = {
        "a": Place("articles.raw", 0, 1),
        "b": Place("articles.raw", 0, 2),
        "c": KafkaTimeoutError("no answer"),
    }
    assert _report(answers, frozenset({Place("articles.raw", 0, 2)})) is False
    assert capsys.readouterr().out.splitlines() == [
        "a\ttaken down",
        "b\tasked for; the index has yet to take it",
        "c\tnot confirmed (KafkaTimeoutError: no answer): ask again",
    ]
    assert _report({"a": Place("articles.raw", 0, 1)}, None) is True
    assert capsys.readouterr().out == "a\tasked for\n"


def test_an_address_means_the_article_pushed_with_it_and_one_that_has_it_for_an_id() -> None:
    address = "https://a.example/1"
    pushed = article_id(title=None, text=None, url=address)
    assert list(ids_meant(address)) == [pushed, address]
    assert list(ids_meant(f"{address}?{'x' * 128}"))[1:] == []
    assert list(ids_meant("a-1")) == ["a-1"]


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [([], ""), ([""], ""), (["x" * 129], ""), (["a", "\udcff"], ""), (["-"], "a\n" + "x" * 129)],
)
def test_what_can_be_no_id_is_bad_usage_before_anything_is_sent(
    arguments: list[str], typed: str
) -> None:
    assert CliRunner().invoke(cli(), arguments, input=typed).exit_code == 2

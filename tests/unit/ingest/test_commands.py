from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.unit.ingest.fakes import FakeProducer, Sent
from tidings.settings import Settings
from tidings_ingest.commands import push, run, standard_input
from tidings_ingest.normalise import Defaults
from tidings_ingest.producer import Pusher
from tidings_ingest.sources import Sources


def lines(folder: Path, text: str) -> Sources:
    (folder / "x.jsonl").write_text(text, encoding="utf-8")
    return Sources([str(folder)])


def pusher_to(producer: FakeProducer) -> Pusher:
    return Pusher(producer, Settings.load({}), patience_seconds=0.01)


def cli() -> typer.Typer:
    app = typer.Typer()
    app.command()(push)
    return app


def test_the_summary_counts_and_each_refusal_has_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.png").write_bytes(b"")
    sources = lines(tmp_path, '{"title":"A"}\n{"title":"A"}\n{"title":"B"}\n{"title":"cut\n')
    assert run(sources, pusher_to(FakeProducer()), Defaults()) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "pushed 2, repeated 1 in this input, refused 1; skipped 1 file (1 .png)",
        f"refused: {tmp_path}/x.jsonl, line 4: ends inside a string (character 10)",
    ]


def test_without_refusals_the_status_is_zero(tmp_path: Path) -> None:
    assert run(lines(tmp_path, '{"title":"A"}'), pusher_to(FakeProducer()), Defaults()) == 0


def test_a_field_that_is_ignored_is_told_and_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = lines(tmp_path, '{"title":"A","content":"B"}')
    assert run(sources, pusher_to(FakeProducer()), Defaults()) == 0
    assert capsys.readouterr().err.splitlines() == [
        "pushed 1", "ignored, since no article has such a field: 'content' (in 1)",
    ]  # fmt: skip


def test_a_broker_that_goes_away_is_told_with_how_far_it_got(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    producer = FakeProducer(lambda sent: b'"B"' not in (sent.value or b""))
    sources = lines(tmp_path, '{"title":"A"}\n{"title":"B"}\n')
    assert run(sources, pusher_to(producer), Defaults()) == 1
    assert "1 confirmed, 1 unknown: push again" in capsys.readouterr().err


def test_ctrl_c_is_told_with_how_far_it_got(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt_at_b(sent: Sent) -> bool:
        if b'"B"' in (sent.value or b""):
            raise KeyboardInterrupt
        return True

    sources = lines(tmp_path, '{"title":"A"}\n{"title":"B"}\n')
    assert run(sources, pusher_to(FakeProducer(interrupt_at_b)), Defaults()) == 130
    assert "stopped: interrupted; 1 confirmed, 0 unknown" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.txt"], "there is no file or folder 'nowhere.txt'"),
        (["-", "--published-at", "2026-02-31"], "'2026-02-31' is no date"),
        (["-", "--language", "en_US"], "'en_US' is no BCP 47 tag"),
    ],
)
def test_bad_usage_is_one_sentence_and_status_two(arguments: list[str], sentence: str) -> None:
    result = CliRunner().invoke(cli(), arguments)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert sentence in result.stderr


def test_a_standard_input_that_was_closed_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    [refusal] = Sources(["-"], stdin=standard_input())
    assert str(refusal) == "standard input: there is none"


def test_ctrl_c_while_kafka_is_waited_for_says_that_nothing_was_pushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tidings_ingest.commands.standard_input", lambda: None)
    monkeypatch.setattr("tidings_ingest.commands.wait_for_kafka", interrupted)
    (tmp_path / "a.txt").write_text("A")
    result = CliRunner().invoke(cli(), [str(tmp_path)])
    assert (result.exit_code, result.stderr) == (130, "stopped: interrupted; nothing was pushed.\n")

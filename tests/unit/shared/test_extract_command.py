import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tidings.errors import TidingsError
from tidings.extract_command import extract

APP = typer.Typer()
APP.command()(extract)


def test_a_bad_line_is_named_and_the_good_ones_are_written(tmp_path: Path) -> None:
    source, sink = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "a", "text": "Chile expelled four Peruvian attachés."}\n{"id": 2}\n')
    result = CliRunner().invoke(
        APP, ["--input", str(source), "--output", str(sink), "--workers", "1"]
    )
    assert result.exit_code == 1
    assert "line 2: neither title nor text has a word" in result.stderr
    (line,) = sink.read_text().splitlines()
    assert json.loads(line)["events"][0]["event_type"] == "SANCTION"


def test_standard_output_is_data_alone() -> None:
    result = CliRunner().invoke(APP, ["--workers", "1"], input='{"id": "a", "text": "Words."}\n')
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"id": "a", "entities": [], "events": []}
    assert result.stderr == ""


def test_the_input_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "same.jsonl"
    file.write_text('{"id": "a", "text": "Words."}\n')
    with pytest.raises(TidingsError, match="is the input too"):
        extract(input=str(file), output=str(file), workers=1)
    assert file.read_text()


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TidingsError, match="cannot be opened"):
        extract(input=str(tmp_path / "none.jsonl"), workers=1)

"""`tidings export` against a service that answers well, breaks off, or miscounts."""

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
import typer
from typer.testing import CliRunner, Result

from tests.waiting import PATIENCE_SECONDS
from tidings.errors import EngineUnavailable, TidingsError
from tidings_search.export_command import Tally, export

CSV = '\ufeffarticle_id,title\r\n"a1","two\nlines ""in"" one"\r\n"a2","=1"\r\n'
LINES = '{"article_id": "a1"}\n{"article_id": "a2"}\n'
GEOJSON = '{"features": [\n{"id": 1},\n{"id": 2}\n], "without_geometry": 0}\n'
BODIES = {"csv": CSV, "jsonl": LINES, "geojson": GEOJSON}

CLI = typer.Typer()
CLI.command()(export)


class Service(BaseHTTPRequestHandler):
    """Exports two of whatever is asked for."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if query.get("q") == "(":
            self._begin(400)
            self._end(json.dumps({"detail": "Character 1: never closed.", "position": 1}))
            return
        if query.get("q") == "away":
            self._begin(503)
            self._end(json.dumps({"detail": "Elasticsearch does not answer."}))
            return
        self._begin(200, total="3" if query.get("q") == "miscounted" else "2")
        if query.get("q") == "broken":
            self._write(BODIES[query["format"]][:-3])
            self.close_connection = True
            return
        self._end(BODIES[query["format"]])

    def _begin(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(f"Tidings-{name}", value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _write(self, text: str) -> None:
        packed = text.encode()
        self.wfile.write(f"{len(packed):x}\r\n".encode() + packed + b"\r\n")

    def _end(self, text: str) -> None:
        self._write(text)
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    Service.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        Thread(target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.01}).start()
        monkeypatch.setenv("TIDINGS_SEARCH_PORT", str(server.server_port))
        yield
        server.shutdown()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(CLI, arguments)


@pytest.mark.parametrize("kind", BODIES)
def test_a_file_is_as_the_service_sends_it_and_named_only_when_it_is_whole(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"out.{kind}"
    result = run("oil", "tanker", "-o", str(path))

    assert path.read_bytes() == BODIES[kind].encode()
    assert [*tmp_path.iterdir()] == [path]
    what = "events" if kind == "geojson" else "articles"
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"wrote 2 {what}\n"
    assert Service.asked == [f"/api/export/{what}?q=oil+tanker&format={kind}"]


def test_standard_output_is_the_data_and_nothing_else() -> None:
    assert run().stdout == LINES
    assert run("--format", "csv", "--events").stdout_bytes == CSV.encode()
    assert Service.asked[1] == "/api/export/events?q=&format=csv"


@pytest.mark.parametrize(
    ("query", "error", "sentence"),
    [
        ("broken", EngineUnavailable, "broke off after 1 of 2 articles; {} was not written"),
        ("miscounted", TidingsError, "said 3 articles and sent 2; {} was not written"),
        ("away", TidingsError, "Elasticsearch does not answer."),
    ],
)
def test_a_file_that_would_not_be_whole_leaves_what_was_there_before(
    tmp_path: Path, query: str, error: type[Exception], sentence: str
) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("before")
    result = run(query, "-o", str(path))

    assert type(result.exception) is error
    assert sentence.format(path) in str(result.exception)
    assert path.read_text() == "before"
    assert [*tmp_path.iterdir()] == [path]


def test_a_mistake_in_the_query_is_shown_and_nothing_is_written(tmp_path: Path) -> None:
    result = run("(", "-o", str(tmp_path / "out.csv"))

    assert result.exit_code == 2
    assert result.stderr.splitlines() == ["tidings: Character 1: never closed.", "  (", "  ^"]
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    "arguments", [("--format", "xml"), ("--format", "geojson", "--articles"), ("--fast",)]
)
def test_what_cannot_be_is_a_mistake_of_usage_before_anything_is_asked(
    arguments: tuple[str, ...],
) -> None:
    assert run(*arguments).exit_code == 2
    assert Service.asked == []


def test_a_place_that_cannot_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for place in (tmp_path, file / "out.csv", tmp_path / "none" / "out.csv"):
        result = run("-o", str(place))
        assert isinstance(result.exception, TidingsError)
        assert f"{place}: cannot be written (" in str(result.exception)


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    run("-o", str(pipe))
    reader.join(timeout=PATIENCE_SECONDS)

    assert read == [LINES]
    assert pipe.is_fifo()


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
@pytest.mark.parametrize("kind", ["csv", "jsonl", "geojson"])
def test_rows_are_counted_wherever_the_parts_of_a_file_are_cut(kind: str, size: int) -> None:
    packed, tally = BODIES[kind].encode(), Tally(kind)  # type: ignore[arg-type]
    for first in range(0, len(packed), size):
        tally.add(packed[first : first + size])

    assert tally.rows == 2

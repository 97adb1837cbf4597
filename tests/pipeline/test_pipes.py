"""What commands write where nobody looks: into files, into pipes, and into pipes that end early."""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.pipeline.processes import environment
from tests.seed import SEED
from tests.waiting import PATIENCE_SECONDS
from tidings.settings import Settings

HITS = [{"article_id": f"a{number}", "snippet": "ünd " * 15_000} for number in range(100)]
TIDINGS = f"{shlex.quote(sys.executable)} -m tidings"


class Service(BaseHTTPRequestHandler):
    """Finds a hundred hits of 75 kB each."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"total": 100, "articles": HITS}).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Settings]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Settings(search_port=server.server_port, data_dir=tmp_path)
        server.shutdown()


def shell(line: str, settings: Settings, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["bash", "-c", line], env={**environment(settings), **more}, capture_output=True,
        stdin=subprocess.DEVNULL, timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip


def test_a_reader_that_has_enough_ends_it_quietly(large: Settings) -> None:
    done = shell(f"{TIDINGS} search x --size 100 --json | head -1", large)
    assert json.loads(done.stdout)["article_id"] == "a0"
    assert b"Traceback" not in done.stderr
    assert b"Broken" not in done.stderr


def test_a_file_and_a_pipe_get_all_of_it_and_nothing_else(large: Settings, tmp_path: Path) -> None:
    file = tmp_path / "hits"
    done = shell(f"{TIDINGS} search x --size 100 --json > {shlex.quote(str(file))}", large)
    assert done.returncode == 0
    piped = shell(f"{TIDINGS} search x --size 100 --json | cat", large, NO_COLOR="1")
    assert piped.stdout == file.read_bytes()
    assert len(piped.stdout) > 5_000_000
    assert [json.loads(line) for line in piped.stdout.splitlines()] == HITS


@pytest.mark.parametrize("more", [{}, {"NO_COLOR": "1"}, {"TERM": "xterm-256color"}])
def test_a_push_draws_nothing_where_there_is_no_terminal(
    empty_topics: Settings, tmp_path: Path, more: dict[str, str]
) -> None:
    err = tmp_path / "err"
    line = f"{TIDINGS} push {SEED} --print-ids 2> {shlex.quote(str(err))} | cat"
    done = shell(line, empty_topics, **more)
    [article_id] = done.stdout.decode().split()
    assert len(article_id) == 32
    said = err.read_bytes()
    assert b"pushed 1" in said
    assert not {b"\x1b", b"\r"} & {said[at : at + 1] for at in range(len(said))}


def test_a_reader_of_ids_that_went_away_leaves_no_article_behind(
    empty_topics: Settings, tmp_path: Path
) -> None:
    err = tmp_path / "err"
    line = f"{TIDINGS} push {SEED} seeds/briefs.jsonl --print-ids 2> {shlex.quote(str(err))} | true"
    shell(line, empty_topics)
    assert b"pushed 81" in err.read_bytes()
    assert b"Traceback" not in err.read_bytes()

import io
import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import typer
from pydantic import SecretStr
from rich.console import Console
from typer.testing import CliRunner

from tidings.errors import EngineUnavailable, TidingsError
from tidings.settings import Settings
from tidings_search.asking import ask, new_http, pointed_at, printable
from tidings_search.commands import entity, lines_of_trace, search, trace

HIT = {
    "article_id": "a1", "title": "Strike \x1b[31mends [bold]", "outlet": None,
    "published_at": "2026-03-01T10:00:00Z", "snippet": "The strike " + "went on " * 30,
    "highlighted_snippet": [
        {"text": "The strike ", "marked": True}, {"text": "went on " * 30, "marked": False},
    ],
    "events": [
        {"event_type": "PROTEST", "source": "dockers", "target": None, "modality": "planned"}
    ],
}  # fmt: skip


KNOLL = {
    "entity_id": "person:knoll~1/a", "name": "Ida Knoll", "kind": "person",
    "country": "SWE", "country_name": "Sweden", "articles": 1200, "articles_read": 300,
    "aliases": [
        {"name": "Knoll\x1b[2J", "articles": 280, "reasons": ["last name", "table leaders-1"]},
        {"name": "I. K.", "articles": 1, "reasons": []},
    ],
}  # fmt: skip
CALLED_KNOLL = {"entities": [KNOLL], "articles": 900, "articles_read": 300}


SEIZED = {
    "event": {
        "event_id": "e1", "event_type": "COERCE", "modality": "planned", "target": None,
        "source": {"name": "Navy\x1b[2J"}, "date": {"value": "2026-03"}, "place": {"name": "Varna"},
        "sentence": {"text": "The navy will seize it."},
    },
    "article": {"title": None, "outlet": "s.example", "published_at": "2026-03-01T10:00:00Z"},
}  # fmt: skip
MISTAKE = {
    "detail": "Character 8: unknown field “perosn”: did you mean “person”?", "position": 8,
    "suggestion": "person",
}  # fmt: skip


CLI = typer.Typer()
CLI.command()(search)
CLI.command()(trace)
CLI.command()(entity)


class Service(BaseHTTPRequestHandler):
    """Answers as the search service would."""

    def do_GET(self) -> None:
        if self.path.startswith("/api/articles?q=two+words&size=10"):
            self._answer(200, {"total": 1200, "articles": [HIT, HIT]})
        elif self.path.startswith("/api/events?q=event%3ACOERCE&size=3&sort=newest"):
            self._answer(200, {"total": 1, "events": [SEIZED]})
        elif "perosn" in self.path:
            self._answer(400, MISTAKE)
        elif self.path.startswith("/api/entities?name=Ida+Knoll"):
            self._answer(200, CALLED_KNOLL)
        elif self.path.startswith("/api/entities?name="):
            self._answer(200, {"entities": [], "articles": 0, "articles_read": 0})
        elif self.path == "/api/entities/person%3Aknoll~1%2Fa":
            self._answer(200, KNOLL)
        else:
            self._answer(404, {"detail": "There is no such article."})

    def _answer(self, status: int, value: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        Thread(target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.01}).start()
        monkeypatch.setenv("TIDINGS_SEARCH_PORT", str(server.server_port))
        yield Settings(search_port=server.server_port)
        server.shutdown()


@pytest.mark.usefixtures("service")
def test_hits_are_printed_whole_without_colour_and_without_control_characters() -> None:
    result = CliRunner().invoke(CLI, ["search", "two", "words"])

    assert "\x1b" not in result.stdout
    assert "Strike  [31mends [bold]" in result.stdout
    assert "went on " * 29 in result.stdout
    assert "dockers — PROTEST — … (planned)" in result.stdout
    assert result.stderr == "2 of 1,200 articles\n"


@pytest.mark.usefixtures("service")
def test_json_is_one_hit_a_line_and_nothing_else() -> None:
    result = CliRunner().invoke(CLI, ["search", "two words", "--json"])

    assert [json.loads(line) for line in result.stdout.splitlines()] == [HIT, HIT]


@pytest.mark.usefixtures("service")
def test_an_event_is_printed_with_who_what_whom_when_where_its_sentence_and_its_article() -> None:
    arguments = ["search", "event:COERCE", "--events", "--size", "3", "--newest"]
    result = CliRunner().invoke(CLI, arguments)

    assert result.stdout.splitlines() == [
        "Navy [2J — COERCE — … (planned)",
        "  2026-03 · Varna · e1",
        "  “The navy will seize it.”",
        "  Without a title · s.example · 1 March 2026",
        "",
    ]
    assert result.stderr == "1 of 1 event\n"
    as_json = CliRunner().invoke(CLI, [*arguments, "--json"])
    assert json.loads(as_json.stdout) == SEIZED


@pytest.mark.usefixtures("service")
def test_a_mistake_in_a_query_is_shown_where_it_is_and_ends_as_one_of_usage() -> None:
    result = CliRunner().invoke(CLI, ["search", " 日本 AND", "perosn:macron"])

    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "tidings: Character 8: unknown field “perosn”: did you mean “person”?",
        "  日本 AND perosn:macron",
        "           ^",
    ]


def test_of_a_long_query_the_part_around_the_mistake_is_shown() -> None:
    query = "a" * 100 + "(" + "b" * 100

    assert list(pointed_at(query, 101)) == [
        f"  …{'a' * 35}({'b' * 34}…",
        f"  {' ' * 36}^",
    ]
    assert list(pointed_at("(", 2)) == ["  (", "   ^"]


def test_a_refusal_is_the_service_s_own_sentence(service: Settings) -> None:
    with pytest.raises(TidingsError, match=r"^There is no such article\.$"):
        ask(service, "/api/trace/none")


def test_a_service_that_is_not_there_is_one_sentence_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(EngineUnavailable, match="`tidings up`"):
        ask(Settings(search_port=port), "/api/articles")


def test_a_trace_names_each_stage_with_time_duration_and_version_or_the_reason() -> None:
    part = {
        "at": "2026-03-01T10:00:01Z", "seconds": 0.05, "extractor_version": "rules 1",
        "state": "done", "skipped": None, "failure": None,
    }  # fmt: skip
    found = {
        "article_id": "a1", "title": None, "taken_down": False, "completed_at": None,
        "pushed_at": "2026-03-01T10:00:00Z",
        "parts": {
            "raw": {**part, "seconds": None, "extractor_version": None},
            "entities": {**part, "state": "failed", "failure": "It fell over."},
            "events": part,
        },
    }  # fmt: skip
    text = "\n".join(line.plain for line in lines_of_trace(found))

    assert "events    2026-03-01T10:00:01Z  0.050 s  rules 1" in text
    assert "failed: It fell over." in text
    assert "complete  not yet" in text


@pytest.mark.usefixtures("service")
def test_an_entity_has_each_alias_with_its_count_and_reasons() -> None:
    result = CliRunner().invoke(CLI, ["entity", "Ida", "Knoll"])

    assert result.stdout.splitlines() == [
        "Ida Knoll",
        "  person:knoll~1/a · person · Sweden · 1,200 articles",
        "  its names in the newest 300 of them:",
        "  Knoll [2J    280  last name; table leaders-1",
        "  I. K.          1  the reason was not kept",
        "",
    ]
    assert result.stderr.startswith("1 of 1 entity in the newest 300 of 900 articles")


@pytest.mark.usefixtures("service")
def test_an_entity_as_json_is_one_object_a_line() -> None:
    result = CliRunner().invoke(CLI, ["entity", "Ida Knoll", "--json"])

    assert [json.loads(line) for line in result.stdout.splitlines()] == [KNOLL]


@pytest.mark.usefixtures("service")
def test_a_name_of_nobody_says_what_else_can_be_done() -> None:
    result = CliRunner().invoke(CLI, ["entity", "nobody"])

    assert result.exit_code == 1
    assert "`tidings search` finds articles" in str(result.exception)


def test_a_console_that_wants_no_colour_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out = io.StringIO()
    for line in lines_of_trace({"article_id": "a", "title": "T", "taken_down": True}):
        Console(file=out, force_terminal=True).print(line)

    assert "\x1b[3" not in out.getvalue()


def test_what_could_steer_a_terminal_becomes_blanks() -> None:
    assert printable("a\x1b[2Jb\nc\u202ed") == "a [2Jb c d"


def test_a_command_shows_its_key_where_it_has_one() -> None:
    with new_http(Settings(key=SecretStr("tidings_1_2"))) as client:
        assert client.headers["Authorization"] == "Bearer tidings_1_2"
    with new_http(Settings()) as client:
        assert "Authorization" not in client.headers

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tidings.settings import Settings
from tidings_local import waiting
from tidings_local.services import SERVICES, Service
from tidings_local.status import survey
from tidings_local.waiting import NotReady, wait_complete, wait_ready


class Site:
    """Answers by path with a status and JSON; paths that were not given get 404."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.port: int = server.server_address[1]
        self.answers: dict[str, tuple[int, object]] = {}


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = served.answers.get(self.path.partition("?")[0], (404, {}))
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(server)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield served
    server.shutdown()
    server.server_close()


def test_services_are_ready_when_each_says_so(site: Site) -> None:
    site.answers["/ready"] = (503, {"status": "failing"})
    looks: list[int] = []

    def tick() -> None:
        looks.append(1)
        if len(looks) == 2:
            site.answers["/ready"] = (200, {"status": "ok"})

    wait_ready(Settings(search_port=site.port), tick, [Service("search")])

    assert len(looks) == 2


def test_without_a_terminal_one_line_says_that_it_takes_a_while(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.answers["/ready"] = (200, {"status": "ok"})

    wait_ready(Settings(search_port=site.port), lambda: None, [Service("search")])

    assert capsys.readouterr() == ("", "Starting everything takes up to a minute.\n")


@pytest.fixture
def engines_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "HELD_UP_SECONDS", 0.05)
    monkeypatch.setattr(waiting, "READY_SECONDS", 0.5)
    monkeypatch.setattr(waiting, "_engines_answer", lambda _: True)


@pytest.mark.usefixtures("engines_answer")
def test_who_waits_for_a_person_is_named_and_everything_is_left_running(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    detail = "waits for Elasticsearch: the index articles-v5 has mapping version 5"
    site.answers["/ready"] = (503, {"status": "failing", "detail": detail})

    assert not wait_ready(Settings(search_port=site.port), lambda: None, [Service("search")])

    assert f"search is not ready: {detail}\n" in capsys.readouterr().err


@pytest.mark.usefixtures("engines_answer")
@pytest.mark.parametrize(
    ("detail", "answers"), [("is starting", True), ("waits for Elasticsearch", False)]
)
def test_who_is_starting_or_waits_for_an_engine_that_is_is_waited_for(
    site: Site, monkeypatch: pytest.MonkeyPatch, detail: str, answers: bool
) -> None:
    monkeypatch.setattr(waiting, "_engines_answer", lambda _: answers)
    site.answers["/ready"] = (503, {"status": "failing", "detail": detail})

    with pytest.raises(NotReady):
        wait_ready(Settings(search_port=site.port), lambda: None, [Service("search")])


def test_what_ends_the_waiting_is_raised_through_it(site: Site) -> None:
    def tick() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wait_ready(Settings(search_port=site.port), tick, [Service("search")])


def test_articles_are_waited_for_until_search_has_them_complete(site: Site) -> None:
    site.answers["/api/articles/a"] = (200, {"article_id": "a", "complete": True})
    site.answers["/api/articles/b"] = (200, {"article_id": "b", "complete": False})

    def tick() -> None:
        site.answers["/api/articles/b"] = (200, {"article_id": "b", "complete": True, "title": "B"})

    found = wait_complete(Settings(search_port=site.port), ["b", "a", "b"], tick)

    assert list(found) == ["b", "a"]
    assert found["b"]["title"] == "B"


def test_who_has_no_key_does_not_wait_for_what_he_cannot_see(site: Site) -> None:
    site.answers["/api/articles/a"] = (401, {"detail": "This needs a key."})
    with pytest.raises(NotReady, match="This needs a key"):
        wait_complete(Settings(search_port=site.port), ["a"], lambda: None)


def test_a_survey_has_a_row_for_each_part_and_the_sentence_that_it_says(site: Site) -> None:
    site.answers["/health"] = (503, {"status": "failing", "detail": "12 records wait."})

    rows = {row.name: row for row in survey(_nothing_but(events_port=site.port)).rows}

    assert list(rows)[:2] == ["kafka", "elasticsearch"]
    assert not rows["kafka"].well
    assert (rows["events"].well, rows["events"].detail) == (False, "12 records wait.")
    assert rows["search"].detail == "does not answer"


def test_a_service_that_is_healthy_but_held_up_is_not_well_and_says_by_what(site: Site) -> None:
    site.answers["/health"] = (200, {"status": "ok", "detail": "waits for Kafka"})
    site.answers["/ready"] = (503, {"status": "failing", "detail": "stopped: all are bad"})

    rows = {row.name: row for row in survey(_nothing_but(index_port=site.port)).rows}

    assert (rows["index"].well, rows["index"].detail) == (False, "stopped: all are bad")


def test_an_elasticsearch_is_not_well_unless_its_index_is_whole_and_takes_more(site: Site) -> None:
    site.answers["/_cluster/health"] = (200, {"status": "green"})
    settings = _nothing_but(elasticsearch_url=f"http://127.0.0.1:{site.port}")
    assert _elasticsearch(settings) == (False, "answers; there is no index articles")

    def says(state: dict[str, Any]) -> tuple[bool, str]:
        site.answers["/articles"] = (200, {"articles-v2": state})
        return _elasticsearch(settings)

    blocks = {"settings": {"index": {"blocks": {"read_only": "true"}}}}
    assert says(blocks) == (False, "answers; the index is read-only")
    unfilled, detail = says({"mappings": {"_meta": {"rebuild": {"positions": {}}}}})
    assert (unfilled, "`tidings index rebuild`" in detail) == (False, True)
    assert says({"mappings": {"_meta": {"version": 2}}}) == (True, "answers")


def _nothing_but(**there: int | str) -> Settings:
    """Settings under which nothing answers but what is named."""
    ports = {f"{service.name}_port": 1 for service in SERVICES}
    nowhere = {"kafka_servers": "127.0.0.1:1", "elasticsearch_url": "http://127.0.0.1:1"}
    return Settings().model_copy(update={**ports, **nowhere, **there})


def _elasticsearch(settings: Settings) -> tuple[bool, str]:
    [row] = [row for row in survey(settings).rows if row.name == "elasticsearch"]
    return row.well, row.detail

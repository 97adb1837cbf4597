import gzip
import http.client
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from tests.faults.proxy import Proxy
from tidings_local.ports import free_port


class Behind(BaseHTTPRequestHandler):
    """Answers with what it was asked, and remembers it."""

    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(self.path)
        answer = json.dumps({"path": self.path, "body": body.decode()}).encode()
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            answer = gzip.compress(answer)
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Not news."""


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    Behind.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with Proxy(f"http://127.0.0.1:{server.server_port}", free_port()) as running:
        yield running
    server.shutdown()
    server.server_close()
    thread.join()


def test_what_is_asked_is_passed_on_and_the_answer_back(proxy: Proxy) -> None:
    assert ask(proxy, "/_bulk?a=b%20c", "words") == {"path": "/_bulk?a=b%20c", "body": "words"}
    assert proxy.troubled == 0


def test_it_answers_itself_with_a_status_that_says_later(proxy: Proxy) -> None:
    proxy.turn("429")
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(proxy, "/_bulk")
    refused.value.close()

    assert refused.value.code == 429
    assert Behind.asked == []


def test_every_third_bulk_is_done_and_its_answer_cut_off(proxy: Proxy) -> None:
    proxy.turn("cut")
    ask(proxy, "/_bulk")
    ask(proxy, "/_mget")
    ask(proxy, "/_bulk")
    with pytest.raises((OSError, http.client.HTTPException)):
        ask(proxy, "/_bulk")

    assert Behind.asked.count("/_bulk") == 3
    assert proxy.troubled == 1


def test_it_refuses_connections_and_takes_them_again(proxy: Proxy) -> None:
    proxy.turn("refuse")
    with pytest.raises(urllib.error.URLError, match="refused"):
        ask(proxy, "/_bulk")
    proxy.turn("pass")

    assert ask(proxy, "/_bulk")["path"] == "/_bulk"


def ask(proxy: Proxy, path: str, body: str = "") -> dict[str, str]:
    request = urllib.request.Request(proxy.address + path, data=body.encode(), method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(json.loads(answer.read()))

"""What every service shows its operators: `/metrics`, `/health` (progress), `/ready` (engines)."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from tidings.errors import TidingsError


@dataclass(frozen=True)
class Health:
    """`detail` is one sentence for people, good or bad."""

    ok: bool
    detail: str

    def to_json(self) -> bytes:
        return json.dumps(
            {"status": "ok" if self.ok else "failing", "detail": self.detail}
        ).encode()


def metrics_page() -> tuple[bytes, str]:
    """The body and the content type of `/metrics`."""
    return generate_latest(), CONTENT_TYPE_LATEST


def serve_operations(
    host: str, port: int, *, setting: str, health: Callable[[], Health], ready: Callable[[], Health]
) -> ThreadingHTTPServer:
    """Serves the three pages from a thread of their own, so that a worker whose loop hangs can
    still be seen to hang. Raises TidingsError where the port is taken; `setting` names the
    variable that changes it."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0].rstrip("/")
            if path == "/metrics":
                body, kind = metrics_page()
                self._answer(200, body, kind)
            elif path in ("/health", "/ready"):
                state = health() if path == "/health" else ready()
                self._answer(200 if state.ok else 503, state.to_json(), "application/json")
            else:
                self._answer(404, b"/metrics /health /ready\n", "text/plain")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Probes come every few seconds: they are not news."""

    try:
        server = ThreadingHTTPServer((host, port), Pages)
    except OSError as error:
        raise TidingsError(
            f"port {port} cannot be opened ({error.strerror}); free it or set {setting} to another."
        ) from None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="operations", daemon=True).start()
    return server

"""What the HTTP services have in common: the operators' pages, and how a service is served."""

import os
import socket
from collections.abc import Awaitable, Callable
from typing import Final

import uvicorn
from fastapi import FastAPI, Response

from tidings.errors import TidingsError
from tidings.operations import Health, metrics_page
from tidings.watchdog import end_when_stuck

OPERATIONS: Final = frozenset({"/metrics", "/health", "/ready"})
"""What operators and probes ask for every few seconds, without a key."""

_GRACE_SECONDS: Final = 7


def add_operations(
    app: FastAPI, health: Callable[[], Health], ready: Callable[[], Awaitable[Health]]
) -> None:
    """Adds /metrics, /health (does the service get on?) and /ready (do its engines answer?)."""
    app.state.health = health

    async def show_metrics() -> Response:
        body, content_type = metrics_page()
        return Response(body, headers={"Content-Type": content_type})

    async def show_health() -> Response:
        return _answer(health())

    async def show_ready() -> Response:
        return _answer(await ready())

    for path, page in (
        ("/metrics", show_metrics),
        ("/health", show_health),
        ("/ready", show_ready),
    ):
        app.add_api_route(path, page, methods=["GET"], include_in_schema=False)


def serve(app: FastAPI, *, host: str, port: int, setting: str) -> None:
    """Serves `app`, which has its operations, until SIGTERM or Ctrl-C; requests under way get 7 s
    to end. Where its /health has failed for long, the process ends at once.

    Raises TidingsError where the port is taken; `setting` names the variable that changes it.
    """
    listening = _listen(host, port, setting)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=_GRACE_SECONDS
    )
    end_when_stuck(app.state.health)
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int, setting: str) -> socket.socket:
    try:
        listening = socket.create_server((host, port), family=_family(host), backlog=512)
    except OSError as error:
        raise TidingsError(
            f"{host}:{port} cannot be opened ({os.strerror(error.errno or 0)}); "
            f"free the port or set {setting} to another."
        ) from None
    # Inherited by every connection. Without it, the body of an answer waits for the reader's
    # delayed acknowledgement of its head, 40 ms; asyncio sets it on sockets of its own only.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _answer(state: Health) -> Response:
    status = 200 if state.ok else 503
    return Response(state.to_json(), status_code=status, media_type="application/json")

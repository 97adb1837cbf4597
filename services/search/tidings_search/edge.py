"""What holds for every answer, whoever makes it."""

import asyncio
from collections.abc import MutableMapping
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LISTENS: Final = {"version": "3.0", "spec_version": "2.3"}
"""The version of ASGI in which a stream itself looks whether somebody still listens."""


class Edge:
    """What can be read can be asked for its head alone, and no browser guesses at a type. A file
    whose head is asked for is not made: it ends like one whose reader went away."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] == "HEAD":
            head = _Head(receive, send)
            read: MutableMapping[str, Any] = {**scope, "method": "GET", "asgi": _LISTENS}
            await self._app(read, head.receive, head.send)
        else:
            await self._app(scope, receive, _guarded(send))


class _Head:
    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, _guarded(send)
        self._asked = False
        self._told = asyncio.Event()

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return await self._receive()
        await self._told.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send(message)
        elif not self._told.is_set():
            self._told.set()
            await self._send({"type": "http.response.body", "body": b""})


def _guarded(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            headers["x-content-type-options"] = "nosniff"
            if "allow" in headers and "GET" in headers["allow"].split(", "):
                headers["allow"] = "GET, HEAD"
            message = {**message, "headers": headers.raw}
        await send(message)

    return guarded

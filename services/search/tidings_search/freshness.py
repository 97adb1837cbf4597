"""Tells who has an answer already that it is still the same."""

import hashlib
import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAME: Final = 304
_DIGITS: Final = 32
_OPAQUE: Final = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')
"""A tag without its `W/`: for reading again, a weak one is as good as a strong one."""


class ETags:
    """The hash of what was said as `ETag`, and nothing but a 304 for who sends it back. Files of an
    export are passed on as they come, and what breaks off stays broken off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        await self._app(scope, receive, _Tagged(send, known).send)


class _Tagged:
    """One answer, held back until all of it is there."""

    def __init__(self, send: Send, known: str) -> None:
        self._send, self._known = send, known
        self._start: Message | None = None
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _wants_tag(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        headers = MutableHeaders(raw=start["headers"])
        opaque = f'"{hashlib.sha256(self._body).hexdigest()[:_DIGITS]}"'
        headers["etag"], headers["cache-control"] = f"W/{opaque}", "no-cache"
        if self._known.strip() == "*" or opaque in _OPAQUE.findall(self._known):
            del headers["content-length"]
            start, self._body = {**start, "status": _SAME}, bytearray()
        else:
            headers.setdefault("content-length", str(len(self._body)))
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": bytes(self._body)})


def _wants_tag(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    has_own = "content-disposition" in headers or "etag" in headers
    return start["status"] == 200 and not has_own

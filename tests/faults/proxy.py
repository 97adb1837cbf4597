"""A proxy before Elasticsearch that does to requests what networks and full clusters do."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Final, Literal

import aiohttp
from aiohttp import web

Mode = Literal["pass", "slow", "429", "503", "cut", "refuse"]

SLOW_SECONDS: Final = 2.0
_LARGEST: Final = 64 * 1024 * 1024
_OWN_HEADERS: Final = {"content-length", "transfer-encoding", "connection"}
_ADDED_BY_ITSELF: Final = ("Accept", "Accept-Encoding", "User-Agent", "Content-Type")


class Proxy:
    """A context manager: it listens on `port` in a thread of its own and passes on to `target`.

    `cut` passes every bulk request on, and drops every third answer; `refuse` closes the port.
    `troubled` counts the requests that were not simply passed.
    """

    def __init__(self, target: str, port: int) -> None:
        self.address: Final = f"http://127.0.0.1:{port}"
        self.troubled = 0
        self._target = target
        self._port = port
        self._mode: Mode = "pass"
        self._bulks = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def __enter__(self) -> "Proxy":
        self._thread.start()
        self._await(self._start())
        return self

    def __exit__(self, *ending: object) -> None:
        self._await(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def turn(self, mode: Mode) -> None:
        """From now on every request is treated so."""
        before, self._mode = self._mode, mode
        if mode == "refuse" and before != "refuse":
            self._await(self._close())
        elif before == "refuse" and mode != "refuse":
            self._await(self._listen())

    async def _start(self) -> None:
        self._session = aiohttp.ClientSession(
            auto_decompress=False, skip_auto_headers=_ADDED_BY_ITSELF
        )
        await self._listen()

    async def _listen(self) -> None:
        app = web.Application(client_max_size=_LARGEST)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def _close(self) -> None:
        await self._runner.cleanup()

    async def _stop(self) -> None:
        await self._close()
        await self._session.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        mode = self._mode
        is_bulk = request.path.endswith("/_bulk")
        if mode in ("429", "503"):
            self.troubled += 1
            return web.json_response({"error": f"a proxy says {mode}"}, status=int(mode))
        if mode == "slow":
            self.troubled += 1
            await asyncio.sleep(SLOW_SECONDS)
        answer = await self._forward(request)
        if mode == "cut" and is_bulk:
            self._bulks += 1
            if self._bulks % 3 == 0 and request.transport:
                self.troubled += 1
                request.transport.abort()
        return answer

    async def _forward(self, request: web.Request) -> web.Response:
        """The answer of the one behind, or 502 where it gives none."""
        try:
            async with self._session.request(
                request.method,
                self._target + request.raw_path,
                data=await request.read(),
                headers={n: v for n, v in request.headers.items() if n.lower() != "host"},
            ) as answer:
                kept = {n: v for n, v in answer.headers.items() if n.lower() not in _OWN_HEADERS}
                return web.Response(status=answer.status, headers=kept, body=await answer.read())
        except aiohttp.ClientError as error:
            return web.json_response({"error": str(error)}, status=502)

    def _await(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

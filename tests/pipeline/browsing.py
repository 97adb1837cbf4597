"""The pages in a real browser: what their tests share. Every visit watches for what may never
happen on any page."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, Final

import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page, Request, expect
from playwright.sync_api import sync_playwright as playwright

from tests.waiting import PATIENCE_SECONDS
from tidings.settings import Settings
from tidings_search.app import build_app

BROWSER: Final = "/usr/bin/chromium"
QUIET: Final = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

expect.set_options(timeout=PATIENCE_SECONDS * 1_000)

_NUMBER: Final = re.compile(r"\d[\d,]*")


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The search service in a thread; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(build_app(settings), log_config=None))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=PATIENCE_SECONDS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Playwright leaves an event loop running in this thread until it stops."""
    with playwright() as running:
        browser = running.chromium.launch(executable_path=BROWSER, args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, address: str, **how: Any) -> Iterator[Page]:
    """A page in a context of its own, made `how` Playwright's `new_context` is told.

    Raises AssertionError at its end where a dialog opened, something was asked of another server,
    or the console had an error, as for all that the Content-Security-Policy refuses.
    """
    context = browser.new_context(base_url=address, **how)
    page = context.new_page()
    troubles: list[str] = []
    documents: set[str] = set()
    errors: list[ConsoleMessage] = []

    def dismissed(dialog: Dialog) -> None:
        troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def asked(request: Request) -> None:
        if request.is_navigation_request():
            documents.add(request.url)
        if not request.url.startswith(address):
            troubles.append(f"asked elsewhere: {request.url}")

    page.on("dialog", dismissed)
    page.on("request", asked)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: errors.append(message) if message.type == "error" else None)
    try:
        yield page
    finally:
        context.close()
    # A document that is itself a 404 or a 503 is an error to the console, but none of the page's;
    # nor is a suggestion that an outage took: typing goes on without.
    suggested = f"{address}/api/suggest"
    troubles += [
        one.text
        for one in errors
        if one.location["url"] not in documents and not one.location["url"].startswith(suggested)
    ]
    assert troubles == []


def number_in(where: Locator) -> int:
    """The first number that stands there."""
    found = _NUMBER.search(where.inner_text())
    assert found, where.inner_text()
    return int(found[0].replace(",", ""))

"""The page as people use it: in a real browser, over a real index."""

import asyncio
import socket
import time
import uuid
from collections.abc import Iterator
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.pipeline import newsroom
from tidings_local.engines import LocalEngines
from tidings_search.app import build_app

BROWSER = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

SEIZURE = newsroom.an_article(
    "Navy <script>alert(1)</script> seizes a tanker",
    "Off the coast 🚢 of Ruritania there was fog.\n\n"
    "The navy of Ruritania seized a tanker near Lyon, said Zoë Moreau.",
    outlet="courier.example", published_at="2026-05-02T12:00:00Z", language="en",
)  # fmt: skip
STRIKE = newsroom.an_article(
    "إضراب في الميناء", "بدأ عمال ناقلة tanker إضرابا.", outlet="herald.example", language="ar"
)
REPORTS = [
    newsroom.an_article(f"Report {number}", f"Report {number}.", outlet=f"o{number % 2}.example")
    for number in range(45)
]


@pytest.fixture(scope="module")
def address(engines: LocalEngines) -> Iterator[str]:
    """Where the search service listens, over an index with these articles."""
    settings = engines.settings.model_copy(update={"index_name": f"page-{uuid.uuid4().hex[:8]}"})
    seized = newsroom.an_event(
        SEIZURE, "COERCE", "The navy of Ruritania", "seized", "a tanker", modality="planned"
    )
    named = newsroom.entities_of(
        SEIZURE, ("place", "Ruritania"), ("person", "Zoë Moreau"),
        joined={"Zoë Moreau": {"Moreau": "last name of a full name"}},
    )  # fmt: skip
    batch = [
        *newsroom.as_read(SEIZURE, named, newsroom.events_of(SEIZURE, seized)),
        *newsroom.as_read(STRIKE, newsroom.events_of(STRIKE, skipped="The text is in Arabic.")),
        *(record for report in REPORTS for record in newsroom.as_read(report)),
    ]
    asyncio.run(newsroom.fill(settings, batch))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(build_app(settings), log_config=None))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """After `address`: Playwright leaves an event loop running in this thread until it stops."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Without JavaScript: nothing on the pages may need it."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_search_leads_to_an_article_with_its_entities_and_events_marked(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill("“a tanker” seizing")
    page.get_by_role("button", name="Search").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("1 article")
    expect(page.locator(".hit h2 mark").first).to_have_text("seizes")
    page.get_by_role("link", name="Navy <script>alert(1)</script> seizes a tanker").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(SEIZURE.title or "")
    expect(page.locator("mark.person").first).to_have_text("Zoë Moreau")
    expect(page.locator("mark.trigger").first).to_have_text("seized")
    expect(page.locator("mark.source").first).to_have_text("The navy of Ruritania")
    event = page.locator(".event")
    expect(event.locator(".event-line")).to_contain_text("— coerce —")
    expect(event.locator(".modality")).to_have_text("planned")
    expect(event.locator("blockquote")).to_contain_text("seized a tanker near Lyon")
    event.locator(".event-line .what").click()
    expect(page.locator("mark.trigger:target")).to_have_text("seized")


def test_names_and_actors_lead_to_the_entity_and_it_leads_back(page: Page) -> None:
    page.goto("/?people=moreau")
    page.get_by_role("link", name="About moreau").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoë Moreau")
    expect(page.locator(".aliases")).to_contain_text("Moreau 1 last name of a full name")
    page.get_by_role("link", name="1 article").click()
    expect(page.locator(".chips")).to_contain_text("zoë-moreau")

    page.locator(".hit h2 a").click()
    expect(page.locator(".names").get_by_role("link", name="Search for Zoë Moreau")).to_be_visible()
    page.locator(".names").get_by_role("link", name="Ruritania", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ruritania")
    expect(page.locator(".event .dateline")).to_contain_text("2 May 2026")
    page.locator(".event .what").click()
    expect(page.locator("mark.trigger:target")).to_have_text("seized")
    page.locator(".event-line .actor").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ruritania")


def test_choosing_a_filter_on_a_later_page_starts_again_and_going_back_keeps_all(
    page: Page,
) -> None:
    page.goto("/?q=report")
    page.get_by_role("link", name="Next →").click()
    page.get_by_role("link", name="Next →").click()
    expect(page.locator(".pages")).to_contain_text("Page 3 of 3")
    page.locator(".facet").get_by_role("link", name="o1.example").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("22 articles")
    expect(page.locator(".facet .chosen .value")).to_have_text("o1.example")
    filtered = page.url
    page.locator(".hit a").first.click()
    page.go_back()
    assert page.url == filtered
    expect(page.get_by_role("heading", level=1)).to_have_text("22 articles")


def test_a_query_that_cannot_be_read_is_kept_and_pointed_at(page: Page) -> None:
    page.goto("/?q=tanker+OR+fog")

    expect(page.get_by_role("alert")).to_contain_text("Character 8: “OR”")
    expect(page.get_by_role("searchbox")).to_have_value("tanker OR fog")


def test_right_to_left_text_runs_from_right_to_left(page: Page) -> None:
    page.goto("/?q=tanker&outlet=herald.example")
    page.locator(".hit a").first.click()

    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("إضراب في الميناء")
    expect(title).to_have_css("direction", "rtl")
    expect(page.locator(".side")).to_contain_text("skipped: The text is in Arabic.")


def test_nothing_on_the_pages_is_wider_than_a_phone(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 700})
    page = context.new_page()
    for path in (
        "/?q=tanker",
        f"/articles/{SEIZURE.article_id}",
        "/articles/none",
        "/entities/ruritania",
        f"/entities?name={'n' * 400}",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    context.close()


def test_the_keyboard_reaches_the_search_box_and_the_focus_can_be_seen(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/")
    for _ in range(3):
        page.keyboard.press("Tab")

    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    expect(box).to_have_css("outline-style", "solid")
    context.close()

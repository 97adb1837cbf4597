"""Every page, over the demonstration corpus: for those who see it badly or not at all, on a phone,
in the dark, and from the keyboard."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, ViewportSize, expect

from tests.pipeline import browsing

Opened = tuple[Page, Response]

PHONE: Final[ViewportSize] = {"width": 360, "height": 700}
FIRST_PAGE_BYTES: Final = 100_000
POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LETTERS: Final = "n" * 400

PAGES: Final = {
    "first visit": "/",
    "results": "/?q=earthquake",
    "filtered": "/?q=earthquake&outlet=Example+Wire&event_type=AID&date_from=2015-01-01",
    "mistake": f"/?q=ceasefire+persn:Biden+{LETTERS}",
    "empty result": "/?q=earthquake+volcano&outlet=Example+Wire",
    "behind the last page": "/?page=400",
    "long words": f"/?q={LETTERS}&outlet={LETTERS}",
    "events": "/events?q=earthquake",
    "map": "/map",
    "pairs": "/pairs",
    "pair": "/pairs?source=RUS&target=UKR",
    "facet": "/facets/event_type?q=police",
    "letters of a facet": f"/facets/people?contains={LETTERS[:50]}",
    "article": "/articles/{article}",
    "event": "/events/{event}",
    "entity": "/entities/place%3ATUR",
    "namesakes": f"/entities?name={LETTERS}",
    "help": "/help",
    "status": "/status",
    "runbook": "/status/runbooks/StageStalled",
    "runbooks": "/status/runbooks",
    "nothing there": "/articles/none",
}
"""What there is to see; `{article}` and `{event}` stand for ids."""


@pytest.fixture(scope="module")
def pages(address: str) -> Mapping[str, str]:
    """PAGES with the ids of the first event that a search finds, and of its article."""
    found = httpx.get(f"{address}/api/events", params={"q": "earthquake event:AID"}).json()
    [first, *_] = found["events"]
    ids = {"article": first["article"]["article_id"], "event": first["event"]["event_id"]}
    return {name: path.format(**ids) for name, path in PAGES.items()}


@pytest.fixture(scope="module", params=PAGES)
def opened(
    request: pytest.FixtureRequest, browser: Browser, address: str, pages: Mapping[str, str]
) -> Iterator[Opened]:
    """One of the pages, opened once for all that is to be seen on it."""
    with browsing.visit(browser, address) as page:
        answer = page.goto(pages[request.param])
        assert answer
        yield page, answer


def test_every_page_is_strict_and_says_what_it_is(opened: Opened) -> None:
    page, answer = opened
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    expect(page).to_have_title(re.compile(r"\S+.*Tidings$"))
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator("script:not([src]), style, [style]")).to_have_count(0)


def test_axe_finds_nothing_in_light_or_dark(opened: Opened) -> None:
    page, _ = opened
    page.emulate_media(color_scheme="light")
    light = Axe().run(page)
    page.emulate_media(color_scheme="dark")
    dark = Axe().run(page, options={"runOnly": ["color-contrast"]})
    for found in (light, dark):
        assert found.violations_count == 0, found.generate_report()


def test_nothing_is_wider_than_a_phone(opened: Opened) -> None:
    page, _ = opened
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def lightness(page: Page, selector: str, of: str) -> float:
    """Of a colour of an element, from 0 for black to 255."""
    colour = page.locator(selector).first.evaluate(f"one => getComputedStyle(one).{of}")
    red, green, blue = (float(part) for part in re.findall(r"[\d.]+", colour)[:3])
    return (red + green + blue) / 3


@pytest.mark.parametrize("name", ["results", "events", "map", "pairs", "article", "event"])
def test_in_the_dark_the_paper_is_dark_and_the_words_are_light(
    scripted_page: Page, pages: Mapping[str, str], name: str
) -> None:
    scripted_page.goto(pages[name])
    seen = {}
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        scripted_page.emulate_media(color_scheme=scheme)
        paper = lightness(scripted_page, "body", "backgroundColor")
        seen[scheme] = [paper, lightness(scripted_page, "h1", "color")]
    assert seen["light"][0] > 200 > 60 > seen["light"][1]
    assert seen["dark"][0] < 60 < 180 < seen["dark"][1]


def test_the_first_page_is_small(scripted_page: Page) -> None:
    sizes: dict[str, int] = {}
    scripted_page.on("response", lambda one: sizes.update({one.url: len(one.body())}))
    scripted_page.goto("/", wait_until="networkidle")
    icon = scripted_page.request.get("/static/icon.svg")
    sizes[icon.url] = len(icon.body())

    assert len(sizes) == 4
    assert sum(sizes.values()) < FIRST_PAGE_BYTES


@pytest.mark.parametrize(
    ("path", "results"),
    [("/?q=earthquake", ".hit h2 a"), ("/events?q=earthquake", "main .event-line .what")],
)
def test_keys_move_through_results_and_open_them(
    scripted_page: Page, path: str, results: str
) -> None:
    page = scripted_page
    page.goto(path)
    box, links = page.locator("#q"), page.locator(results)

    page.keyboard.press("/")
    expect(box).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "earthquake"
    page.keyboard.type("jk?")
    expect(box).to_have_value("jk?")
    page.keyboard.press("Escape")
    expect(box).not_to_be_focused()

    for key, number in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(links.nth(number)).to_be_focused()
        expect(links.nth(number)).to_be_in_viewport()
        expect(links.nth(number)).to_have_css("outline-style", "solid")
    target = links.nth(1).get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")

    page.keyboard.press("?")
    page.wait_for_url("**/help#keys")
    expect(page.get_by_role("heading", name="Keys")).to_be_in_viewport()


def test_names_are_offered_while_one_types_and_chosen_by_keys(scripted_page: Page) -> None:
    page = scripted_page
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("earthquake erd")
    names, options = page.get_by_role("listbox"), page.get_by_role("option")
    expect(options).to_have_count(1)
    box = page.get_by_role("combobox", name="Search")
    expect(box).to_have_attribute("aria-expanded", "true")

    page.keyboard.press("Escape")
    expect(names).to_be_hidden()
    expect(box).to_be_focused()
    page.keyboard.type("o")
    expect(options).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    chosen = options.first.get_attribute("id") or ""
    expect(box).to_have_attribute("aria-activedescendant", chosen)
    assert Axe().run(page).violations_count == 0
    page.keyboard.press("Enter")
    expect(box).to_have_value('earthquake person:"Recep Tayyip Erdoğan" ')
    expect(names).to_be_hidden()

    page.keyboard.press("Enter")
    expect(page.locator("#understood")).to_contain_text("person:")
    expect(page.locator(".hit").first).to_be_visible()


def test_arrows_go_through_the_names_and_around(scripted_page: Page) -> None:
    page = scripted_page
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("united")
    options = page.get_by_role("option")
    expect(options.filter(has_text="United Nations").first).to_be_visible()
    last = options.count() - 1
    assert last > 1
    for key, number in (("Down", 0), ("Down", 1), ("Up", 0), ("Up", last), ("Down", 0)):
        page.keyboard.press(f"Arrow{key}")
        expect(page.locator("[aria-selected=true]")).to_have_count(1)
        expect(options.nth(number)).to_have_attribute("aria-selected", "true")


def test_names_are_offered_in_the_field_that_is_typed(scripted_page: Page) -> None:
    page = scripted_page
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("source:trum")
    option = page.get_by_role("option", name="Donald Trump")
    option.click()

    expect(page.locator("#q")).to_have_value('source:"Donald Trump" ')


def test_tabs_begin_with_a_way_to_the_content_and_the_focus_is_seen(scripted_page: Page) -> None:
    page = scripted_page
    page.goto("/?q=earthquake")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    expect(box).to_have_css("outline-style", "solid")

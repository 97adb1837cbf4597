"""Searching on the page, over the demonstration corpus, with JavaScript and without."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

from tests.faults.proxy import Proxy
from tests.pipeline import browsing
from tests.pipeline.browsing import number_in
from tidings.settings import Settings
from tidings_local.ports import free_port

OF_TODAY = "date:last-7d"
"""The one example that finds only what is published these days."""


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def facet(page: Page, title: str) -> Locator:
    """The group of a facet beside the result, opened."""
    group = page.locator("details.facet").filter(
        has=page.get_by_role("heading", name=title, exact=True)
    )
    if group.get_attribute("open") is None:
        group.locator("summary").click()
    return group


def value(page: Page, title: str, name: str) -> Locator:
    """The link of one value of a facet."""
    named = page.locator(".value").get_by_text(name, exact=True)
    return facet(page, title).locator("a").filter(has=named)


def titles(page: Page) -> list[str]:
    return page.locator(".hit h2").all_inner_texts()


def search(page: Page, words: str) -> None:
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("button", name="Search", exact=True).click()


def test_a_search_marks_its_words_and_says_how_it_was_read(page: Page) -> None:
    page.goto("/")
    search(page, "earthquakes person:erdogan")

    expect(page.locator("#understood")).to_contain_text("Read as")
    expect(page.locator("#understood")).to_contain_text("earthquakes AND person:erdogan")
    expect(page.get_by_role("searchbox")).to_have_value("earthquakes person:erdogan")
    hit = page.locator(".hit").first
    expect(hit.locator("h2 mark")).to_have_text("earthquakes")
    expect(hit.locator(".snippet mark")).to_have_text("earthquakes")
    expect(hit.locator(".dateline")).to_contain_text("7 February 2023")
    assert number_in(heading(page)) == page.locator(".hit").count()

    hit.get_by_role("link").first.click()
    expect(page.locator("article.story")).to_contain_text("Recep Tayyip Erdogan")


def test_the_first_page_and_the_help_have_examples_that_find_something(plain_page: Page) -> None:
    examples = set()
    for path in ("/", "/help"):
        plain_page.goto(path)
        links = plain_page.locator(".hints dt a, .examples a").all()
        examples |= {link.get_attribute("href") or "" for link in links}
    assert len(examples) > 20

    for example in examples:
        asked = parse_qs(urlsplit(example).query)
        answer = plain_page.request.get("/api/articles", params={"q": asked["q"][0]})
        assert answer.ok, example
        if asked["q"] != [OF_TODAY]:
            assert answer.json()["total"] > 0, example


def test_a_mistake_is_pointed_at_and_what_was_meant_is_one_step_away(page: Page) -> None:
    page.goto("/?outlet=Example+Wire")
    search(page, "ceasefire persn:Biden")

    expect(page.get_by_role("alert")).to_contain_text("“persn”")
    expect(page.get_by_role("searchbox")).to_have_value("ceasefire persn:Biden")
    pointer = page.locator(".pointer")
    expect(pointer).to_have_text("ceasefire persn:Biden")
    expect(pointer.locator("b")).to_have_text("p")
    caret = pointer.locator("b").evaluate("one => getComputedStyle(one, '::after').content")
    assert caret == '"^"'
    assert pointer.evaluate("one => one.firstChild.textContent") == "ceasefire "
    expect(heading(page)).to_have_text("This search cannot be read")
    expect(page.locator(".hit")).to_have_count(0)
    mistaken = page.url

    page.get_by_role("link", name="Search for ceasefire person:Biden").click()
    expect(page.get_by_role("searchbox")).to_have_value("ceasefire person:Biden")
    expect(page.locator(".chips")).to_contain_text("Example Wire")
    expect(heading(page)).to_contain_text("article")

    page.goto(mistaken)
    page.get_by_role("link", name="Search for the plain words").click()
    expect(page.get_by_role("searchbox")).to_have_value("ceasefire persn Biden")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_an_outage_keeps_the_query_and_ends_by_itself(
    browser: Browser, demonstration_index: Settings
) -> None:
    with Proxy(demonstration_index.elasticsearch, free_port()) as engine:
        settings = demonstration_index.model_copy(update={"elasticsearch_url": engine.address})
        with browsing.serving(settings) as address, browsing.visit(browser, address) as page:
            engine.turn("refuse")
            page.goto("/events?outlet=Example+Wire")
            search(page, "earthquake")
            expect(page.get_by_role("alert")).to_contain_text("Elasticsearch does not answer")
            expect(heading(page)).to_have_text("Search does not answer just now")
            expect(page.get_by_role("searchbox")).to_have_value("earthquake")

            engine.turn("pass")
            page.get_by_role("link", name="Try again").click()
            expect(heading(page)).to_contain_text("events")
            expect(page.get_by_role("searchbox")).to_have_value("earthquake")
            expect(page.locator(".chips")).to_contain_text("Example Wire")


def test_values_of_one_facet_add_up_and_each_is_taken_back(page: Page) -> None:
    page.goto("/")
    all_of_them = number_in(heading(page))
    wire, herald = (
        number_in(value(page, "Outlets", name).locator(".count"))
        for name in ("Example Wire", "The Invented Herald")
    )
    value(page, "Outlets", "Example Wire").click()
    assert number_in(heading(page)) == wire
    expect(value(page, "Outlets", "Example Wire")).to_have_attribute("aria-current", "true")
    assert number_in(value(page, "Outlets", "The Invented Herald").locator(".count")) == herald

    value(page, "Outlets", "The Invented Herald").click()
    assert number_in(heading(page)) == wire + herald
    chips = page.get_by_role("list", name="Chosen filters")
    chips.get_by_role("link", name="Example Wire").click()
    assert number_in(heading(page)) == herald

    value(page, "Outlets", "The Invented Herald").click()
    assert number_in(heading(page)) == all_of_them
    expect(chips).to_have_count(0)


def test_under_a_chosen_type_stand_its_modes(page: Page) -> None:
    page.goto("/events")
    value(page, "Event types", "assault").click()
    assaults = number_in(heading(page))
    modes = facet(page, "Event types").locator(".modes")
    aerial = modes.get_by_role("link", name="aerial")
    counted = number_in(aerial.locator(".count"))
    aerial.click()

    assert number_in(heading(page)) == counted < assaults
    expect(page.locator(".chips")).to_contain_text("assault (aerial)")
    expect(page.locator(".event-line .what").first).to_have_text("assault (aerial)")


def test_more_shows_all_values_of_a_facet_also_those_with_some_letters(page: Page) -> None:
    page.goto("/events?event_type=CONSULT")
    facet(page, "Who acts").get_by_role("link", name="More").click()
    expect(heading(page)).to_have_text("Who acts")
    assert page.locator(".facet li").count() > 8

    page.get_by_label("With the letters").fill("trum")
    page.get_by_role("button", name="Show").click()
    trump = page.locator(".facet li a").filter(has_text="Donald Trump")
    counted = number_in(trump.locator(".count"))
    trump.click()
    assert urlsplit(page.url).path == "/events"
    assert number_in(heading(page)) == counted
    expect(page.locator(".chips")).to_contain_text("Donald Trump")
    expect(page.locator(".chips")).to_contain_text("consult")


def test_a_facet_on_a_late_page_starts_anew_and_the_list_can_be_left_and_shared(
    page: Page, browser: Browser, address: str
) -> None:
    page.goto("/?size=5&page=10")
    page.get_by_role("link", name="Next →").click()
    expect(page.locator(".pages")).to_contain_text("Page 11 of")
    value(page, "Outlets", "Example Wire").click()

    expect(page.locator(".pages")).to_contain_text("Page 1 of 4")
    expect(page.locator(".hit .outlet")).to_have_text(["Example Wire"] * 5)
    filtered, listed = page.url, titles(page)
    third = page.locator(".hit h2 a").nth(2)
    third.click()
    expect(heading(page)).to_have_text(listed[2])
    page.go_back()
    assert (page.url, titles(page)) == (filtered, listed)
    expect(third).to_be_in_viewport()

    for scripts in (True, False):
        with browsing.visit(browser, address, java_script_enabled=scripts) as another:
            another.goto(filtered)
            assert titles(another) == listed
            expect(another.locator(".chips")).to_contain_text("Example Wire")


def test_a_bar_leads_to_its_days(page: Page) -> None:
    page.goto("/?q=protest")
    page.locator(".as-table summary").click()
    row = page.locator(".as-table tbody tr").first
    days, counted = row.locator("a").inner_text(), number_in(row.locator("td"))
    page.locator(".bars a").first.click()

    expect(page.locator(".chips")).to_contain_text("published")
    assert number_in(heading(page)) == counted
    expect(page.locator(".chart figcaption")).to_contain_text(days.split(" ")[-1])
    page.locator(".chips").get_by_role("link", name="published").click()
    expect(page.locator(".chips")).to_have_count(0)


def test_dragging_over_bars_leads_to_all_their_days(scripted_page: Page) -> None:
    page = scripted_page
    page.goto("/?outlet=Example+Wire")
    page.locator(".as-table summary").click()
    counts = [number_in(row) for row in page.locator(".as-table tbody td.number").all()]
    edges = [page.locator(".bars a .whole").nth(number).bounding_box() for number in (1, 4)]
    first, last = edges
    assert first
    assert last
    height = first["y"] + first["height"] / 2
    page.mouse.move(first["x"] + first["width"] / 2, height)
    page.mouse.down()
    page.mouse.move(last["x"], height, steps=5)
    expect(page.locator(".bars .selection")).to_be_visible()
    page.mouse.move(last["x"] + last["width"] / 2, height, steps=5)
    page.mouse.up()

    expect(page.locator(".chips")).to_contain_text("published")
    assert number_in(heading(page)) == sum(counts[1:5])
    expect(page.locator(".chips")).to_contain_text("Example Wire")


def test_days_can_be_typed(page: Page) -> None:
    page.goto("/?q=earthquake")
    page.get_by_label("From").fill("2023-01-01")
    page.get_by_role("button", name="Set").click()

    expect(page.locator(".chips")).to_contain_text("from 1 January 2023")
    expect(page.get_by_role("searchbox")).to_have_value("earthquake")
    expect(page.locator(".hit .dateline").first).to_contain_text("2023")


def test_the_order_is_a_choice(page: Page) -> None:
    page.goto("/?q=earthquake")
    order = page.get_by_role("navigation", name="Order")
    expect(order.locator("[aria-current]")).to_have_text("relevance")
    for name in ("newest", "oldest"):
        order.get_by_role("link", name=name).click()
        expect(order.locator("[aria-current]")).to_have_text(name)
        days = [one.get_attribute("datetime") for one in page.locator(".hit time").all()]
        assert days == sorted(days, key=str, reverse=name == "newest")


def test_an_empty_result_says_what_could_be_let_go(page: Page) -> None:
    asked = "/?q=earthquake+title:volcano&outlet=Example+Wire&date_to=2016-01-01"
    page.goto(asked)
    expect(heading(page)).to_have_text("0 articles")
    expect(page.locator(".nothing")).to_contain_text("No article meets this query and all of its")
    parts, ways = (page.locator(".nothing ul").nth(number).locator("li") for number in (0, 1))
    expect(parts).to_have_text(
        ["earthquake finds 1 article", "title:volcano finds no articles: leave it out"]
    )
    expect(ways).to_have_text(
        [
            "without outlet: Example Wire",
            "at any time, not only to 1 January 2016",
            "any of its parts: earthquake OR title:volcano",
            "the plain words earthquake volcano",
            "the query without any filter",
            "everything",
        ]
    )

    parts.get_by_role("link", name="leave it out").click()
    expect(heading(page)).to_have_text("1 article")
    page.goto(asked)
    ways.first.get_by_role("link").click()
    expect(page.locator(".chips")).not_to_contain_text("Example Wire")
    expect(page.get_by_role("searchbox")).to_have_value("earthquake title:volcano")
    page.goto(asked)
    ways.last.get_by_role("link").click()
    assert number_in(heading(page)) > 80

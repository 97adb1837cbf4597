"""What news may do to a page, over a small newsroom: names, slots, scripts from right to left, and
words that would like to be code."""

import asyncio
import uuid
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.pipeline import browsing, newsroom
from tidings.messages import Casualties, Event, EventDate, EventPlace, Evidence, Span
from tidings_local.engines import LocalEngines
from tidings_search.links import segment

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


DUEL: Final = newsroom.an_article(
    "Harbour of Ruritania seized",
    "On 3 May in Port Orm, General Vara may have seized the harbour of Ruritania, "
    "killing 3 to 5 people, said Zoe Zed.\n\nVara took the harbour.",
    outlet="courier.example", published_at="2026-05-04T08:00:00Z", language="en",
)  # fmt: skip
SCRIPT: Final = "<script>window.hostile = 1; alert(1)</script>"
IMAGE: Final = '"><img src=x onerror="window.hostile = 1; alert(1)">'
HOSTILE: Final = newsroom.an_article(
    f"{SCRIPT} versus {IMAGE}",
    f"Here {IMAGE} bribed {SCRIPT} quietly.",
    outlet=IMAGE, authors=[SCRIPT, IMAGE], section=SCRIPT, language=IMAGE[:35],
    published_at="2026-05-05T08:00:00Z",
).model_copy(update={"url": "javascript:window.hostile=1"})  # fmt: skip
"""Its address is one that no article can be pushed with."""

DANGEROUS: Final = """() => [...document.querySelectorAll("*")].flatMap((one) =>
  [...one.attributes].filter(({name, value}) => name.startsWith("on") || name === "style" ||
    (["href", "src", "action", "xlink:href"].includes(name) && !/^(https?:|[/#?])/.test(value)))
  .map(({name}) => `${one.tagName} ${name}`))"""
"""Attributes by which a page could run something."""


def duel() -> Event:
    """An event that has every slot."""

    def words(text: str) -> Span:
        return Span(**newsroom.span(DUEL, text))

    event = newsroom.an_event(
        DUEL, "COERCE", "General Vara", "have seized", "the harbour of Ruritania",
        mode="seize", contexts=("military", "human_rights"), modality="hypothetical",
        modality_evidence=words("may"), attribution=words("Zoe Zed"),
        date=EventDate(value="2026-05-03", precision="day", **newsroom.span(DUEL, "On 3 May")),
        place=EventPlace(
            name="Port Orm", country="FRA", lat=43.3, lon=-5.4, **newsroom.span(DUEL, "Port Orm")
        ),
        casualties=(Casualties(
            kind="killed", low=3, high=5, **newsroom.span(DUEL, "killing 3 to 5 people")
        ),),
        retold=(Evidence(
            trigger=words("took"), sentence=words("Vara took the harbour."), rule="test#again"
        ),),
    )  # fmt: skip
    return event.model_copy(update={"event_id": "duel"})


def bribe() -> Event:
    event = newsroom.an_event(
        HOSTILE, "COERCE", IMAGE, "bribed", SCRIPT, contexts=(SCRIPT,),
        attribution=Span(**newsroom.span(HOSTILE, SCRIPT)),
        place=EventPlace(name=IMAGE, country=None, **newsroom.span(HOSTILE, IMAGE)),
        date=EventDate(value=SCRIPT, precision="day", **newsroom.span(HOSTILE, SCRIPT)),
    )  # fmt: skip
    return event.model_copy(update={"event_id": IMAGE, "rule": SCRIPT, "rules_version": IMAGE})


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
    hostile = newsroom.entities_of(
        HOSTILE, ("person", SCRIPT), ("organisation", IMAGE), joined={SCRIPT: {IMAGE: SCRIPT}}
    )
    batch = [
        *newsroom.as_read(SEIZURE, named, newsroom.events_of(SEIZURE, seized)),
        *newsroom.as_read(STRIKE, newsroom.events_of(STRIKE, skipped="The text is in Arabic.")),
        *newsroom.as_read(DUEL, newsroom.events_of(DUEL, duel())),
        *newsroom.as_read(HOSTILE, hostile, newsroom.events_of(HOSTILE, bribe())),
        *(record for report in REPORTS for record in newsroom.as_read(report)),
    ]
    asyncio.run(newsroom.fill(settings, batch))
    with browsing.serving(settings) as address:
        yield address


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


def test_right_to_left_text_runs_from_right_to_left(page: Page) -> None:
    page.goto("/?q=tanker&outlet=herald.example")
    page.locator(".hit a").first.click()

    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("إضراب في الميناء")
    expect(title).to_have_css("direction", "rtl")
    expect(page.locator(".side")).to_contain_text("skipped: The text is in Arabic.")


def test_an_event_shows_every_slot_with_the_words_it_was_read_from(page: Page) -> None:
    page.goto("/events/duel")

    sentence = page.locator(".evidence")
    for kind, words in (
        ("date", "On 3 May"), ("place", "Port Orm"), ("source", "General Vara"),
        ("modality", "may"), ("trigger", "have seized"), ("target", "the harbour of Ruritania"),
        ("toll", "killing 3 to 5 people"), ("attribution", "Zoe Zed"),
    ):  # fmt: skip
        expect(sentence.locator(f"mark.slot.{kind}")).to_have_text(words)
        expect(page.locator(f".slots-table mark.slot.{kind}")).to_have_text(words)
    rows = [
        [" ".join(cell.split()) for cell in row.locator("th, td").all_inner_texts()]
        for row in page.locator(".slots-table tbody tr").all()
    ]
    assert [row[:2] for row in rows] == [
        ["Who acts", "General Vara government"],
        ["What is done", "coerce (seize) material conflict intensity −5.0 of ±10"],
        ["To whom", "the harbour of Ruritania"],
        ["When", "3 May 2026"],
        ["Where", "Port Orm France 43.30° N, 5.40° W"],
        ["How it is said", "hypothetical: it would happen if, or may happen"],
        ["Who says so", "Zoe Zed"],
        ["Toll", "3 to 5 killed"],
        ["About", "military, human rights"],
    ]
    expect(page.locator(".retold")).to_contain_text("Vara took the harbour.")
    expect(page.locator(".retold mark.trigger")).to_have_text("took")
    how = page.get_by_role("region", name="How it was read")
    for part in ("test#rule", "version 2026.11.1", "0.90", "duel"):
        expect(how).to_contain_text(part)

    page.get_by_role("link", name="Harbour of Ruritania seized").click()
    expect(page.locator("mark.trigger:target")).to_have_text("have seized")


HOSTILE_PATHS: Final = [
    "/?q=versus",
    "/?q=tanker",
    "/events",
    "/map",
    "/pairs?by=name",
    f"/pairs?source={segment(IMAGE)}&target={segment(SCRIPT)}",
    "/facets/outlet",
    f"/facets/people?contains={segment(SCRIPT[:50])}",
    f"/articles/{HOSTILE.article_id}",
    f"/events/{segment(IMAGE)}",
    f"/entities/{segment(SCRIPT.lower().replace(' ', '-'))}",
    f"/entities?name={segment(IMAGE)}",
    *(
        f"{place}{segment(words)}"
        for words in (SCRIPT, IMAGE, "javascript:alert(1)")
        for place in (
            "/?q=",
            "/?outlet=",
            "/?people=",
            "/events?q=",
            "/?",
            "/articles/",
            "/facets/",
        )
    ),
    f"/?q=title%3A{segment(IMAGE)}&sort={segment(SCRIPT)}",
    f"/?q=perzon%3A{segment(IMAGE)}&date_from={segment(SCRIPT)}",
]


def test_words_that_would_be_code_stay_words(scripted_page: Page) -> None:
    page = scripted_page
    for path in HOSTILE_PATHS:
        page.goto(path)
        assert page.evaluate(DANGEROUS) == [], path
        expect(page.locator("script")).to_have_count(1)
        expect(page.locator("img")).to_have_count(0)
        assert page.evaluate("window.hostile") is None, path

    page.goto(f"/articles/{HOSTILE.article_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE.title or "")
    expect(page.locator(".outlet")).to_have_text(IMAGE)
    expect(page.get_by_role("link", name="Read it at its outlet")).to_have_count(0)
    page.goto(f"/?q={segment(IMAGE)}")
    expect(page.get_by_role("searchbox")).to_have_value(IMAGE)


def test_names_that_would_be_code_are_offered_as_names(scripted_page: Page) -> None:
    page = scripted_page
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("src")
    quoted = IMAGE.replace('"', '\\"')
    page.get_by_role("option").first.click()

    expect(page.locator("#q")).to_have_value(f'org:"{quoted}" ')
    page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_have_count(1)
    assert page.evaluate("window.hostile") is None

"""The other views of a search, and what they lead to, over the demonstration corpus."""

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pipeline.browsing import number_in

CHECKED_OFF: Mapping[str, str] = {
    "person": "people", "place": "places", "organisation": "organisations",
    "trigger": "what is done",
}  # fmt: skip
"""Kinds of marks, and what their switches are called."""


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


def test_next_leads_to_every_event_once(plain_page: Page) -> None:
    page = plain_page
    page.goto("/events?size=50&event_type=ASSAULT&event_type=COERCE")
    expected = number_in(heading(page))
    seen: list[str] = []
    while True:
        links = page.locator("ol.events .event-line .what")
        seen += links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
        following = page.get_by_role("link", name="Next →")
        if not following.count():
            break
        following.click()

    assert len(seen) == len({*seen}) == expected > 100
    page.get_by_role("link", name="← First page").click()
    expect(page.locator("ol.events .what").first).to_have_attribute("href", seen[0])


def test_the_views_show_the_same_search(page: Page) -> None:
    page.goto("/?q=ceasefire&event_type=AGREE")
    tabs = page.get_by_role("navigation", name="Views of this search")
    for name, path in (("Events", "/events"), ("Map", "/map"), ("Pairs", "/pairs")):
        tabs.get_by_role("link", name=name).click()
        assert path_of(page) == path
        expect(tabs.locator("[aria-current=page]")).to_have_text(name)
        expect(page.get_by_role("searchbox")).to_have_value("ceasefire")
        expect(page.locator(".chips")).to_contain_text("agree")
        expect(heading(page)).to_contain_text("event")


@pytest.mark.parametrize("where", [".world", ".tables"])
def test_a_country_is_chosen_on_the_map_or_in_its_table(page: Page, where: str) -> None:
    page.goto("/map")
    expect(page.locator("figcaption")).to_contain_text("borders as Natural Earth draws them")
    assert page.locator(".world path").count() > 150
    row = (
        page.locator(".tables")
        .get_by_role("row")
        .filter(has=page.get_by_role("link", name="Niger", exact=True))
    )
    counted = number_in(row.locator(".number"))
    if where == ".world":
        page.locator(".world a").filter(has_text="Niger: ").locator("path").click()
    else:
        row.get_by_role("link").click()

    expect(page.locator(".chips")).to_contain_text("country where it happened Niger")
    assert number_in(heading(page)) == counted
    expect(page.locator(".world")).to_contain_text("Niamey")
    page.locator(".tables").get_by_role("link", name="Niamey").click()
    expect(page.locator(".chips")).to_contain_text("where it happened Niamey")


def test_a_cell_of_the_matrix_opens_the_pair_and_its_other_direction(page: Page) -> None:
    page.goto("/pairs")
    table = page.get_by_role("table", name="Who acts (rows) on whom (columns)")
    row = table.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Russia"))
    cell = row.locator("a[title^='Russia → Ukraine:']")
    counted = number_in(cell)
    cell.click()

    expect(heading(page)).to_have_accessible_name("Russia acting on Ukraine")
    assert number_in(page.locator(".summary .dateline")) == counted
    expect(page.locator("ol.events > li")).to_have_count(counted)
    expect(page.locator(".chart")).to_have_count(2)
    expect(page.locator(".chart").first).to_contain_text("Mean intensity")
    page.get_by_role("link", name="Ukraine → Russia").click()
    expect(heading(page)).to_have_accessible_name("Ukraine acting on Russia")
    page.get_by_role("link", name="All pairs").click()
    expect(heading(page)).to_contain_text("between two named countries")

    page.get_by_role("link", name="by name").click()
    expect(heading(page)).to_contain_text("between two named actors")
    page.locator("table.pairs a").first.click()
    expect(page.locator("ol.events > li").first).to_be_visible()


def rows_of_csv(file: Path) -> int:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return len([*csv.DictReader(lines)])


def rows_of_lines(file: Path) -> int:
    return len([json.loads(line) for line in file.read_text("utf-8").splitlines()])


def rows_of_geojson(file: Path) -> int:
    return len(json.loads(file.read_text("utf-8"))["features"])


@pytest.mark.parametrize(
    ("view", "name", "rows"),
    [
        ("/", "CSV", rows_of_csv),
        ("/", "JSON Lines", rows_of_lines),
        ("/events", "CSV", rows_of_csv),
        ("/events", "JSON Lines", rows_of_lines),
        ("/events", "GeoJSON", rows_of_geojson),
        ("/map", "GeoJSON", rows_of_geojson),
    ],
)
def test_downloads_give_files_with_all_of_the_result(
    plain_page: Page, tmp_path: Path, view: str, name: str, rows: Callable[[Path], int]
) -> None:
    plain_page.goto(f"{view}?event_type=PROTEST")
    expected = number_in(heading(plain_page))
    with plain_page.expect_download() as started:
        plain_page.locator(".downloads").get_by_role("link", name=name, exact=True).click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)

    assert file.suffix == {"CSV": ".csv", "JSON Lines": ".jsonl", "GeoJSON": ".geojson"}[name]
    assert rows(file) == expected > 10


@pytest.mark.parametrize("kind", CHECKED_OFF)
def test_marks_of_an_article_are_switched_off_by_kind(page: Page, kind: str) -> None:
    page.goto('/?q="Erdogan"+earthquake+event:AID')
    page.locator(".hit h2 a").first.click()
    mark = page.locator(f".story p mark.{kind}").first
    other = page.locator(f".story p mark.{'place' if kind == 'person' else 'person'}").first
    drawn = "one => { const s = getComputedStyle(one); return s.textDecorationLine + s.background }"
    shown, beside = mark.evaluate(drawn), other.evaluate(drawn)
    page.get_by_label(CHECKED_OFF[kind], exact=True).uncheck()

    assert mark.evaluate(drawn) != shown
    assert other.evaluate(drawn) == beside
    page.get_by_label(CHECKED_OFF[kind], exact=True).check()
    assert mark.evaluate(drawn) == shown


def test_a_name_leads_to_all_that_is_known_of_it(page: Page) -> None:
    page.goto("/entities?name=erdogan")

    expect(heading(page)).to_have_text("Recep Tayyip Erdoğan")
    expect(page.locator(".aliases")).to_contain_text("Erdogan")
    counted = number_in(page.locator("header .dateline a"))
    page.locator(".as-table summary").click()
    bars = [number_in(one) for one in page.locator(".as-table td.number").all()]
    assert sum(bars) == counted > 1
    expect(page.locator(".side")).to_contain_text("In the same articles")
    expect(page.get_by_role("region", name="Newest articles").locator("li")).to_have_count(counted)
    acting = page.get_by_role("region", name="Acting")
    expect(acting.locator("mark.source").first).to_be_visible()

    acting.locator(".event .what").first.click()
    expect(page.locator("mark.trigger:target")).to_be_visible()
    page.go_back()
    page.locator("header .dateline a").click()
    assert number_in(heading(page)) == counted
    expect(page.locator(".chips")).to_contain_text("entity")


def test_an_event_leads_from_the_list_to_its_words_in_the_article(page: Page) -> None:
    page.goto("/events?q=event:SANCTION+mode:expel")
    line = page.locator(".event-line .what").first
    line.click()
    expect(page.locator(".evidence mark.trigger")).to_have_text("expelled")
    page.locator(".told-in a").click()
    expect(page.locator("mark.trigger:target")).to_have_text("expelled")
    page.get_by_role("link", name="All of it").first.click()
    expect(page.get_by_role("heading", name="What was read")).to_be_visible()

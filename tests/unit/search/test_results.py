import html
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings_search.query import END_MARK, MARK
from tidings_search.request import TERM_FACETS, SearchRequest
from tidings_search.results import Days, FacetValue, Piece, read_articles, read_events, read_pieces

EVENT = {
    "event_id": "e1", "event_type": "COERCE", "mode": "seize", "modality": "asserted",
    "order": 2**60, "source": {"name": "US forces"}, "target": None,
    "sentence": {"text": "US forces seized it."},
}  # fmt: skip


def a_hit(**fields: Any) -> dict[str, Any]:
    return {"_id": "a1", "_source": {"article_id": "a1", "complete": True}, **fields}


def an_answer(*hits: dict[str, Any], **aggregations: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"top": {"buckets": []}}
    return {
        "took": 7,
        "hits": {"total": {"value": len(hits)}, "hits": list(hits)},
        "aggregations": {
            **dict.fromkeys(TERM_FACETS, nothing),
            "event_type": {"events": {"matching": nothing}},
            "events": {"matching": {"doc_count": 5}},
            "published_at": {"top": {"buckets": [], "interval": "1d"}},
            **aggregations,
        },
    }


def inner(*offsets: int) -> dict[str, Any]:
    events = [
        {**EVENT, "event_id": f"e{offset}", "target": {"name": f"ship {offset}"}}
        for offset in offsets
    ]
    hits = [
        {"_nested": {"offset": offset}, "_source": event}
        for offset, event in zip(offsets, events, strict=True)
    ]
    return {"events": {"hits": {"total": {"value": 12}, "hits": hits}}}


def buckets(**counts: int) -> dict[str, Any]:
    return {"buckets": [{"key": key, "doc_count": count} for key, count in counts.items()]}


def test_markup_in_a_highlighted_title_comes_out_as_plain_words() -> None:
    pieces = read_pieces(f"&lt;script&gt;{MARK}strike{END_MARK}&lt;&#x2F;script&gt; &amp;amp;")

    assert pieces == (
        Piece(text="<script>"),
        Piece(text="strike", marked=True),
        Piece(text="</script> &amp;"),
    )


@given(st.text())
def test_what_the_highlighter_escaped_comes_back_whole(text: str) -> None:
    escaped = html.escape(text).replace("/", "&#x2F;")

    assert "".join(piece.text for piece in read_pieces(escaped)) == text


def test_a_title_without_a_match_is_shown_whole() -> None:
    [hit] = read_articles(
        an_answer(a_hit(_source={"title": "A <b> title"})), SearchRequest()
    ).articles

    assert hit.highlighted_title == (Piece(text="A <b> title"),)
    assert not hit.complete


def test_passages_are_joined_and_marked() -> None:
    highlight = {"text": [f"a {MARK}strike{END_MARK}", f"{MARK}strikes{END_MARK} again"]}
    [hit] = read_articles(an_answer(a_hit(highlight=highlight)), SearchRequest()).articles

    assert hit.snippet == "a strike … strikes again"
    assert [piece.text for piece in hit.highlighted_snippet if piece.marked] == [
        "strike",
        "strikes",
    ]


def test_the_events_of_a_hit_are_those_that_match_in_the_order_of_the_article() -> None:
    [hit] = read_articles(an_answer(a_hit(inner_hits=inner(4, 1, 3, 2))), SearchRequest()).articles

    assert [event.event_id for event in hit.events] == ["e1", "e2", "e3"]
    assert hit.events_total == 12
    assert (hit.events[0].source, hit.events[0].target) == ("US forces", "ship 1")


def test_chosen_values_come_first_and_those_that_nothing_has_show_zero() -> None:
    outlet = {"top": buckets(a=5, b=3), "chosen": buckets(z=1)}
    found = read_articles(an_answer(outlet=outlet), SearchRequest(outlet=("z", "y", "b")))

    assert found.facets.outlet == (
        FacetValue(value="z", count=1, chosen=True),
        FacetValue(value="y", count=0, chosen=True),
        FacetValue(value="b", count=3, chosen=True),
        FacetValue(value="a", count=5),
    )


def test_a_chosen_name_counts_as_it_is_found_also_where_it_is_a_canonical_one() -> None:
    people = {"top": buckets(Orme=2, Knoll=1), "chosen": buckets(Orme=5)}
    found = read_articles(an_answer(people=people), SearchRequest(people=("Orme",)))

    assert found.facets.people == (
        FacetValue(value="Orme", count=5, chosen=True),
        FacetValue(value="Knoll", count=1),
    )


@pytest.mark.parametrize(
    ("interval", "first", "last"),
    [
        ("1d", "2026-03-01", "2026-03-01"),
        ("7d", "2026-03-02", "2026-03-08"),
        ("1M", "2024-02-01", "2024-02-29"),
        ("3M", "2026-10-01", "2026-12-31"),
        ("1y", "2026-01-01", "2026-12-31"),
        ("100y", "9900-01-01", "9999-12-31"),
    ],
)
def test_days_of_a_facet_end_the_day_before_the_next_begin(
    interval: str, first: str, last: str
) -> None:
    histogram = {
        "top": {
            "interval": interval,
            "buckets": [
                {"key_as_string": "0001-01-01", "doc_count": 0},
                {"key_as_string": first, "doc_count": 2},
            ],
        }
    }
    found = read_articles(an_answer(published_at=histogram), SearchRequest())

    assert found.facets.published == (
        Days(first=date.fromisoformat(first), last=date.fromisoformat(last), count=2),
    )


def test_events_carry_their_article_and_not_the_key_they_are_sorted_by() -> None:
    hit = a_hit(_source={"title": "T", "outlet": "o"}, inner_hits=inner(0))
    found = read_events(an_answer(hit), SearchRequest())

    [one] = found.events
    assert (one.article.article_id, one.article.title, one.article.outlet) == ("a1", "T", "o")
    assert one.event["event_type"] == "COERCE"
    assert "order" not in one.event
    assert (found.total, found.articles) == (5, 1)


def test_events_of_a_hit_that_read_the_same_are_one_line() -> None:
    denied = {**EVENT, "event_id": "e4", "modality": "denied"}
    events = [EVENT, {**EVENT, "event_id": "e2"}, {**EVENT, "event_id": "e3"}, denied]
    source = {"article_id": "a1", "complete": True, "events": events}

    [hit] = read_articles(an_answer({"_id": "a1", "_source": source}), SearchRequest()).articles

    assert [event.event_id for event in hit.events] == ["e1", "e4"]
    assert hit.events_total == 4

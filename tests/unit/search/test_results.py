import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings_search.bodies import END_MARK, MARK
from tidings_search.cursor import FIRST, EventPlace
from tidings_search.request import SearchRequest
from tidings_search.results import EventsFound, Hit, Piece, read_articles, read_events, read_pieces

EVENT = {
    "event_id": "e1", "event_type": "COERCE", "mode": "seize", "modality": "asserted",
    "order": 2**60, "source": {"name": "US forces"}, "target": None,
    "sentence": {"text": "US forces seized it."},
}  # fmt: skip


def a_hit(**fields: Any) -> dict[str, Any]:
    return {"_id": "a1", "_source": {"article_id": "a1", "complete": True}, **fields}


def an_answer(*hits: dict[str, Any]) -> dict[str, Any]:
    return {"hits": {"total": {"value": len(hits)}, "hits": list(hits)}}


def inner(*offsets: int) -> dict[str, Any]:
    hits = [
        {
            "_nested": {"offset": offset},
            "_source": {**EVENT, "event_id": f"e{offset}", "target": {"name": f"ship {offset}"}},
        }
        for offset in offsets
    ]
    return {"events": {"hits": {"total": {"value": 12}, "hits": hits}}}


def only_hit(**fields: Any) -> Hit:
    [hit] = read_articles(an_answer(a_hit(**fields)), SearchRequest()).articles
    return hit


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
    hit = only_hit(_source={"title": "A <b> title"})

    assert hit.highlighted_title == (Piece(text="A <b> title"),)
    assert not hit.complete


def test_passages_are_joined_and_marked() -> None:
    passages = {"text": [f"a {MARK}strike{END_MARK}", f"{MARK}strikes{END_MARK} again"]}
    hit = only_hit(highlight=passages)

    assert hit.snippet == "a strike … strikes again"
    assert [piece.text for piece in hit.highlighted_snippet if piece.marked] == [
        "strike",
        "strikes",
    ]


def test_the_events_of_a_hit_are_those_that_match_in_the_order_of_the_article() -> None:
    hit = only_hit(inner_hits=inner(4, 1, 3, 2))

    assert [event.event_id for event in hit.events] == ["e1", "e2", "e3"]
    assert hit.events_total == 12
    assert (hit.events[0].source, hit.events[0].target) == ("US forces", "ship 1")


def test_events_of_a_hit_that_read_the_same_are_one_line() -> None:
    denied = {**EVENT, "event_id": "e4", "modality": "denied"}
    events = [EVENT, {**EVENT, "event_id": "e2"}, {**EVENT, "event_id": "e3"}, denied]
    hit = only_hit(_source={"article_id": "a1", "complete": True, "events": events})

    assert [event.event_id for event in hit.events] == ["e1", "e4"]
    assert hit.events_total == 4


def an_article(article_id: str, *events: tuple[int, str], total: int | None = None) -> Any:
    """A hit with these events, in the order in which Elasticsearch sorts them."""
    hits = [
        {
            "_nested": {"offset": 0},
            "_source": {**EVENT, "order": order, "event_id": event_id},
        }
        for order, event_id in events
    ]
    found = {"total": {"value": len(hits) if total is None else total}, "hits": hits}
    return {
        "_id": article_id,
        "_source": {"title": article_id},
        "inner_hits": {"events": {"hits": found}},
    }


def places(found: EventsFound) -> list[tuple[int | None, str | None]]:
    return [tuple(place) for place, _ in found.events]  # type: ignore[misc]


def test_events_carry_their_article_and_nothing_of_the_index_s_own() -> None:
    added = dict.fromkeys(("location", "told", "pair", "country_pair", "sectors", "killed"), "x")
    hit = an_article("a1", (5, "e1"))
    hit["inner_hits"]["events"]["hits"]["hits"][0]["_source"] |= added
    [(place, found)] = read_events(an_answer(hit)).events

    assert place == EventPlace(5, "e1")
    assert (found.article.article_id, found.article.title) == ("a1", "a1")
    assert found.event["event_type"] == "COERCE"
    assert not {"order", *added} & set(found.event)


def test_events_of_all_articles_come_in_one_order() -> None:
    answer = an_answer(an_article("a", (1, "x"), (7, "b")), an_article("b", (3, "y"), (7, "a")))

    assert places(read_events(answer)) == [(1, "x"), (3, "y"), (7, "a"), (7, "b")]
    newest_last = an_answer(
        an_article("a", (7, "b"), (1, "x")), an_article("b", (7, "a"), (3, "y"))
    )
    found = read_events(newest_last, oldest_first=True)
    assert places(found) == [(7, "a"), (7, "b"), (3, "y"), (1, "x")]


def test_a_page_begins_behind_its_place_also_among_events_that_share_their_order() -> None:
    answer = an_answer(an_article("a", (7, "a"), (7, "c"), (8, "d")), an_article("b", (7, "b")))

    assert places(read_events(answer, EventPlace(7, "b"))) == [(7, "c"), (8, "d")]
    assert len(read_events(answer, FIRST).events) == 4
    found = read_events(answer, EventPlace(8, "0"), oldest_first=True)
    assert places(found) == [(8, "d"), (7, "a"), (7, "b"), (7, "c")]


def test_where_an_article_has_more_events_than_were_read_nothing_behind_them_is_sure() -> None:
    long = an_article("long", (2, "a"), (4, "b"), total=9)
    found = read_events(an_answer(long, an_article("other", (3, "x"), (5, "y"))))

    assert found.cut
    assert places(found) == [(2, "a"), (3, "x"), (4, "b")]


@pytest.mark.parametrize(("oldest_first", "sure"), [(False, [(1, "x")]), (True, [(9, "z")])])
def test_before_an_order_stands_what_no_later_article_can_precede(
    oldest_first: bool, sure: list[tuple[int, str]]
) -> None:
    answer = an_answer(an_article("a", (1, "x"), (5, "y"), (9, "z")))
    found = read_events(answer, oldest_first=oldest_first)
    assert [tuple(place) for place, _ in found.before(5)] == sure

from datetime import UTC, datetime

from tests.unit.search.newspaper import CONTENT, MET, TEXT, a_document, a_part
from tidings_search.article import describe, find_marks, read_article, read_trace
from tidings_search.marks import Mark


def test_entities_are_ordered_by_mentions_and_then_by_their_first() -> None:
    article = read_article(a_document())

    assert [(entity["name"], entity["mentions"]) for entity in article.entities] == [
        ("Ida Knoll", 3),
        ("Orm", 2),
    ]
    assert (article.people, article.places, article.groups) == (("Ida Knoll",), ("Orm",), ())


def test_marks_are_the_very_words_of_mentions_triggers_and_actors() -> None:
    article = read_article(a_document())
    marks = find_marks(article)

    assert article.content == CONTENT
    words = {(mark.kind, CONTENT[mark.start : mark.end]) for mark in marks}
    assert {
        ("entity person", "Ida Knoll"),
        ("entity place", "Orm"),
        ("source", "Navy of Orm"),
        ("target", "Ida Knoll"),
        ("trigger", "met"),
    } <= words
    assert Mark(12, 15, "trigger", f"CONSULT: {describe(MET)}", "event-e1") in marks


def test_a_result_for_other_words_marks_nothing() -> None:
    other = {"revision": "r1"}
    late = a_part(mentions=[{"start": 0, "end": 4}], entities=[], **other)
    article = read_article(a_document(parts={"entities": late, "events": a_part(**other)}))

    assert find_marks(article) == []
    assert article.events == ()
    assert article.parts["entities"].state == "other-version"


def test_each_part_says_what_became_of_it() -> None:
    failed = a_part(failure={"code": "extractor-failed", "reason": "It fell over."})
    document = a_document(
        parts={"entities": failed, "events": a_part(skipped="The text is in Arabic.", events=[])},
        events=[],
    )
    parts = read_article(document).parts

    assert (parts["entities"].state, parts["entities"].failure) == (
        "failed",
        "It fell over. (extractor-failed)",
    )
    assert (parts["events"].state, parts["events"].skipped) == ("skipped", "The text is in Arabic.")
    assert parts["raw"].state == "done"


def test_a_part_that_has_not_come_is_waited_for() -> None:
    article = read_article(a_document(complete=False, parts={"entities": None}))

    assert article.parts["entities"].state == "waiting"
    assert article.mentions == ()


def test_an_article_without_a_title_counts_from_its_text() -> None:
    document = a_document(parts={"entities": None, "events": None}, events=[])
    del document["title"]

    assert read_article(document).content == TEXT


def test_events_come_without_what_is_the_index_s_own() -> None:
    [event] = read_article(a_document()).events

    assert event["event_type"] == "CONSULT"
    assert not {"order", "location"} & set(event)


def test_a_trace_ends_when_the_last_part_came() -> None:
    trace = read_trace(a_document())

    assert trace.pushed_at == datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC)
    assert trace.completed_at == datetime(1970, 1, 1, 0, 0, 4, tzinfo=UTC)
    assert trace.parts["events"].extractor_version == "test 1"


def test_a_trace_survives_a_version_that_no_calendar_reaches() -> None:
    trace = read_trace(a_document(version=10**17, complete=False))

    assert (trace.pushed_at, trace.completed_at) == (None, None)


def test_an_event_without_actors_is_described_by_ellipses() -> None:
    assert describe(MET) == "Ormish navy — consult (meet) — Ida Knoll"
    assert describe({"event_type": "PROTEST", "source": None}) == "… — protest — …"

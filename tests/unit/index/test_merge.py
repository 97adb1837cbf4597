"""Whatever the order of arrival, one document; and nothing in it that is not of its text."""

import itertools
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import (
    PUSHED_AT,
    a_mention,
    an_article,
    an_entity,
    an_event,
    entities_of,
    events_of,
)
from tidings.documents import ArticleDocument, is_taken_down
from tidings.messages import Actor, Article, ArticleEntities, ArticleEvents, DeadLetter
from tidings_index.decode import entities_found, events_found, pushed, stage_failed
from tidings_index.merge import merge
from tidings_index.received import Pushed, Received, Takedown

AT = PUSHED_AT + 500
LATER = PUSHED_AT + 90_000
OLD = an_article("Lock 1 closed", "Orm shut it.", article_id="lock", outlet="The Orm Post")
NEW = an_article("Lock 1 opens", "Orm says so.", article_id="lock", version=PUSHED_AT + 60_000)
LAST = an_article("Lock 1 again", "Orm opened it.", article_id="lock", version=LATER + 1)


def all_entities(article: Article, **fields: Any) -> ArticleEntities:
    start = article.content.index("Orm")
    return entities_of(
        article,
        mentions=(a_mention("Orm", start, entity_id="place:orm"),),
        entities=(an_entity(country="SWE"),),
        **fields,
    )


def all_events(article: Article, **fields: Any) -> ArticleEvents:
    start = article.content.index("Orm")
    actor = Actor(text="Orm", start=start, end=start + 3, name="Orm")
    return events_of(article, events=(an_event(source=actor),), **fields)


def a_failure(article: Article, stage: str, code: str = "extractor-failed") -> Received:
    letter = DeadLetter.model_validate(
        {
            "stage": stage, "code": code, "reason": "ValueError: no", "topic": "articles.raw",
            "partition": 0, "offset": 1, "timestamp": AT, "article_id": article.article_id,
            "version": article.version, "revision": article.revision,
            "died_at": "2026-03-01T00:00:00Z",
        }
    )  # fmt: skip
    failed = stage_failed(letter, at=AT)
    assert failed is not None
    return failed


ARRIVALS: tuple[Received, ...] = (
    pushed(OLD, at=AT),
    pushed(NEW, at=AT),
    pushed(NEW.model_copy(update={"outlet": "Another desk"}), at=AT + 1),
    entities_found(all_entities(OLD), at=AT),
    entities_found(all_entities(NEW, seconds=0.1), at=AT),
    entities_found(all_entities(NEW, seconds=0.2), at=AT),
    entities_found(entities_of(NEW, model_version="2026.10.9+test"), at=AT + 9),
    a_failure(NEW, "entities"),
    a_failure(OLD, "events"),
    events_found(all_events(OLD), at=AT),
    events_found(all_events(NEW, rules_version="2026.11.10"), at=AT),
    events_found(events_of(NEW, rules_version="2026.11.9"), at=AT + 9),
    a_failure(NEW, "events", "result-too-large"),
    a_failure(NEW, "events"),
)
RESTORATION: tuple[Received, ...] = (
    pushed(LAST, at=AT, restores=True),
    entities_found(all_entities(LAST), at=AT),
    events_found(all_events(LAST), at=AT),
)


def arrive(batches: Sequence[Sequence[Received]]) -> ArticleDocument:
    document: ArticleDocument | None = None
    for batch in batches:
        document = merge(document, batch)
    assert document is not None
    return document


def one_by_one(arrivals: Sequence[Received]) -> ArticleDocument:
    return arrive([[one] for one in arrivals])


@settings(max_examples=300, deadline=None)
@given(st.permutations(ARRIVALS + ARRIVALS), st.lists(st.integers(0, 28), max_size=6))
def test_every_order_redelivery_and_grouping_gives_the_same_document(
    arrivals: list[Received], cuts: list[int]
) -> None:
    edges = [0, *sorted(cuts), len(arrivals)]
    batches = [arrivals[start:end] for start, end in itertools.pairwise(edges) if start < end]
    assert arrive(batches) == merge(None, ARRIVALS)


@settings(max_examples=100, deadline=None)
@given(st.sets(st.sampled_from(range(len(ARRIVALS))), min_size=1), st.randoms())
def test_it_holds_for_every_part_of_the_arrivals_too(
    chosen: set[int], chance: random.Random
) -> None:
    some = [ARRIVALS[place] for place in sorted(chosen)]
    shuffled = some * 2
    chance.shuffle(shuffled)
    assert one_by_one(shuffled) == merge(None, some)


def test_all_orders_of_two_versions_with_results_and_a_failure_are_one_document() -> None:
    arrivals = [ARRIVALS[place] for place in (0, 1, 3, 4, 7, 10)]
    expected = merge(None, arrivals)
    assert all(one_by_one(order) == expected for order in itertools.permutations(arrivals))


def test_a_complete_article_has_words_facets_and_linked_events_of_one_version() -> None:
    document = merge(None, ARRIVALS)
    assert document["complete"]
    assert document["visible"]
    assert (document["title"], document["version"]) == ("Lock 1 opens", NEW.version)
    assert document["places"] == ["Orm"]
    assert document["countries"] == ["SWE"]
    assert document["entity_ids"] == ["place:orm"]
    [event] = document["events"]
    assert event["source"]["entity_id"] == "place:orm"
    assert event["source"]["country"] == "SWE"
    assert "failed" not in document


def test_an_entity_has_all_its_names_however_they_are_spelt() -> None:
    entity = an_entity(name="Örm", aliases=("ORM", "Ormstad"))
    found = entities_found(entities_of(OLD, entities=(entity,)), at=AT)
    document = merge(None, [ARRIVALS[0], found])
    assert document["places"] == ["Örm"]
    assert document["entity_names"] == ["place:orm", "place:ormstad"]


def test_the_result_of_the_higher_extractor_version_stays() -> None:
    parts = merge(None, ARRIVALS)["parts"]
    assert parts["entities"]["extractor_version"] == "2026.11.1+test"
    assert parts["events"]["extractor_version"] == "2026.11.10"


def test_results_of_an_older_text_are_kept_but_not_shown() -> None:
    older: list[Received] = [
        entities_found(all_entities(OLD), at=AT),
        events_found(all_events(OLD), at=AT),
    ]
    document = one_by_one([pushed(OLD, at=AT), *older, pushed(NEW, at=AT)])
    assert not document["complete"]
    assert document["parts"]["events"]["version"] == OLD.version
    assert {"events", "places", "entity_ids"}.isdisjoint(document)


def test_a_version_that_comes_back_is_shown_with_its_own_results() -> None:
    again = OLD.model_copy(update={"version": NEW.version + 1})
    document = merge(merge(None, ARRIVALS), [pushed(again, at=AT)])
    assert (document["title"], document["complete"]) == ("Lock 1 closed", False)


def test_an_unchanged_article_that_is_pushed_again_keeps_what_was_found() -> None:
    again = NEW.model_copy(update={"version": NEW.version + 1})
    document = merge(merge(None, ARRIVALS), [pushed(again, at=AT)])
    assert not document["complete"]
    assert (document["places"], len(document["events"])) == (["Orm"], 1)


def test_events_are_not_linked_before_the_entities_of_their_text_are_there() -> None:
    document = one_by_one([pushed(NEW, at=AT), events_found(all_events(NEW), at=AT)])
    assert document["events"][0]["source"]["entity_id"] is None
    assert not document["complete"]


def test_results_before_the_article_are_invisible() -> None:
    document = merge(None, [events_found(all_events(NEW), at=AT)])
    assert not document["visible"]
    assert "events" not in document


def test_failed_and_skipped_parts_count_as_done_and_are_named() -> None:
    skipped = entities_found(entities_of(NEW, skipped="written in Danish", language="da"), at=AT)
    document = one_by_one([pushed(NEW, at=AT), skipped, a_failure(NEW, "events")])
    assert document["complete"]
    assert (document["failed"], document["skipped"]) == (["events"], ["entities"])
    assert document["language"] == "da"


def test_a_success_replaces_a_failure_of_the_same_version_only() -> None:
    failed = merge(None, [pushed(NEW, at=AT), a_failure(NEW, "entities")])
    still = merge(failed, [entities_found(all_entities(OLD), at=AT)])
    mended = merge(still, [entities_found(all_entities(NEW), at=AT)])
    assert still["failed"] == ["entities"]
    assert "failed" not in mended


@pytest.mark.parametrize("at", [AT - 1, AT + 1])
def test_a_success_wins_even_where_its_extractor_has_no_number(at: int) -> None:
    found = entities_found(entities_of(NEW, model_version="local"), at=at)
    arrivals: list[Received] = [pushed(NEW, at=AT), found, a_failure(NEW, "entities")]
    assert "failed" not in one_by_one(arrivals)
    assert "failed" not in one_by_one(arrivals[::-1])


def test_the_producers_language_goes_before_the_identified_one() -> None:
    said = NEW.model_copy(update={"language": "sv"})
    found = entities_found(entities_of(said, language="no"), at=AT)
    first = merge(None, [found])
    assert merge(first, [pushed(said, at=AT)])["language"] == "sv"
    assert merge(first, [pushed(NEW, at=AT)])["language"] == "no"


@given(st.permutations([*ARRIVALS, Takedown("lock", LATER), Takedown("lock", AT)]))
def test_a_takedown_leaves_its_marker_and_keeps_everything_out(arrivals: list[Received]) -> None:
    assert one_by_one(arrivals) == {
        "article_id": "lock", "visible": False, "complete": False, "parts": {},
        "taken_down": LATER,
    }  # fmt: skip


@given(st.permutations([pushed(NEW, at=AT), pushed(LAST, at=AT), Takedown("lock", AT)]))
def test_a_push_that_is_not_meant_to_restore_stays_out_however_new(
    arrivals: list[Received],
) -> None:
    document = one_by_one(arrivals)
    assert is_taken_down(document)
    assert "title" not in document


@settings(max_examples=300, deadline=None)
@given(st.permutations([*ARRIVALS, Takedown("lock", AT), Takedown("lock", LATER), *RESTORATION]))
def test_a_push_that_is_meant_to_brings_an_article_back_in_every_order(
    arrivals: list[Received],
) -> None:
    document = one_by_one(arrivals)
    assert document == merge(None, arrivals) == merge(document, arrivals)
    assert not is_taken_down(document)
    assert document["complete"]
    assert (document["title"], document["restored"]) == ("Lock 1 again", LAST.version)
    assert [event["event_id"] for event in document["events"]] == ["e-closed-7"]


def test_a_takedown_after_the_restoration_holds_and_an_old_one_does_not_come_back() -> None:
    again = Takedown("lock", LAST.version + 1)
    back = merge(None, [Takedown("lock", LATER), *RESTORATION])
    assert is_taken_down(merge(back, [again]))
    assert is_taken_down(merge(merge(back, [again]), RESTORATION))
    assert merge(back, [Takedown("lock", AT)]) == back


def test_what_the_producer_left_out_is_not_in_the_document() -> None:
    document = merge(None, [pushed(an_article("Only a title", None), at=AT)])
    assert {"text", "url", "outlet", "authors", "published_at", "language"}.isdisjoint(document)


def test_the_raw_part_can_be_told_from_the_document() -> None:
    arrival = ARRIVALS[0]
    assert isinstance(arrival, Pushed)
    document = merge(None, [arrival])
    assert document["parts"]["raw"] == arrival.part
    assert {name: document.get(name) for name in arrival.content} == arrival.content

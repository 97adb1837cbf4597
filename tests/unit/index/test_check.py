"""What the index must hold is known from the heads of the topics; each difference has its word."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.factories import PUSHED_AT, an_article, an_entity, an_event, entities_of, events_of
from tidings_index.check import Checker
from tidings_index.decode import entities_found, events_found, pushed
from tidings_index.heads import Head, with_received
from tidings_index.merge import merge
from tidings_index.received import EntitiesFound, Received, Takedown

OLD = an_article("Lock 1 closed", article_id="lock")
NEW = an_article("Lock 1 opens", article_id="lock", version=PUSHED_AT + 9)


def everything_about(article: Any) -> list[Received]:
    return [
        pushed(article, at=article.version),
        entities_found(entities_of(article, entities=(an_entity(),)), at=article.version),
        events_found(events_of(article, events=(an_event(),)), at=article.version),
    ]


ALL = [*everything_about(OLD), *everything_about(NEW)]
TAKEDOWN = Takedown("lock", PUSHED_AT + 20)
RESTORED = pushed(NEW.model_copy(update={"version": PUSHED_AT + 30}), at=0, restores=True)


def found(said: Sequence[Received], document: Any) -> list[tuple[str, str]]:
    heads = {"lock": with_received(None, said)} if said else {}
    checker = Checker(heads)
    findings = [*checker.document("articles-v2", "lock", document), *checker.left_over()]
    return [(one.fault, one.detail) for one in findings]


def one_by_one(said: Sequence[Received]) -> Head | None:
    head = None
    for one in said:
        head = with_received(head, [one])
    return head


@pytest.mark.parametrize("said", [ALL, [*ALL, TAKEDOWN], [*ALL, TAKEDOWN, RESTORED], ALL[1:3]])
def test_a_document_that_merging_gives_is_right(said: Sequence[Received]) -> None:
    assert found(said, merge(None, said)) == []
    assert one_by_one(said) == with_received(None, said)


def test_a_document_that_knows_more_than_was_acknowledged_is_right() -> None:
    assert found(ALL[:3], merge(None, ALL)) == []
    assert found(ALL, merge(None, [*ALL, TAKEDOWN])) == []


def test_what_the_document_lacks_is_missing() -> None:
    assert found(ALL[:3], merge(None, ALL[:2])) == [("missing", "events")]
    assert [(one.article_id, one.fault) for one in Checker({"lock": Head()}).left_over()] == [
        ("lock", "missing")
    ]


def test_a_part_older_than_the_topics_is_stale() -> None:
    assert found(ALL, merge(None, ALL[:3])) == [("stale", "raw, entities, events")]
    again = events_of(NEW, rules_version="2026.12.1")
    later = events_found(again, at=PUSHED_AT + 9)
    assert found([*ALL, later], merge(None, ALL)) == [("stale", "events")]


def test_a_failure_is_older_than_a_success_of_the_same_version() -> None:
    push, success, events = everything_about(OLD)
    assert isinstance(success, EntitiesFound)
    part: Any = {**success.part, "failure": {"code": "extractor-failed", "reason": "It raised."}}
    failure = EntitiesFound("lock", part)
    assert found([failure, push, success, events], merge(None, [push, failure, events])) == [
        ("stale", "entities")
    ]


def test_a_takedown_or_a_restoration_that_did_not_arrive_is_stale() -> None:
    [(fault, detail)] = found([*ALL, TAKEDOWN], merge(None, ALL))
    assert (fault, detail) == ("stale", "raw, entities, events, taken_down")
    lacks_raw, lacks_restoration = found([*ALL, TAKEDOWN, RESTORED], merge(None, [*ALL, TAKEDOWN]))
    assert lacks_raw == ("missing", "raw")
    assert lacks_restoration == ("stale", "restored")


def test_an_article_of_which_the_topics_say_nothing_is_unknown() -> None:
    assert found([], merge(None, ALL)) == [("unknown", "in articles-v2")]


def test_a_document_that_its_parts_do_not_give_is_damaged() -> None:
    document = merge(None, ALL)
    for damage in ({"people": ["Nobody"]}, {"complete": False}, {"taken_down": 5}):
        assert ("damaged", "it does not follow from its parts") in found(
            ALL, {**document, **damage}
        )
    for foreign in ({}, {"article_id": "lock"}, {**document, "parts": {"raw": 1}}, "words"):
        [(fault, detail)] = found(ALL, foreign)
        assert fault == "damaged"
        assert "not a document of ours" in detail


def test_an_article_in_two_indexes_and_an_event_twice_are_doubled() -> None:
    document = merge(None, ALL)
    checker = Checker({"lock": with_received(None, ALL)})
    assert list(checker.document("articles-v2", "lock", document)) == []
    [doubled] = checker.document("articles-v2-2", "lock", document)
    assert (doubled.fault, doubled.detail) == ("doubled", "in articles-v2 and in articles-v2-2")
    twice = [*ALL[3:5], events_found(events_of(NEW, events=(an_event(), an_event())), at=1)]
    assert found(twice, merge(None, twice)) == [("doubled", "events e-closed-7")]

from dataclasses import replace
from typing import Any, cast

from tests.factories import PUSHED_AT, an_article, an_incoming
from tests.faults.audit import STAGES, Evidence, Found, Pushed, Result, audit
from tidings.deadletters import dead_letter
from tidings.documents import ArticleDocument
from tidings.errors import InvalidMessage
from tidings.messages import Article, DeadLetter, Stage

ONE, OTHER = an_article("One"), an_article("Other")
NEWER = an_article("One", "Corrected.", article_id=ONE.article_id, version=PUSHED_AT + 5)


def test_articles_that_are_complete_in_their_newest_version_are_all_right() -> None:
    found = audit(evidence(ONE, OTHER))

    assert (found.articles, found.complete, found.dead) == (2, 2, 0)
    assert (found.lost, found.doubled, found.wrong_version, found.redeliveries) == (0, 0, 0, 0)


def test_an_article_without_a_document_is_lost() -> None:
    assert audit(replace(evidence(ONE, OTHER), documents=[a_document(ONE)])).lost == 1


def test_an_article_of_which_a_part_never_came_is_lost() -> None:
    half = a_document(ONE, complete=False)

    assert audit(replace(evidence(ONE), documents=[half])).lost == 1


def test_an_article_that_was_confirmed_and_is_not_in_kafka_is_lost() -> None:
    nothing = evidence()

    assert audit(replace(nothing, confirmed=frozenset({ONE.article_id}))).lost == 1


def test_an_article_with_a_dead_letter_of_its_newest_version_is_dead_and_not_lost() -> None:
    failed = a_document(ONE, failed=["events"])
    found = audit(replace(evidence(ONE), documents=[failed], letters=[a_letter("events", ONE)]))

    assert (found.complete, found.dead, found.lost) == (0, 1, 0)


def test_a_dead_letter_of_an_older_version_accounts_for_nothing() -> None:
    given = replace(evidence(ONE, NEWER), documents=[], letters=[a_letter("events", ONE)])

    assert audit(given).lost == 1


def test_an_unreadable_record_needs_a_letter_of_every_stage() -> None:
    letters = [a_letter(stage) for stage in STAGES]
    given = replace(evidence(), unreadable=[letters[0].origin], letters=letters)

    assert (audit(given).dead, audit(given).lost) == (1, 0)
    assert audit(replace(given, letters=letters[:2])).lost == 1
    silent = [letter.model_copy(update={"reason": ""}) for letter in letters]
    assert audit(replace(given, letters=silent)).lost == 1


def test_a_document_that_nobody_pushed_is_doubled() -> None:
    assert audit(replace(evidence(ONE), documents=documents(ONE, OTHER))).doubled == 1


def test_two_documents_of_one_article_are_doubled() -> None:
    assert audit(replace(evidence(ONE), documents=documents(ONE, ONE))).doubled == 1


def test_an_event_or_a_mention_that_is_there_twice_is_doubled() -> None:
    events = a_document(ONE, events=[{"event_id": "e"}, {"event_id": "e"}])
    mentions = a_document(ONE)
    mentions["parts"]["entities"]["mentions"] *= 3

    assert audit(replace(evidence(ONE), documents=[events])).doubled == 1
    assert audit(replace(evidence(ONE), documents=[mentions])).doubled == 2


def test_a_document_of_an_older_version_is_wrong() -> None:
    assert audit(replace(evidence(ONE, NEWER), documents=[a_document(ONE)])).wrong_version == 1


def test_a_complete_document_with_a_part_of_another_version_is_wrong() -> None:
    mixed = a_document(NEWER)
    mixed["parts"]["events"]["version"] = ONE.version

    assert audit(replace(evidence(ONE, NEWER), documents=[mixed])).wrong_version == 1


def test_a_document_that_holds_what_was_found_in_another_text_is_wrong() -> None:
    def expected(revision: str) -> Found:
        return Found((f"of {revision}",), (f"e {revision}",))

    right = a_document(ONE)
    right["events"] = [{"event_id": f"e {ONE.revision}"}]
    right["parts"]["entities"]["mentions"][0]["text"] = f"of {ONE.revision}"
    given = replace(evidence(ONE), documents=[right], expected=expected)
    assert audit(given).wrong_version == 0
    right["events"] = [{"event_id": f"e {OTHER.revision}"}]
    assert audit(given).wrong_version == 1


def test_what_was_done_again_is_counted() -> None:
    results = [Result("entities", ONE.article_id, ONE.version)] * 3
    letters = [a_letter("events"), a_letter("events"), a_letter("index")]
    given = replace(evidence(ONE, ONE), results=results, letters=letters, repeats=10)

    assert audit(given).redeliveries == 10 + 1 + 2 + 1


def evidence(*articles: Article) -> Evidence:
    """All of them pushed in this order, the last of each id complete, and nothing done twice."""
    last = {one.article_id: one for one in articles}
    return Evidence(
        confirmed=frozenset(last),
        pushed=[Pushed(one.article_id, one.version, one.revision) for one in articles],
        unreadable=[],
        results=[],
        letters=[],
        documents=documents(*last.values()),
        repeats=0,
    )


def documents(*articles: Article) -> list[ArticleDocument]:
    return [a_document(one) for one in articles]


def a_document(article: Article, **fields: Any) -> Any:
    version = {"version": article.version, "revision": article.revision}
    mention = {"text": "Orm", "start": 0, "end": 3, "label": "GPE"}
    return {
        "article_id": article.article_id,
        "complete": True,
        **version,
        "events": [{"event_id": "e-1"}],
        "parts": {"entities": {**version, "mentions": [mention]}, "events": dict(version)},
        **fields,
    }


def a_letter(stage: str, article: Article | None = None) -> DeadLetter:
    fault = InvalidMessage("extractor-failed" if article else "not-json", "it cannot be used")
    return dead_letter(
        cast(Stage, stage), an_incoming(b"?"), fault, article=article, max_bytes=1_000_000
    )

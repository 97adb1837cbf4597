"""What became of every article: pure functions over what was read when all was quiet."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tidings.documents import ArticleDocument
from tidings.messages import DeadLetter, Stage

STAGES: tuple[Stage, ...] = ("entities", "events", "index")


class Pushed(NamedTuple):
    """One readable record of the raw topic."""

    article_id: str
    version: int
    revision: str


class Result(NamedTuple):
    """One record of a topic of results."""

    stage: str
    article_id: str
    version: int


class Found(NamedTuple):
    """What is to be found in a text of one revision, by the fake extractors alone."""

    mentions: tuple[str, ...]
    events: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """`confirmed` are the articles that somebody was told are pushed, `unreadable` the origins of
    raw records that are no articles, `repeats` what the services counted as done again."""

    confirmed: frozenset[str]
    pushed: Sequence[Pushed]
    unreadable: Sequence[str]
    results: Sequence[Result]
    letters: Sequence[DeadLetter]
    documents: Sequence[ArticleDocument]
    repeats: int
    expected: Callable[[str], Found] | None = None


@dataclass(frozen=True)
class Verdict:
    articles: int
    complete: int
    dead: int
    lost: int
    doubled: int
    wrong_version: int
    redeliveries: int


def audit(evidence: Evidence) -> Verdict:
    """Counts what was promised to be 0 together with what shows that it was put to the test.

    Lost is what is neither complete in the index nor a dead letter; a record that nobody can read
    needs a letter of each stage that reads it.
    """
    newest = newest_versions(evidence.pushed)
    articles = newest.keys() | evidence.confirmed
    complete = {
        one["article_id"]
        for one in evidence.documents
        if one["complete"] and not one.get("failed") and one["article_id"] in articles
    }
    dead = _dead_articles(evidence, newest) - complete
    set_aside = _set_aside(evidence)
    lost = articles - complete - dead
    return Verdict(
        articles=len(articles) + len(evidence.unreadable),
        complete=len(complete),
        dead=len(dead) + len(set_aside),
        lost=len(lost) + len(evidence.unreadable) - len(set_aside),
        doubled=_doubled(evidence.documents, articles),
        wrong_version=sum(_is_wrong(one, newest, evidence.expected) for one in evidence.documents),
        redeliveries=evidence.repeats
        + _beyond_one((one.article_id, one.revision) for one in evidence.pushed)
        + _beyond_one(evidence.results)
        + _beyond_one((letter.origin, letter.stage) for letter in evidence.letters),
    )


def newest_versions(pushed: Iterable[Pushed]) -> dict[str, tuple[int, str]]:
    """The version and revision that counts, of each article."""
    newest: dict[str, tuple[int, str]] = {}
    for one in pushed:
        this = (one.version, one.revision)
        newest[one.article_id] = max(newest.get(one.article_id, this), this)
    return newest


def _dead_articles(evidence: Evidence, newest: dict[str, tuple[int, str]]) -> set[str]:
    """Those of whose newest version a stage could make nothing. The index refuses what it may
    not be able to read: its letters may name no version."""
    return {
        letter.article_id
        for letter in evidence.letters
        if letter.article_id in newest
        and (
            (letter.version, letter.revision) == newest[letter.article_id]
            or (letter.stage == "index" and letter.version is None)
        )
    }


def _set_aside(evidence: Evidence) -> set[str]:
    """The unreadable records of which every stage has written a letter with a reason."""
    stages: dict[str, set[Stage]] = {}
    for letter in evidence.letters:
        if letter.reason:
            stages.setdefault(letter.origin, set()).add(letter.stage)
    return {origin for origin in evidence.unreadable if stages.get(origin, set()) >= {*STAGES}}


def _doubled(documents: Sequence[ArticleDocument], articles: Iterable[str]) -> int:
    known = set(articles)
    ids = [one["article_id"] for one in documents]
    strangers = sum(article_id not in known for article_id in ids)
    within = sum(
        _beyond_one(event["event_id"] for event in one.get("events", []))
        + _beyond_one(
            (mention["start"], mention["end"], mention["label"]) for mention in _mentions(one)
        )
        for one in documents
    )
    return strangers + _beyond_one(ids) + within


def _is_wrong(
    document: ArticleDocument,
    newest: dict[str, tuple[int, str]],
    expected: Callable[[str], Found] | None,
) -> bool:
    """Whether it says something else than the newest version of its article, in any part."""
    wanted = newest.get(document["article_id"])
    if wanted is None or "version" not in document:
        return False  # a stranger or without words: counted as doubled or lost
    if (document["version"], document["revision"]) != wanted:
        return True
    if not document["complete"] or document.get("failed"):
        return False
    parts = document["parts"]
    found_in = {
        (parts[name]["version"], parts[name]["revision"]) for name in ("entities", "events")
    }
    if found_in != {wanted}:
        return True
    return expected is not None and set(_found(document)) != set(expected(wanted[1]))


def _found(document: ArticleDocument) -> Found:
    """Without what is doubled, which is counted elsewhere."""
    mentions = dict.fromkeys(mention["text"] for mention in _mentions(document))
    events = dict.fromkeys(event["event_id"] for event in document.get("events", []))
    return Found(tuple(mentions), tuple(events))


def _mentions(document: ArticleDocument) -> list[dict[str, Any]]:
    part = document["parts"].get("entities")
    return part["mentions"] if part else []


def _beyond_one(things: Iterable[Hashable]) -> int:
    return sum(count - 1 for count in Counter(things).values())

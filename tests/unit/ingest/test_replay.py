"""Which articles a replay takes, and what it says of how it goes."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tests.factories import PUSHED_AT, an_article, an_incoming
from tests.unit.ingest.test_dead import a_letter
from tidings.deadletters import Incoming
from tidings.errors import EngineUnavailable
from tidings.history import Span
from tidings.messages import RESTORE_HEADER, Article
from tidings_ingest.backlog import Backlog, watch
from tidings_ingest.replay import Survey, Wanted, died, replay

LATER = PUSHED_AT + 60_000
ANY = Wanted()
PART = ("articles.backfill.events", 0)
OFFSETS = itertools.count()


def survey(*records: Incoming, wanted: Wanted = ANY) -> Survey:
    found = Survey(wanted, max_chars=1000)
    for record in records:
        found.take(record)
    return found


def raw(article: Article, offset: int, **fields: Any) -> Incoming:
    return an_incoming(
        article.to_bytes(), key=article.article_id.encode(), partition=0, offset=offset, **fields
    )


def tombstone(article: Article, at: int) -> Incoming:
    return an_incoming(None, key=article.article_id.encode(), timestamp=at, offset=99)


OLD = an_article(article_id="a", outlet="gazette")
NEW = an_article("Lock 1 opens", article_id="a", version=LATER, outlet="herald")
RESTORING = {RESTORE_HEADER: b"1"}


@pytest.mark.parametrize("order", list(itertools.permutations([raw(OLD, 1), raw(NEW, 2)])))
def test_the_newest_version_is_taken_in_whatever_order_they_came(order: list[Incoming]) -> None:
    assert survey(*order).places() == {0: {2}}


@pytest.mark.parametrize(
    ("records", "places"),
    [
        ([raw(OLD, 1), tombstone(OLD, LATER)], {}),
        ([tombstone(OLD, LATER), raw(OLD, 1)], {}),
        ([tombstone(OLD, PUSHED_AT), raw(NEW, 2)], {}),
        ([tombstone(OLD, PUSHED_AT), raw(NEW, 2, headers=RESTORING)], {0: {2}}),
        ([raw(NEW, 2, headers=RESTORING), tombstone(OLD, LATER)], {}),
        ([tombstone(OLD, PUSHED_AT), raw(OLD, 1, headers=RESTORING)], {}),
    ],
    ids=[
        "taken down", "in any order", "pushed again, but not to restore", "restored",
        "taken down after it was restored", "restored by a version that was taken down",
    ],
)  # fmt: skip
def test_what_is_taken_down_stays_down_as_the_index_judges_it(
    records: list[Incoming], places: dict[int, set[int]]
) -> None:
    assert survey(*records).places() == places


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (Wanted(outlet="herald"), True),
        (Wanted(outlet="gazette"), False),  # an older version was theirs
        (Wanted(article="a"), True),
        (Wanted(article="b"), False),
        (Wanted(since=LATER), True),
        (Wanted(since=LATER + 1), False),
        (Wanted(until=LATER), False),
        (Wanted(until=LATER + 1, since=PUSHED_AT), True),
    ],
)
def test_filters_speak_of_the_newest_version(wanted: Wanted, taken: bool) -> None:
    assert survey(raw(OLD, 1), raw(NEW, 2), wanted=wanted).chosen == int(taken)


def test_an_article_without_a_key_can_be_asked_for_by_its_id() -> None:
    without_key = an_incoming(NEW.to_bytes(), key=None)
    assert survey(without_key, wanted=Wanted(article="a")).chosen == 1


def test_what_cannot_be_decoded_is_passed_over_and_counted() -> None:
    found = survey(raw(OLD, 1), an_incoming(b"{"), an_incoming(None, key=None))
    assert (found.chosen, found.undecodable) == (1, 2)
    assert found.summary() == "1 of 1 article wanted, passed over 2 that cannot be decoded"


def test_dead_letters_of_this_run_are_told_from_others() -> None:
    def letters() -> Iterator[Incoming]:
        for part, offset in [(PART[0], 4), (PART[0], 5), (PART[0], 5), ("articles.raw", 5)]:
            letter = a_letter(topic=part, partition=0, offset=offset)
            yield an_incoming(letter.to_bytes(), topic="articles.dead")
        yield an_incoming(None, topic="articles.dead")

    assert died(letters(), {PART: Span(5, 9)}) == 1


def a_backlog(start: int, committed: int, end: int = 10) -> Backlog:
    return Backlog({PART: Span(start, end)}, {PART: committed})


def test_what_was_deleted_before_anybody_acknowledged_it_counts_as_dropped() -> None:
    run = {PART: Span(4, 10)}
    assert a_backlog(start=10, committed=6).dropped(run) == 4
    assert a_backlog(start=8, committed=0).dropped(run) == 4
    assert a_backlog(start=6, committed=6).dropped(run) == 0


class Watching:
    """A backlog that is read once a second: numbers are offsets that are acknowledged."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = iter(answers)
        self.said: list[str] = []
        self.now = 0.0

    def read(self) -> Backlog:
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return a_backlog(0, answer)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def run(self) -> None:
        watch(self.read, lambda _: None, self.said.append, sleep=self.sleep, clock=lambda: self.now)


def test_watching_ends_when_nothing_waits_and_says_nothing() -> None:
    watching = Watching(0, 5, 10)
    watching.run()
    assert (watching.said, watching.now) == ([], 2.0)


def test_it_is_said_once_when_no_worker_takes_anything() -> None:
    watching = Watching(*[3] * 60, 10)
    watching.run()
    (sentence,) = watching.said
    assert "none seems to run" in sentence


def test_workers_that_take_something_now_and_then_are_not_suspected() -> None:
    watching = Watching(*[1] * 25, *[2] * 25, 10)
    watching.run()
    assert watching.said == []


def test_watching_outlives_an_outage_and_says_so_once() -> None:
    watching = Watching(1, *[EngineUnavailable("Kafka does not answer.")] * 3, 10)
    watching.run()
    assert watching.said == ["Kafka does not answer."]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from", "yesterday"], "'yesterday' is no date"),
        (["--watch", "--cancel"], "stand alone"),
        (["--cancel", "--outlet", "x"], "stand alone"),
    ],
)
def test_bad_usage_is_one_sentence_and_status_two(arguments: list[str], sentence: str) -> None:
    app = typer.Typer()
    app.command()(replay)
    result = CliRunner().invoke(app, ["--stage", "events", *arguments])
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert sentence in result.stderr

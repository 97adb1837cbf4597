"""The writer loses nothing and doubles nothing, whatever Elasticsearch does."""

import time
from collections.abc import Callable
from typing import Any, cast

import pytest
from elasticsearch import AsyncElasticsearch, ConnectionError, ConnectionTimeout

from tests.elastic_answers import api_error
from tests.factories import PUSHED_AT, an_article, an_entity, entities_of, events_of
from tests.measured import measured
from tests.unit.index.fake_elasticsearch import FakeElasticsearch
from tidings.elastic import Outage
from tidings_index.decode import entities_found, events_found, pushed
from tidings_index.merge import merge
from tidings_index.received import Received, Takedown
from tidings_index.writer import Refusal, Writer

AT = PUSHED_AT + 500
ARTICLE = an_article(article_id="lock")
PUSH = pushed(ARTICLE, at=AT)
ENTITIES = entities_found(entities_of(ARTICLE, entities=(an_entity(),)), at=AT)
EVENTS = events_found(events_of(ARTICLE), at=AT)
ALL: list[Received] = [PUSH, ENTITIES, EVENTS]

NOT_MAPPABLE = {"type": "document_parsing_exception", "reason": "failed to parse field [title]"}


class Impatient(Outage):
    """Notes the reasons and does not wait."""

    def __init__(self) -> None:
        super().__init__()
        self.reasons: list[str] = []

    async def pause(self, reason: str) -> None:
        self.reasons.append(reason)
        self._began = self._began or time.monotonic()


class Desk:
    """A writer, the index it writes to, and what it waited for."""

    def __init__(self) -> None:
        self.index = FakeElasticsearch()
        self.outage = Impatient()
        client = cast(AsyncElasticsearch, self.index)
        self.writer = Writer(client, "articles", self.outage, bulk_bytes=10_000)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def some(count: int) -> list[Received]:
    return [pushed(an_article(f"Lock {n}", article_id=f"lock-{n}"), at=AT) for n in range(count)]


def completions() -> float:
    return measured("tidings_complete_seconds_count")


async def test_all_that_is_received_of_an_article_is_one_write(desk: Desk) -> None:
    assert await desk.writer.write(ALL) == []
    assert desk.index["lock"] == merge(None, ALL)
    assert len(desk.index.requests) == 1
    assert desk.index.requests[0][0] == {"create": {"_index": "articles-v1", "_id": "lock"}}


async def test_a_later_part_replaces_only_the_document_that_was_read(desk: Desk) -> None:
    await desk.writer.write([PUSH])
    await desk.writer.write([ENTITIES, EVENTS])
    action = desk.index.requests[1][0]["index"]
    assert action == {"_index": "articles-v1", "_id": "lock", "if_seq_no": 1, "if_primary_term": 1}
    assert desk.index["lock"] == merge(None, ALL)


async def test_what_changes_nothing_is_not_written(desk: Desk) -> None:
    await desk.writer.write(ALL)
    await desk.writer.write([EVENTS, PUSH, PUSH])
    assert len(desk.index.requests) == 1


async def test_after_a_conflict_it_reads_and_merges_again(desk: Desk) -> None:
    def another_is_faster(work: Callable[[], Any]) -> Any:
        desk.index.documents["lock"] = (7, merge(None, [ENTITIES]))
        return work()

    desk.index.writing.append(another_is_faster)
    assert await desk.writer.write([PUSH, EVENTS]) == []
    assert desk.index["lock"] == merge(None, ALL)
    assert desk.outage.reasons == []


async def test_a_bulk_that_was_accepted_before_its_answer_was_lost_is_not_doubled(
    desk: Desk,
) -> None:
    def answer_is_lost(work: Callable[[], Any]) -> Any:
        work()
        raise ConnectionTimeout("no answer")

    desk.index.writing.append(answer_is_lost)
    assert await desk.writer.write(ALL) == []
    assert desk.index.documents["lock"] == (1, merge(None, ALL))
    assert len(desk.outage.reasons) == 1


@pytest.mark.parametrize(
    "fault",
    [ConnectionError("refused"), *(api_error(status) for status in (401, 403, 404, 429, 500, 503))],
)
async def test_it_waits_out_whatever_passes(desk: Desk, fault: Exception) -> None:
    desk.index.reading.append(fault)
    desk.index.writing.append(fault)
    assert await desk.writer.write(ALL) == []
    assert len(desk.outage.reasons) == 2
    assert desk.index["lock"] == merge(None, ALL)


async def test_a_request_that_is_wrong_in_itself_is_no_reason_to_wait(desk: Desk) -> None:
    desk.index.writing.append(api_error(400))
    with pytest.raises(type(api_error(400))):
        await desk.writer.write(ALL)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "full"}},
        {"status": 403, "error": {"type": "cluster_block_exception", "reason": "read-only"}},
        {"status": 400, "error": {"type": "index_closed_exception", "reason": "closed"}},
        {"status": 404, "error": {"type": "index_not_found_exception", "reason": "gone"}},
    ],
)
async def test_only_the_items_that_could_not_be_taken_now_are_sent_again(
    desk: Desk, answer: dict[str, Any]
) -> None:
    faults = [answer]
    desk.index.refuses = lambda document: (
        faults.pop() if faults and document["article_id"] == "lock-1" else None
    )
    assert await desk.writer.write(some(3)) == []
    assert [len(lines) // 2 for lines in desk.index.requests] == [3, 1]
    assert desk.outage.reasons == [
        f"{answer['status']} {answer['error']['type']}: {answer['error']['reason']}"
    ]


async def test_a_document_that_cannot_be_mapped_is_refused_and_the_others_are_written(
    desk: Desk,
) -> None:
    cause = {"type": "illegal_argument_exception", "reason": "not a date"}
    bad = {"status": 400, "error": {**NOT_MAPPABLE, "caused_by": cause}}
    desk.index.refuses = lambda document: bad if document["article_id"] == "lock-1" else None
    assert await desk.writer.write(some(3)) == [
        Refusal(
            1,
            "document_parsing_exception: failed to parse field [title]; "
            "illegal_argument_exception: not a date",
        )
    ]
    assert set(desk.index.documents) == {"lock-0", "lock-2"}


async def test_the_part_that_cannot_be_mapped_is_found_among_those_of_its_article(
    desk: Desk,
) -> None:
    bad = {"status": 400, "error": NOT_MAPPABLE}
    desk.index.refuses = lambda document: bad if "entities" in document["parts"] else None
    refusals = await desk.writer.write(ALL)
    assert [refusal.position for refusal in refusals] == [1]
    assert desk.index["lock"] == merge(None, [PUSH, EVENTS])


async def test_a_batch_that_is_too_large_is_halved(desk: Desk) -> None:
    desk.index.most_bytes = 2_000
    assert await desk.writer.write(some(20)) == []
    assert len(desk.index.documents) == 20


async def test_one_document_that_is_too_large_alone_is_refused(desk: Desk) -> None:
    desk.index.most_bytes = 2_000
    long = pushed(an_article("Lock", "Closed. " * 500, article_id="long"), at=AT)
    [refusal] = await desk.writer.write([*some(2), long])
    assert refusal.position == 2
    assert "413" in refusal.reason
    assert len(desk.index.documents) == 2


async def test_bulks_are_kept_below_the_limit_of_bytes(desk: Desk) -> None:
    await desk.writer.write(some(40))
    assert len(desk.index.requests) > 1
    assert sum(len(lines) // 2 for lines in desk.index.requests) == 40


async def test_nothing_received_asks_nothing(desk: Desk) -> None:
    assert await desk.writer.write([]) == []
    assert desk.index.requests == []


async def test_an_article_becomes_complete_once_for_each_version(desk: Desk) -> None:
    before = completions()
    await desk.writer.write([PUSH, ENTITIES])
    assert completions() == before
    await desk.writer.write([EVENTS])
    await desk.writer.write([pushed(ARTICLE, at=AT + 1)])
    assert completions() == before + 1
    again = ARTICLE.model_copy(update={"version": AT + 1})
    await desk.writer.write([pushed(again, at=AT)])
    await desk.writer.write([entities_found(entities_of(again), at=AT)])
    await desk.writer.write([events_found(events_of(again), at=AT)])
    assert completions() == before + 2


async def test_a_takedown_stays(desk: Desk) -> None:
    await desk.writer.write([*ALL, Takedown("lock", AT)])
    await desk.writer.write(ALL)
    assert desk.index["lock"] == merge(None, [Takedown("lock", AT)])


async def test_documents_are_counted_by_what_became_of_them(desk: Desk) -> None:
    name = "tidings_bulk_documents_total"
    outcomes = ("written", "unchanged", "refused")
    before = [measured(name, outcome=outcome) for outcome in outcomes]
    bad = {"status": 400, "error": NOT_MAPPABLE}
    desk.index.refuses = lambda document: bad if document["article_id"] == "lock-1" else None
    await desk.writer.write(some(3))
    await desk.writer.write(some(1))
    after = [measured(name, outcome=outcome) for outcome in outcomes]
    assert [b - a for a, b in zip(before, after, strict=True)] == [2, 1, 1]


async def test_articles_that_are_too_much_for_one_answer_are_read_by_fewer(desk: Desk) -> None:
    desk.index.most_ids = 3
    assert await desk.writer.write(some(50)) == []
    assert len(desk.index.documents) == 50
    assert desk.outage.reasons


async def test_an_index_of_another_mapping_version_is_waited_out_and_never_written_to(
    desk: Desk,
) -> None:
    desk.index.index, desk.index.versions = "articles-v99", {"articles-v99": 99}
    desk.index.moves.extend(["articles-v99", "articles-v1"])
    assert await desk.writer.write(ALL) == []
    assert len(desk.outage.reasons) == 2
    assert "the index articles-v99 has mapping version 99" in desk.outage.reasons[0]
    assert "`tidings index rebuild`" in desk.outage.reasons[0]
    [(action, _)] = desk.index.requests
    assert action["create"]["_index"] == "articles-v1"

"""Elasticsearch in full or not at all, in time, and fairly; over a small stand-in for it."""

import asyncio
from typing import Any

import pytest
from anyio import CancelScope
from elastic_transport import ApiResponse, ConnectionError
from elasticsearch import ApiError

from tests.elastic_answers import api_error
from tidings.errors import EngineUnavailable
from tidings_search.cursor import CursorMistake
from tidings_search.engine import Engine, TooSlow
from tidings_search.timeline import TooManyBars

FULL = {"settings": {"index": {"blocks": {"read_only_allow_delete": "true"}}}}
IN_TIME = {"timed_out": False, "hits": {}}


class StandIn:
    """Answers every search with `answer`, or fails with it; `state` is that of its index."""

    def __init__(self, answer: Any = None, state: dict[str, Any] | None = None) -> None:
        self.answer = IN_TIME if answer is None else answer
        self.state = state
        self.asked: list[dict[str, Any]] = []
        self.closed: list[str] = []
        self.questions = self.at_once = self.most_at_once = 0
        self.indices = self

    def options(self, **_: object) -> "StandIn":
        return self

    async def search(self, **asked: Any) -> ApiResponse[Any]:
        self.asked.append(asked)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return self._said(self.answer)

    async def mget(self, *, index: str, ids: list[str]) -> ApiResponse[Any]:
        return self._said(self.answer)

    async def exists_alias(self, *, name: str) -> ApiResponse[Any]:
        return self._said(self.answer)

    async def close_point_in_time(self, *, id: str) -> ApiResponse[Any]:
        await asyncio.sleep(0)
        self.closed.append(id)
        return self._said(self.answer)

    async def get(self, *, index: str, filter_path: str) -> ApiResponse[Any]:
        self.questions += 1
        return self._said(
            ConnectionError("refused") if self.state is None else {"i-v2": self.state}
        )

    def _said(self, answer: Any) -> ApiResponse[Any]:
        if isinstance(answer, Exception):
            raise answer
        return ApiResponse(body=answer, meta=None)


def an_engine(stand_in: StandIn) -> Engine:
    return Engine(stand_in, "articles")  # type: ignore[arg-type]


async def test_a_part_of_the_shards_is_never_taken_for_the_whole() -> None:
    stand_in = StandIn()
    await an_engine(stand_in).search({})
    assert stand_in.asked[0]["allow_partial_search_results"] is False


async def test_a_search_that_ran_out_of_time_is_none() -> None:
    with pytest.raises(TooSlow, match="took too long"):
        await an_engine(StandIn({"timed_out": True, "hits": {}})).search({})


@pytest.mark.parametrize(
    "failure",
    [ConnectionError("refused"), api_error(503, "search_phase_execution_exception"),
     api_error(429, "es_rejected_execution_exception"), api_error(401, "security_exception")],
)  # fmt: skip
async def test_what_passes_by_itself_is_a_state_and_not_a_fault(failure: Exception) -> None:
    engine = an_engine(StandIn(failure))
    with pytest.raises(EngineUnavailable, match="Elasticsearch does not answer"):
        await engine.search({})
    assert not (await engine.ready()).ok


async def test_a_missing_index_is_named() -> None:
    with pytest.raises(EngineUnavailable, match="“articles” does not exist yet"):
        await an_engine(StandIn(api_error(404, "index_not_found_exception"))).search({})


async def test_a_fault_of_ours_is_not_hidden_behind_an_outage() -> None:
    with pytest.raises(ApiError):
        await an_engine(StandIn(api_error(400, "parsing_exception"))).search({})


async def test_a_point_in_time_is_asked_for_in_place_of_the_index() -> None:
    stand_in = StandIn()
    await an_engine(stand_in).search({"size": 1}, at="pit")

    [asked] = stand_in.asked
    assert "index" not in asked
    assert asked["body"]["pit"]["id"] == "pit"
    assert asked["body"]["size"] == 1


async def test_a_point_in_time_that_is_over_is_a_cursor_that_is_too_old() -> None:
    lost = api_error(404, "search_phase_execution_exception", "search_context_missing_exception")
    with pytest.raises(CursorMistake, match="too old"):
        await an_engine(StandIn(lost)).search({}, at="pit")


async def test_more_stretches_than_are_counted_at_once_are_a_mistake_of_the_asker() -> None:
    many = api_error(400, "search_phase_execution_exception", "too_many_buckets_exception")
    with pytest.raises(TooManyBars, match="choose a longer interval"):
        await an_engine(StandIn(many)).search({})


async def test_a_point_in_time_that_cannot_be_closed_costs_nobody_an_answer() -> None:
    stand_in = StandIn(ConnectionError("refused"))
    await an_engine(stand_in).close_point_in_time("pit")
    assert stand_in.closed == ["pit"]


async def test_a_point_in_time_is_closed_also_for_who_has_gone_away() -> None:
    stand_in = StandIn()
    with CancelScope() as scope:
        scope.cancel()
        await an_engine(stand_in).close_point_in_time("point")
    assert stand_in.closed == ["point"]


async def test_heavy_searches_leave_room_for_others() -> None:
    stand_in = StandIn()
    engine = an_engine(stand_in)
    await asyncio.gather(*(engine.search({}) for _ in range(10)))
    assert stand_in.most_at_once == 3
    await asyncio.gather(*(engine.search({}, heavy=False) for _ in range(10)))
    assert stand_in.most_at_once == 10


async def test_heavy_searches_go_on_after_some_have_failed() -> None:
    stand_in = StandIn(ConnectionError("refused"))
    engine = an_engine(stand_in)
    for _ in range(5):
        with pytest.raises(EngineUnavailable):
            await engine.search({})
    stand_in.answer = IN_TIME
    assert await engine.search({}) == IN_TIME


async def test_a_document_that_a_shard_could_not_read_is_not_a_missing_one() -> None:
    lost = {"docs": [{"_id": "a", "error": {"type": "no_shard_available_action_exception"}}]}
    with pytest.raises(EngineUnavailable):
        await an_engine(StandIn(lost)).get("a")
    assert await an_engine(StandIn({"docs": [{"_id": "a", "found": False}]})).get("a") is None


async def test_a_notice_says_that_nothing_new_comes_in_and_is_not_asked_for_at_each_page() -> None:
    quiet = StandIn(state=FULL)
    engine = an_engine(quiet)
    said = {await engine.notice() for _ in range(10)}

    assert [notice.what for notice in said if notice] == ["The index is read-only: disk."]
    assert quiet.questions == 1


async def test_a_notice_says_that_the_index_lacks_articles_until_it_is_rebuilt() -> None:
    unfinished = {"mappings": {"_meta": {"version": 2, "rebuild": {"positions": {}}}}}
    notice = await an_engine(StandIn(state=unfinished)).notice()

    assert notice
    assert notice.what == "Older articles may be missing."


async def test_a_notice_that_elasticsearch_does_not_give_breaks_no_page() -> None:
    assert await an_engine(StandIn()).notice() is None

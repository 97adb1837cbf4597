"""Errors of Elasticsearch are judged once, and waiting is said once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from elasticsearch import ApiError, ConnectionError, ConnectionTimeout
from structlog.testing import capture_logs

from tests.elastic_answers import api_error
from tidings import elastic
from tidings.elastic import (
    Outage,
    in_plain_words,
    is_transient,
    new_client,
    reason_of,
    until_answered,
)
from tidings.settings import Settings


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elastic, "_FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(elastic, "_LONGEST_PAUSE_SECONDS", 0.002)


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 502, 503, 504])
def test_a_state_that_passes_is_transient(status: int) -> None:
    assert is_transient(api_error(status))


@pytest.mark.parametrize("error", [ConnectionError("refused"), ConnectionTimeout("late")])
def test_no_answer_is_transient(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize("error", [api_error(400), api_error(409), ValueError("ours")])
def test_what_is_wrong_in_itself_is_not(error: Exception) -> None:
    assert not is_transient(error)


def test_the_reason_is_elasticsearchs_own() -> None:
    body = {"error": {"type": "x", "reason": "no such index [articles]"}}
    assert reason_of(api_error(404, body=body)) == "404 some_exception: no such index [articles]"
    assert reason_of(api_error(502, body="bad gateway")) == "502 some_exception: no reason"
    assert reason_of(ConnectionError("refused")).startswith("ConnectionError: ")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            "429 cluster_block_exception: index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage "
            "exceeded flood-stage watermark, index has read-only-allow-delete block; for more "
            "information, see fix-watermark-errors];",
            "the index is read-only: disk",
        ),
        (
            "403 cluster_block_exception: index [a] blocked by: [FORBIDDEN/5/index read-only (api)",
            "the index is read-only",
        ),
        (
            "403 cluster_block_exception: index [a] blocked by: [FORBIDDEN/8/index write (api)];",
            "the index is read-only",
        ),
        (
            "403 cluster_block_exception: blocked by: [FORBIDDEN/6/cluster read-only (api)];",
            "the index is read-only",
        ),
        ("index_not_found_exception: no such index [articles]", "the index is missing"),
        ("404 index_not_found_exception: no such index [articles]", "the index is missing"),
        ("400 index_closed_exception: closed", "the index is closed"),
        ("401 security_exception: missing authentication", "it refuses the API key"),
        ("403 security_exception: action is unauthorized", "it refuses the API key"),
        ("429 es_rejected_execution_exception: queue is full", "it has too much to do"),
        ("503 unavailable_shards_exception: [articles][0]", "it cannot answer at the moment"),
        (reason_of(ConnectionError("refused")), "it does not answer"),
        (reason_of(ConnectionTimeout("late")), "it does not answer"),
        ("something new", "something new"),
    ],
)
def test_a_reason_has_plain_words(reason: str, words: str) -> None:
    assert in_plain_words(reason) == words


async def test_a_request_is_repeated_until_it_is_answered_and_that_is_said_once() -> None:
    faults: list[Exception] = [ConnectionError("refused")] * 5
    steps: list[str] = []

    @contextmanager
    def waiting() -> Iterator[None]:
        steps.append("begins")
        yield
        steps.append("is over")

    async def request() -> str:
        if faults:
            raise faults.pop()
        return "answer"

    outage = Outage(waiting, lambda: steps.append("pause"), steps.append)
    with capture_logs() as logs:
        assert await until_answered(request, outage) == "answer"
    assert [entry["event"] for entry in logs] == [
        "waiting for Elasticsearch",
        "Elasticsearch answers again",
    ]
    assert steps == ["begins", *["pause", "it does not answer"] * 5, "is over"]


async def test_a_wrong_request_is_not_repeated() -> None:
    async def request() -> None:
        raise api_error(400)

    with pytest.raises(ApiError):
        await until_answered(request, Outage())


async def test_the_client_retries_nothing_by_itself() -> None:
    client = new_client(Settings(elasticsearch_url="http://127.0.0.1:1"))
    try:
        with pytest.raises(ConnectionError) as caught:
            await client.info()
        assert caught.value.errors == ()
    finally:
        await client.close()

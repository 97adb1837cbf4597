import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from kafka.errors import MessageSizeTooLargeError

from tests.unit.ingest.fakes import FakeLink, FakeProducer
from tidings.settings import Settings
from tidings_ingest import app as module
from tidings_ingest.app import build_app


@pytest.fixture
def producer() -> FakeProducer:
    return FakeProducer()


@pytest.fixture
def link(producer: FakeProducer) -> FakeLink:
    return FakeLink(producer)


@pytest.fixture
def client(link: FakeLink) -> Iterator[TestClient]:
    settings = Settings().model_copy(update={"message_max_bytes": 4096})
    with TestClient(build_app(settings, link)) as client:
        yield client


@pytest.mark.parametrize(
    "body",
    [
        '{"title":"A"}{"title":"B"}',
        '{"title":"A"}\n{"title":"B"}\n',
        '[{"title":"A"},{"title":"B"}]',
        json.dumps([{"title": "A"}, {"title": "B"}], indent=2),
    ],
)
def test_accepted_articles_are_answered_with_ids_and_versions_as_they_are_in_kafka(
    client: TestClient, producer: FakeProducer, body: str
) -> None:
    answer = client.post("/articles", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 202
    assert [
        (article["article_id"].encode(), article["version"])
        for article in answer.json()["articles"]
    ] == [(sent.key, sent.timestamp_ms) for sent in producer.sent]
    assert len(producer.sent) == 2


def test_repeated_articles_are_answered_with_what_was_sent_once(
    client: TestClient, producer: FakeProducer
) -> None:
    first, second = client.post("/articles", content='{"title":"A"}\n{"title":"A"}').json()[
        "articles"
    ]
    assert first == second
    assert len(producer.sent) == 1


def test_one_bad_item_is_named_and_nothing_is_accepted(
    client: TestClient, producer: FakeProducer
) -> None:
    dates = ["2026-02-01", "2026-02-02", "2026-02-03", "2026-02-31", "2026-02-05"]
    body = "\n".join(json.dumps({"title": date, "published_at": date}) for date in dates)
    answer = client.post("/articles", content=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert "Nothing was accepted" in problem["detail"]
    assert [error["item"] for error in problem["errors"]] == [4]
    assert "day is out of range" in problem["errors"][0]["reason"]
    assert [valid["item"] for valid in problem["valid"]] == [1, 2, 3, 5]
    assert producer.sent == []


@pytest.mark.parametrize("body", ["", "[]", "no json", '{"title":"cut', '{"title":""}'])
def test_a_body_without_an_article_is_refused(client: TestClient, body: str) -> None:
    assert client.post("/articles", content=body).status_code == 422


def test_a_body_over_the_limit_is_refused_before_it_is_read(client: TestClient) -> None:
    answer = client.post("/articles", content=b"x" * 5000)
    assert answer.status_code == 413
    assert "4,096 bytes" in answer.json()["detail"]


def test_a_body_of_unsaid_length_is_refused_at_the_limit(client: TestClient) -> None:
    answer = client.post("/articles", content=iter([b"x" * 3000, b"x" * 3000]))
    assert answer.status_code == 413


def test_a_packed_body_is_refused(client: TestClient) -> None:
    answer = client.post("/articles", content=b"x", headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415


def test_while_kafka_is_away_the_answer_is_503_at_once(client: TestClient, link: FakeLink) -> None:
    link.suspect("Kafka does not answer.")
    answer = client.post("/articles", content='{"title":"A"}')
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "Nothing was accepted" in answer.json()["detail"]
    assert client.get("/ready").status_code == 503
    assert client.get("/health").status_code == 200


def test_without_a_confirmation_the_answer_is_503_and_says_how_far_it_got(
    client: TestClient, producer: FakeProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CONFIRM_SECONDS", 0.01)
    producer.answer = lambda sent: b'"B"' not in (sent.value or b"")
    answer = client.post("/articles", content='{"title":"A"}\n{"title":"B"}')
    assert answer.status_code == 503
    assert "1 confirmed, 1 unknown" in answer.json()["detail"]
    assert client.get("/ready").status_code == 503


def test_a_record_that_kafka_finds_too_large_is_no_success(
    client: TestClient, producer: FakeProducer
) -> None:
    producer.answer = lambda sent: MessageSizeTooLargeError()
    assert client.post("/articles", content='{"title":"A"}').status_code == 413


def test_the_operators_pages_are_there(client: TestClient) -> None:
    assert client.get("/health").json()["status"] == "ok"
    assert client.get("/ready").json()["detail"] == "Kafka answers"
    assert "tidings_pushed_total" in client.get("/metrics").text

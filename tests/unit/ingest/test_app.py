import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from kafka.errors import MessageSizeTooLargeError

from tests.unit.ingest.fakes import FakeLink, FakeProducer
from tidings import metrics
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


def test_what_was_ignored_is_answered(client: TestClient) -> None:
    said = client.post(
        "/articles", content='{"title":"A","content":"x"}\n{"title":"B","id":1}'
    ).json()
    assert said["ignored"] == ["content", "id"]
    assert client.post("/articles", content='{"title":"C"}').json()["ignored"] == []


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


def test_what_is_not_taken_since_kafka_is_away_is_counted(
    client: TestClient, link: FakeLink
) -> None:
    link.suspect("Kafka does not answer.")
    before = failed()
    client.post("/articles", content='{"title":"A"}\n{"title":"B"}')
    assert failed() - before == 2


def failed() -> float:
    return float(metrics.PUSHED.labels("failed")._value.get())


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
    assert "process_cpu_seconds_total" in client.get("/metrics").text


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/articles/8768a5837ba981f85c9bbc862ed3b586", b"8768a5837ba981f85c9bbc862ed3b586"),
        ("/articles/a/b%3Fc%20d", b"a/b?c d"),
        ("/articles?article_id=..", b".."),
    ],
)
def test_a_takedown_is_answered_once_it_is_in_kafka(
    client: TestClient, producer: FakeProducer, address: str, key: bytes
) -> None:
    answer = client.delete(address)
    assert (answer.status_code, answer.json()) == (202, {"article_id": key.decode()})
    assert [(sent.key, sent.value) for sent in producer.sent] == [(key, None)]


def test_an_address_takes_down_the_article_pushed_with_it_and_one_that_has_it_for_an_id(
    client: TestClient, producer: FakeProducer
) -> None:
    content = '{"title":"A","url":"https://a.example/1"}'
    pushed = client.post("/articles", content=content).json()["articles"][0]["article_id"]
    answer = client.delete("/articles/https:%2F%2Fa.example%2F1")
    assert (answer.status_code, answer.json()) == (202, {"article_id": "https://a.example/1"})
    assert [(sent.key, sent.value) for sent in producer.sent[1:]] == [
        (pushed.encode(), None),
        (b"https://a.example/1", None),
    ]


def test_a_takedown_is_later_than_the_push_before_it_and_a_restoration_later_still(
    client: TestClient, producer: FakeProducer
) -> None:
    pushed = client.post("/articles", content='{"title":"A"}').json()["articles"][0]
    client.delete(f"/articles/{pushed['article_id']}")
    client.post("/articles?restore=true", content='{"title":"A"}')
    before, takedown, after = producer.sent
    times = [sent.timestamp_ms or 0 for sent in (before, takedown, after)]
    assert times == sorted(set(times))
    assert "tidings-restore" in dict(after.headers)
    assert "tidings-restore" not in dict(before.headers) | dict(takedown.headers)


@pytest.mark.parametrize(
    "address", ["/articles/", "/articles?article_id=", f"/articles/{'x' * 129}"]
)
def test_an_id_that_cannot_be_one_is_refused(
    client: TestClient, producer: FakeProducer, address: str
) -> None:
    assert client.delete(address).status_code == 422
    assert producer.sent == []


def test_a_takedown_that_kafka_does_not_confirm_is_503(
    client: TestClient, producer: FakeProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CONFIRM_SECONDS", 0.01)
    producer.answer = lambda sent: False
    answer = client.delete("/articles/a")
    assert (answer.status_code, answer.json()["title"]) == (503, "Kafka is away")
    assert client.delete("/articles/a").status_code == 503
    assert len(producer.sent) == 1, "the second is answered at once"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/nowhere", 404),
        ("PUT", "/articles", 405),
        ("DELETE", "/articles", 422),
        ("POST", "/articles?restore=perhaps", 422),
    ],
)
def test_what_fastapi_refuses_is_a_problem_document_too(
    client: TestClient, method: str, address: str, status: int
) -> None:
    answer = client.request(method, address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status

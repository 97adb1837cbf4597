import socket
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tidings import http
from tidings.errors import TidingsError
from tidings.http import add_operations, serve
from tidings.operations import Health
from tidings_local.ports import free_port


def test_a_busy_port_is_one_sentence_that_names_the_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(TidingsError) as caught:
            serve(FastAPI(), host="127.0.0.1", port=port, setting="TIDINGS_INGEST_PORT")
    assert str(caught.value) == (
        f"127.0.0.1:{port} cannot be opened (Address already in use); "
        "free the port or set TIDINGS_INGEST_PORT to another."
    )


@pytest.mark.parametrize(("ok", "status"), [(True, 200), (False, 503)])
def test_probes_answer_by_status_and_say_why(ok: bool, status: int) -> None:
    async def ready() -> Health:
        return Health(ok, "Kafka answers" if ok else "waits for Kafka")

    app = FastAPI()
    add_operations(app, lambda: Health(ok, "works" if ok else "stalled"), ready)
    client = TestClient(app)
    assert client.get("/health").status_code == status
    assert client.get("/ready").status_code == status
    assert client.get("/ready").json()["detail"] == ("Kafka answers" if ok else "waits for Kafka")


def test_the_operators_pages_are_no_part_of_the_api() -> None:
    async def ready() -> Health:
        return Health(True, "")

    app = FastAPI()
    add_operations(app, lambda: Health(True, ""), ready)
    assert TestClient(app).get("/openapi.json").json()["paths"] == {}


def test_a_service_that_is_served_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    watched: list[Callable[[], Health]] = []
    monkeypatch.setattr(http, "end_when_stuck", watched.append)
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    app = FastAPI()

    async def ready() -> Health:
        return Health(True, "ready")

    add_operations(app, lambda: Health(False, "stalled"), ready)
    serve(app, host="127.0.0.1", port=free_port(), setting="TIDINGS_INGEST_PORT")
    assert [health().detail for health in watched] == ["stalled"]

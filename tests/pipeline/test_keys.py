"""Keys on real engines: made, used, taken back, and what an outage of Elasticsearch does."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Error

from tests.faults.proxy import Proxy
from tests.pipeline import browsing
from tests.pipeline.processes import get, running, tidings
from tests.waiting import wait_until
from tidings.elastic import new_blocking_client
from tidings.keys import keys_index
from tidings.settings import Settings
from tidings_local.engines import LocalEngines
from tidings_local.ports import free_port

ARTICLE = {"title": "Canal closed", "text": "The Orm canal is closed."}


@pytest.fixture
def proxy(engines: LocalEngines) -> Iterator[Proxy]:
    with Proxy(engines.elasticsearch.address, free_port()) as proxy:
        yield proxy


@pytest.fixture
def guarded(settings: Settings, proxy: Proxy) -> Settings:
    return settings.model_copy(update={"keys_required": True, "elasticsearch_url": proxy.address})


def test_a_key_opens_every_service_until_it_is_revoked(guarded: Settings, tmp_path: Path) -> None:
    with ExitStack() as services:
        for name in ("ingest", "search"):
            services.enter_context(running(f"tidings_{name}", guarded, tmp_path / name))
        wait_until(lambda: "Kafka answers" in get(f"{ingest(guarded)}/ready"), "ingest is ready")
        assert status(push, guarded, "tidings_3f9a1c2b_x") == 401, "there are no keys yet"

        key = create(guarded, "desk", "read", "push")
        admin = create(guarded, "boss", "admin")
        seconds = {"made": until(lambda: opens(guarded, admin))}
        assert opens(guarded, key)
        assert status(delete, guarded, key) == 403
        assert status(delete, guarded, admin) == 202
        assert status(push, guarded, key, restore=True) == 403, "that undoes a takedown"

        listed = tidings("keys", "list", settings=guarded).stdout
        key_id = key.split("_")[1]
        assert key_id in listed
        assert "desk" in listed
        assert "read,push" in listed
        with new_blocking_client(guarded) as client:
            stored = str(client.search(index=keys_index(guarded)).body)
        for text in (listed, stored, *(file.read_text() for file in tmp_path.iterdir())):
            assert key.split("_")[2] not in text

        assert tidings("keys", "revoke", key_id, settings=guarded).returncode == 0
        seconds["revoked"] = until(
            lambda: [status(ask, guarded, key), status(push, guarded, key)] == [401, 401]
        )
        print(f"seconds until both services knew: {seconds}")
        assert opens(guarded, admin), "the others stay"
        twice = tidings("keys", "revoke", key_id, settings=guarded)
        assert (twice.returncode, f"there is no key {key_id}" in twice.stderr) == (1, True)


def test_pushes_go_on_while_elasticsearch_is_away_and_nobody_gets_in_who_was_not_known(
    guarded: Settings, proxy: Proxy, tmp_path: Path
) -> None:
    key = create(guarded, "feed", "push")
    with running("tidings_ingest", guarded, tmp_path / "ingest"):
        wait_until(lambda: status(push, guarded, key) == 202, "the key is known")
        proxy.turn("refuse")
        time.sleep(5)
        assert status(push, guarded, key) == 202
        assert status(push, guarded, "another") == 401
    with running("tidings_ingest", guarded, tmp_path / "ingest"):
        wait_until(
            lambda: "keys could not be read" in get(f"{ingest(guarded)}/ready"), "it says so"
        )
        answer = push(guarded, key)
        assert answer.status_code == 503
        assert "could not be read from Elasticsearch" in answer.json()["detail"]
        assert answer.headers["retry-after"]
        proxy.turn("pass")
        wait_until(lambda: status(push, guarded, key) == 202, "the keys are read")
    assert (tmp_path / "ingest").read_text().count("the keys cannot be read") == 2, "once each"


def test_a_key_beyond_its_rate_waits_as_long_as_it_is_told(guarded: Settings) -> None:
    key = create(guarded, "slow", "read", rate="1/s")
    with serving(guarded, key) as address, httpx.Client(base_url=address) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        statuses = [client.get("/help").status_code for _ in range(4)]
        assert 429 in statuses
        refused = client.get("/help")
        assert refused.status_code == 429
        time.sleep(int(refused.headers["retry-after"]))
        assert client.get("/help").status_code == 200


def test_a_person_gives_the_key_once_to_the_browser(guarded: Settings) -> None:
    key = create(guarded, "reader", "read")
    with serving(guarded, key) as address, browsing.chromium() as browser:
        stranger = browser.new_page(base_url=address)
        with pytest.raises(Error, match="ERR_INVALID_AUTH_CREDENTIALS"):
            stranger.goto("/help")  # where nobody sits before it, it cannot ask for a password
        known = browser.new_page(
            base_url=address, http_credentials={"username": "any", "password": key}
        )
        answer = known.goto("/help")
        assert answer is not None
        assert answer.status == 200
        assert known.evaluate("fetch('/api/suggest?q=a').then(answer => answer.status)") != 401


def create(settings: Settings, name: str, *scopes: str, rate: str = "50/s") -> str:
    """The new key."""
    wanted = [part for scope in scopes for part in ("--scope", scope)]
    made = tidings("keys", "create", name, *wanted, "--rate", rate, settings=settings)
    assert made.returncode == 0, made.stderr
    assert "not shown again" in made.stderr
    return made.stdout.strip()


@contextmanager
def serving(settings: Settings, key: str) -> Iterator[str]:
    """The address of search, which knows the key already."""
    with browsing.serving(settings) as address:
        bearer = {"Authorization": f"Bearer {key}"}
        wait_until(lambda: httpx.get(f"{address}/help", headers=bearer).is_success, "it knows")
        yield address


def ingest(settings: Settings) -> str:
    return settings.address_of("ingest")


def ask(settings: Settings, key: str) -> httpx.Response:
    return _send("GET", f"{settings.search_address}/help", key)


def push(settings: Settings, key: str, *, restore: bool = False) -> httpx.Response:
    address = f"{ingest(settings)}/articles{'?restore=true' if restore else ''}"
    return _send("POST", address, key, json=ARTICLE)


def delete(settings: Settings, key: str) -> httpx.Response:
    return _send("DELETE", f"{ingest(settings)}/articles/none", key)


def status(
    send: Callable[..., httpx.Response], settings: Settings, key: str, *, restore: bool = False
) -> int:
    """0 where nothing answers."""
    try:
        more = {"restore": True} if restore else {}
        return send(settings, key, **more).status_code
    except httpx.TransportError:
        return 0


def opens(settings: Settings, key: str) -> bool:
    return (status(ask, settings, key), status(push, settings, key)) == (200, 202)


def until(true: Callable[[], bool]) -> float:
    """Seconds until it is so."""
    began = time.monotonic()
    wait_until(true, "the services know")
    return round(time.monotonic() - began, 1)


def _send(method: str, address: str, key: str, **more: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.request(method, address, headers=headers, timeout=15, **more)  # type: ignore[arg-type]

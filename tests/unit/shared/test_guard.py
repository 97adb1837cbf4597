"""The door: who is let in, and what those are told who are not."""

import base64
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI, Request

from tests.unit.shared.test_keys import a_key
from tidings import metrics
from tidings.guard import Bucket, Guard
from tidings.http import add_operations
from tidings.keys import KeyRing, Keys, hash_of
from tidings.operations import Health
from tidings.settings import Settings

METHODS = ("GET", "HEAD", "POST", "DELETE", "PUT")
KEYS = {
    "reader": a_key("read"),
    "pusher": a_key("push"),
    "both": a_key("read", "push"),
    "admin": a_key("admin"),
}
"""By the key itself."""


class FakeRing(KeyRing):
    def __init__(self, keys: Keys | None) -> None:
        super().__init__(dict)
        self.fake = keys

    @property
    def keys(self) -> Keys | None:
        return self.fake


def an_app(guard: Guard) -> FastAPI:
    app = FastAPI(dependencies=guard.dependencies)

    async def ready() -> Health:
        return Health(True, "ready")

    add_operations(app, lambda: Health(True, "well"), ready)

    @app.api_route("/articles", methods=list(METHODS))
    async def articles(request: Request) -> str:
        if "restore" in request.query_params:
            guard.require(request, "admin")
        return "let in"

    return app


def client_of(keys: Keys | None, *, required: bool = True) -> httpx.AsyncClient:
    guard = Guard(Settings(keys_required=required), FakeRing(keys))
    transport = httpx.ASGITransport(app=an_app(guard))
    return httpx.AsyncClient(transport=transport, base_url="http://service")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of({hash_of(key): known for key, known in KEYS.items()}) as client:
        yield client


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def basic(pair: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("reader", {"GET", "HEAD"}),
        ("pusher", {"POST"}),
        ("both", {"GET", "HEAD", "POST"}),
        ("admin", set(METHODS)),
    ],
)
async def test_a_key_opens_what_its_scopes_say(
    client: httpx.AsyncClient, key: str, allowed: set[str]
) -> None:
    for method in METHODS:
        answer = await client.request(method, "/articles", headers=bearer(key))
        assert answer.status_code == (200 if method in allowed else 403), method


async def test_who_lacks_a_scope_is_told_which(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/articles", headers=bearer("both"))
    assert answer.json()["detail"] == "The key desk has the scope read and push; this needs admin"


async def test_more_may_be_required_than_the_method_says(client: httpx.AsyncClient) -> None:
    address = "/articles?restore=true"
    assert (await client.post(address, headers=bearer("pusher"))).status_code == 403
    assert (await client.post(address, headers=bearer("admin"))).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic %"},
        {"Authorization": "Digest reader"},
        bearer("nobody"),
        basic("me:nobody"),
        {"X-API-Key": "reader"},
    ],
)
async def test_without_a_known_key_nobody_is_let_in(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.get("/articles", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Basic realm="Tidings"')
    assert "`Authorization: Bearer KEY`" in answer.text


@pytest.mark.parametrize("pair", ["me:reader", ":reader", "reader:"])
async def test_a_browser_gives_the_key_as_its_password(
    client: httpx.AsyncClient, pair: str
) -> None:
    assert (await client.get("/articles", headers=basic(pair))).status_code == 200


async def test_a_password_changes_nothing_since_other_pages_can_make_a_browser_send_it(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.post("/articles", headers=basic("me:admin"))).status_code == 401


@pytest.mark.parametrize("path", ["/metrics", "/health", "/ready"])
async def test_operators_need_no_key(path: str) -> None:
    async with client_of(None) as client:
        assert (await client.get(path)).status_code == 200


async def test_where_no_keys_are_required_everybody_is_let_in() -> None:
    async with client_of(None, required=False) as client:
        assert (await client.delete("/articles?restore=true")).status_code == 200


@pytest.mark.parametrize("required", [True, False])
def test_the_description_for_programs_says_whether_a_key_is_needed(required: bool) -> None:
    described = an_app(Guard(Settings(keys_required=required), FakeRing({}))).openapi()
    asked = described["paths"]["/articles"]["get"].get("security")
    assert asked == ([{"key": []}] if required else None)
    if required:
        assert described["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


async def test_while_the_keys_are_not_known_nobody_is_let_in() -> None:
    async with client_of(None) as client:
        answer = await client.get("/articles", headers=bearer("reader"))
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert "could not be read" in answer.text


async def test_who_asks_too_often_is_told_how_long_to_wait() -> None:
    keys = {hash_of("slow"): a_key("read", rate=0.1)}
    async with client_of(keys) as client:
        assert (await client.get("/articles", headers=bearer("slow"))).status_code == 200
        answer = await client.get("/articles", headers=bearer("slow"))
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 10
    assert "may ask 0.1 times a second" in answer.text


def test_a_bucket_gives_its_rate_and_no_more_after_a_rest() -> None:
    bucket = Bucket(4)
    passed = [bucket.wait_seconds(100) == 0 for _ in range(6)]
    assert passed == [True] * 4 + [False] * 2
    assert bucket.wait_seconds(100) == pytest.approx(0.25)
    assert bucket.wait_seconds(100.25) == 0
    assert [bucket.wait_seconds(1_000) == 0 for _ in range(5)] == [True] * 4 + [False]


async def test_what_is_refused_is_counted_by_reason(
    client: httpx.AsyncClient, counted: Callable[[str], float]
) -> None:
    before = {reason: counted(reason) for reason in ("missing", "unknown", "scope")}
    await client.get("/articles")
    await client.get("/articles", headers=bearer("nobody"))
    await client.get("/articles", headers=bearer("pusher"))
    assert {reason: counted(reason) - before[reason] for reason in before} == dict.fromkeys(
        before, 1
    )


@pytest.fixture
def counted() -> Callable[[str], float]:
    def value(reason: str) -> float:
        return float(metrics.REFUSED.labels(reason)._value.get())

    return value

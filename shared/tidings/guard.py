"""The door of the HTTP services: who has no key, or not the right one, or asks too often, is told
so in a sentence."""

import base64
import binascii
import math
import time
from typing import Final, NoReturn, Self

from fastapi import Depends, Request
from fastapi.params import Depends as Dependency
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from tidings import metrics
from tidings.elastic import new_blocking_client
from tidings.http import OPERATIONS
from tidings.keys import Key, KeyRing, Scope, hash_of, new_reader
from tidings.settings import Settings

_NEEDED: Final[dict[str, Scope]] = {"GET": "read", "HEAD": "read", "POST": "push"}
"""By method; every other one needs admin."""

_AGAIN_SECONDS: Final = 2
_CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="Tidings", Bearer realm="Tidings"'}
_HOW: Final = (
    "programs send it as `Authorization: Bearer KEY` (commands take it from TIDINGS_KEY), a "
    "browser asks for it as a password, beside which any name will do"
)
_BEARER: Final = HTTPBearer(
    scheme_name="key",
    description="Made by `tidings keys create`, with the scope read, push or admin.",
    auto_error=False,
)
"""Refuses nobody: it is there for what /openapi.json says."""


class Refused(HTTPException):
    """401, 403, 429 or 503. `detail` is a sentence without its full stop."""


class Guard:
    """Lets in who has a key for what the method does, and everybody where no keys are required.
    What operators watch is open. A context manager: within it the keys are kept up to date."""

    def __init__(self, settings: Settings, ring: KeyRing | None = None) -> None:
        self._ring: KeyRing | None = None
        if settings.keys_required:
            self._ring = ring or KeyRing(new_reader(new_blocking_client(settings), settings))
        self._buckets: dict[str, Bucket] = {}

    def __enter__(self) -> Self:
        if self._ring:
            self._ring.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._ring:
            self._ring.stop()

    @property
    def dependencies(self) -> list[Dependency]:
        """Those of a whole FastAPI app. Where a key is needed, /openapi.json says so."""
        return [Depends(_BEARER), Depends(self)] if self._ring else [Depends(self)]

    async def __call__(self, request: Request) -> None:
        """Raises Refused."""
        if self._ring is None or request.url.path in OPERATIONS:
            return
        key = self._key_of(request, self._ring)
        bucket = self._buckets.setdefault(key.key_id, Bucket(key.rate))
        if seconds := bucket.wait_seconds(time.monotonic()):
            after = math.ceil(seconds)
            sentence = f"The key {key.name} may ask {key.rate:g} times a second: wait {after} s"
            _refuse("rate", 429, sentence, {"Retry-After": str(after)})
        request.state.key = key
        self.require(request, _NEEDED.get(request.method, "admin"))

    def require(self, request: Request, scope: Scope) -> None:
        """For what needs more than its method says. Raises Refused."""
        if self._ring is None:
            return
        key: Key = request.state.key
        if not key.may(scope):
            has = " and ".join(key.scopes)
            _refuse("scope", 403, f"The key {key.name} has the scope {has}; this needs {scope}")

    @property
    def fault(self) -> str | None:
        """Why nobody can be let in, where that is so."""
        if self._ring is None or self._ring.keys is not None:
            return None
        return "waits for Elasticsearch: the keys could not be read yet"

    def _key_of(self, request: Request, ring: KeyRing) -> Key:
        given, keys = key_in(request), ring.keys
        if given is None:
            _refuse("missing", 401, f"This needs a key: {_HOW}", _CHALLENGE)
        if keys is None:
            after = {"Retry-After": str(_AGAIN_SECONDS)}
            _refuse("not-read", 503, "The keys could not be read from Elasticsearch yet", after)
        key = keys.get(hash_of(given))
        if key is None:
            sentence = f"There is no such key, or no longer. Give another: {_HOW}"
            _refuse("unknown", 401, sentence, _CHALLENGE)
        return key


class Bucket:
    """Lets `rate` requests a second pass, and as many, but at least one, at once after a rest."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._most = self._left = max(1.0, rate)
        self._at = -math.inf

    def wait_seconds(self, now: float) -> float:
        """0 for a request that may pass, and counts it; else how long until one may."""
        self._left = min(self._most, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / self._rate
        self._left -= 1
        return 0.0


def key_in(request: Request) -> str | None:
    """The key that a request bears. A password counts only where nothing is changed: a browser
    sends it by itself, and other people's pages could make it do so."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() != "basic" or request.method not in ("GET", "HEAD"):
        return None
    try:
        name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password or name or None


def _refuse(
    reason: str, status: int, sentence: str, headers: dict[str, str] | None = None
) -> NoReturn:
    metrics.REFUSED.labels(reason).inc()
    raise Refused(status, sentence, headers)

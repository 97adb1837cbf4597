"""Keys: who may read, push and take down. They are in an index of their own, and services hold
them all in memory."""

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, get_args

import structlog
from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from tidings.elastic import reason_of
from tidings.errors import TidingsError
from tidings.settings import Settings

Scope = Literal["read", "push", "admin"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

READ_EVERY_SECONDS: Final = 2.0
_REQUEST_SECONDS: Final = 5
_MOST_KEYS: Final = 10_000
"""As many as one search gives."""

_MAPPING: Final = {
    "dynamic": "strict",
    "properties": {
        "hash": {"type": "keyword", "index": False, "doc_values": False},
        "name": {"type": "keyword"},
        "scopes": {"type": "keyword"},
        "rate": {"type": "float"},
        "created_at": {"type": "date"},
    },
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Key:
    """All that is known of a key once its holder has it; `rate` is requests a second."""

    key_id: str
    name: str
    scopes: tuple[str, ...]
    rate: float
    created_at: datetime

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes or "admin" in self.scopes


Keys = Mapping[str, Key]
"""By the hash of the key itself."""


def hash_of(key: str) -> str:
    """SHA-256: a slow hash with salt protects words that people choose, and these are 128 random
    bits, which nobody tries out. Who looks a hash up learns nothing by how long that takes, since
    he cannot choose the hash."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def keys_index(settings: Settings) -> str:
    return f"{settings.index_name}-keys"


def create_key(
    client: Elasticsearch, settings: Settings, name: str, scopes: Iterable[Scope], rate: float
) -> str:
    """Stores a new key and returns it, which is the only time that it is seen. Raises TidingsError
    where there are too many, and what the client raises."""
    index = keys_index(settings)
    _ensure_index(client, index, settings.index_replicas)
    if len(read_keys(client, index)) >= _MOST_KEYS:
        raise TidingsError(f"there are {_MOST_KEYS:,} keys already: revoke some.")
    key_id = secrets.token_hex(4)
    key = f"tidings_{key_id}_{secrets.token_hex(16)}"
    document = {
        "hash": hash_of(key),
        "name": name,
        "scopes": sorted(set(scopes), key=SCOPES.index),
        "rate": rate,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    client.create(index=index, id=key_id, document=document, refresh=True)
    return key


def revoke_key(client: Elasticsearch, settings: Settings, key_id: str) -> None:
    """Every service refuses it within seconds. Raises TidingsError where there is no such key, and
    what the client raises."""
    try:
        client.delete(index=keys_index(settings), id=key_id, refresh=True)
    except NotFoundError:
        raise TidingsError(
            f"there is no key {key_id}: `tidings keys list` shows those that there are."
        ) from None


def read_keys(client: Elasticsearch, index: str) -> Keys:
    """All of them, or what the client raises; none where none was ever made."""
    try:
        found = client.search(index=index, size=_MOST_KEYS, allow_partial_search_results=False)
    except NotFoundError:
        return {}
    return {
        hit["_source"]["hash"]: _key(hit["_id"], hit["_source"]) for hit in found["hits"]["hits"]
    }


class KeyRing:
    """Reads all keys every two seconds. While they cannot be read, the last ones hold: nobody can
    revoke a key meanwhile either, since that is written to the same place."""

    def __init__(self, read: Callable[[], Keys]) -> None:
        """`read` is called in a thread, and again after it has raised."""
        self._read = read
        self._keys: Keys | None = None
        self._fault = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_reading, name="keys", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=1)

    @property
    def keys(self) -> Keys | None:
        """None where they could not be read yet."""
        return self._keys

    def _keep_reading(self) -> None:
        while True:
            try:
                self._keys = self._read()
            except Exception as error:  # whatever it is, a thread that ends would revoke nothing
                if not self._fault:
                    log.warning("the keys cannot be read", reason=reason_of(error))
                self._fault = True
            else:
                if self._fault:
                    log.info("the keys are read again")
                self._fault = False
            if self._stop.wait(READ_EVERY_SECONDS):
                return


def new_reader(client: Elasticsearch, settings: Settings) -> Callable[[], Keys]:
    """What a KeyRing calls."""
    impatient, index = client.options(request_timeout=_REQUEST_SECONDS), keys_index(settings)
    return lambda: read_keys(impatient, index)


def _ensure_index(client: Elasticsearch, index: str, replicas: int) -> None:
    if client.indices.exists(index=index):
        return
    try:
        client.indices.create(
            index=index,
            mappings=_MAPPING,
            settings={"number_of_shards": 1, "number_of_replicas": replicas},
        )
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise


def _key(key_id: str, source: Mapping[str, Any]) -> Key:
    return Key(
        key_id=key_id,
        name=source["name"],
        scopes=tuple(source["scopes"]),
        rate=source["rate"],
        created_at=datetime.fromisoformat(source["created_at"]),
    )

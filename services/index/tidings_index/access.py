"""API keys for Elasticsearch, each with no more rights than its holders need."""

import base64
import binascii
import os
import time
from pathlib import Path
from typing import Any, Final

from elasticsearch import ApiError, AuthenticationException, Elasticsearch, TransportError

from tidings.elastic import reason_of
from tidings.errors import TidingsError
from tidings.settings import Settings, variable
from tidings.tls import elasticsearch_tls

FILE: Final = variable("elasticsearch_api_key").lower()
"""A secret file is named like the variable for which it stands."""

USER: Final = "elastic"

_READ: Final = ("read", "view_index_metadata", "monitor")
_RIGHTS: Final[dict[str, tuple[str, ...]]] = {
    "reader": _READ,
    "writer": (*_READ, "write", "create_index", "manage"),
}
"""Search, ingest and the watch look; the index workers and the tools also write, make indexes and
move the alias."""

_PAUSE_SECONDS: Final = 1.0


def new_owner(settings: Settings, password: str) -> Elasticsearch:
    """A client with all rights; close it."""
    return Elasticsearch(
        settings.elasticsearch, basic_auth=(USER, password), ssl_context=elasticsearch_tls(settings)
    )


def make_keys(
    client: Elasticsearch, alias: str, folder: Path, patience_seconds: float = 60.0
) -> list[str]:
    """Writes `{folder}/reader/{FILE}` and `{folder}/writer/{FILE}`, readable by their owner alone,
    and says what it did. A key that is there and works stays, with the rights of this release.

    Raises TidingsError where Elasticsearch still does not answer, or refuses the password, after so
    long (when it has just started it refuses everybody for a moment).
    """
    _wait(client, patience_seconds)
    return [
        _make_key(client, f"tidings-{who}", descriptors(alias, who), folder / who / FILE)
        for who in _RIGHTS
    ]


def descriptors(alias: str, who: str) -> dict[str, Any]:
    """What a key may do, as Elasticsearch wants it said."""
    indices = [{"names": [alias, f"{alias}-*"], "privileges": list(_RIGHTS[who])}]
    return {who: {"cluster": ["monitor"], "indices": indices}}


def _make_key(client: Elasticsearch, name: str, rights: dict[str, Any], file: Path) -> str:
    if _renewed(client, rights, file):
        return f"{name} is there already"
    is_first = not file.exists()
    client.security.invalidate_api_key(name=name, owner=True)
    key = client.security.create_api_key(name=name, role_descriptors=rights)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as opened:
        opened.write(key["encoded"])
    fresh.replace(file)
    return f"{name} is made" if is_first else f"{name} is new: restart who uses the former one"


def _renewed(client: Elasticsearch, rights: dict[str, Any], file: Path) -> bool:
    """Whether the file holds a key that works; it has the rights then."""
    try:
        encoded = file.read_text("ascii")
        key_id = base64.b64decode(encoded, validate=True).decode().partition(":")[0]
        client.options(api_key=encoded).security.authenticate()
    except (OSError, ValueError, binascii.Error, AuthenticationException):
        return False
    client.security.update_api_key(id=key_id, role_descriptors=rights)
    return True


def _wait(client: Elasticsearch, patience_seconds: float) -> None:
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            client.security.authenticate()
            return
        except AuthenticationException:
            trouble = (
                f"Elasticsearch refuses the password of its user {USER}: ELASTIC_PASSWORD is not "
                "the one that it was started with."
            )
        except (ApiError, TransportError) as error:
            trouble = f"Elasticsearch does not answer: {reason_of(error)}."
        if time.monotonic() > deadline:
            raise TidingsError(trouble)
        time.sleep(_PAUSE_SECONDS)

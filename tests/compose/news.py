"""Articles through ingest's public port, and what search's public port says of them."""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import httpx

from tidings.errors import TidingsError

_BATCH: Final = 5
_PATIENCE_SECONDS: Final = 180.0
_PAUSE_SECONDS: Final = 0.5


class NotTaken(TidingsError):
    """Ingest refuses, or confirms nothing for three minutes."""


class NotComplete(TidingsError):
    """No article has become complete for three minutes."""


def push(
    address: str,
    articles: Sequence[Mapping[str, Any]],
    *,
    headers: Mapping[str, str],
    pause_seconds: float = 0.0,
    stop: threading.Event | None = None,
) -> list[str]:
    """The ids of what was confirmed: all of it, since what is not is sent again, as a producer
    should. `stop` ends it early. Raises NotTaken."""
    confirmed: list[str] = []
    with httpx.Client(base_url=address, headers=headers, timeout=15, trust_env=False) as client:
        for first in range(0, len(articles), _BATCH):
            if stop and stop.is_set():
                break
            answer = _confirmed(client, list(articles[first : first + _BATCH]))
            confirmed += [article["article_id"] for article in answer["articles"]]
            time.sleep(pause_seconds)
    return confirmed


def wait_complete(address: str, ids: Iterable[str], *, headers: Mapping[str, str]) -> None:
    """Returns once search finds each article complete. Raises NotComplete."""
    waiting = list(dict.fromkeys(ids))
    last = time.monotonic()
    with httpx.Client(base_url=address, headers=headers, timeout=15, trust_env=False) as client:
        while waiting:
            left = [one for one in waiting if not _is_complete(client, one)]
            if len(left) < len(waiting):
                last = time.monotonic()
            if time.monotonic() - last > _PATIENCE_SECONDS:
                raise NotComplete(
                    f"{len(left)} articles do not become complete, one of them is {left[0]}"
                )
            waiting = left
            time.sleep(_PAUSE_SECONDS)


def _confirmed(client: httpx.Client, batch: list[Mapping[str, Any]]) -> Any:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            answer = client.post("/articles", json=batch)
        except httpx.TransportError as error:
            trouble = f"{type(error).__name__}: {error}"
        else:
            if answer.status_code == 202:
                return answer.json()
            trouble = f"{answer.status_code}: {answer.text}"
            if answer.status_code not in (429, 503):
                raise NotTaken(f"ingest refuses an article: {trouble}")
        if time.monotonic() > deadline:
            raise NotTaken(f"ingest confirms nothing: {trouble}")
        time.sleep(_PAUSE_SECONDS)


def _is_complete(client: httpx.Client, article_id: str) -> bool:
    try:
        answer = client.get(f"/api/articles/{article_id}")
    except httpx.TransportError:
        return False
    return answer.status_code == 200 and bool(answer.json().get("complete"))

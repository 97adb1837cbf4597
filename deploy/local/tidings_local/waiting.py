"""Waits for what was started and for what was pushed, telling how far it is."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from rich.console import Console

from tidings.errors import TidingsError
from tidings.settings import Settings, bearer
from tidings_local import elasticsearch, kafka, probe
from tidings_local.services import SERVICES, Service, services_of

READY_SECONDS: Final = 600
HELD_UP_SECONDS: Final = 60
IDLE_SECONDS: Final = 180
_REFUSED: Final = (401, 403)
_STARTING: Final = "is starting"

Article = dict[str, Any]
"""As the API gives it."""

Tick = Callable[[], None]
"""Called between two looks; may raise to end the waiting."""


class NotReady(TidingsError):
    """Something did not become ready, or an article did not become complete, in time."""


def wait_ready(settings: Settings, tick: Tick, services: Sequence[Service] | None = None) -> bool:
    """True once every service answers that it is ready; False once those that are not have said
    for a minute what holds them up while both engines answer, which is shown: a person must
    mend it, with everything running. Raises NotReady where one of them only starts, or does not
    answer, or an engine does not."""
    deadline = time.monotonic() + READY_SECONDS
    waiting = {service.name: service for service in services or services_of(settings)}
    held_up: set[str] = set()
    since = time.monotonic()
    console = Console(stderr=True)
    if not console.is_terminal:
        console.print("Starting everything takes up to a minute.")
    with console.status("") as status:
        while True:
            reasons: dict[str, str | None] = {}
            for name, service in list(waiting.items()):
                reason = _not_ready(service.address(settings))
                if reason == "":
                    del waiting[name]
                else:
                    reasons[name] = reason
            if not waiting:
                return True
            if (
                not all(reasons.values())
                or reasons.keys() != held_up
                or not _engines_answer(settings)
            ):
                held_up, since = set(reasons), time.monotonic()
            if time.monotonic() - since >= HELD_UP_SECONDS:
                for name, reason in reasons.items():
                    console.print(f"{name} is not ready: {reason}", soft_wrap=True, markup=False)
                return False
            status.update(f"Waiting for {', '.join(waiting)}")
            if time.monotonic() > deadline:
                name = next(iter(waiting))
                raise NotReady(
                    f"{', '.join(waiting)} did not get ready within {READY_SECONDS} seconds: see "
                    f"`tidings status` and `tidings logs {name}`."
                )
            tick()


def wait_complete(settings: Settings, ids: Iterable[str], tick: Tick) -> dict[str, Article]:
    """The articles in the order of `ids`, as search has them, once each is complete. Raises
    NotReady where none has become complete for three minutes."""
    search = SERVICES[0].address(settings)
    waiting = list(dict.fromkeys(ids))
    found: dict[str, Article] = {}
    last = time.monotonic()
    with Console(stderr=True).status("") as status:
        while True:
            for article_id in [one for one in waiting if one not in found]:
                address = f"{search}/api/articles/{article_id}"
                answer = probe.get_json(address, 10, bearer(settings))
                if answer and answer.status in _REFUSED:
                    raise NotReady(str(answer.body.get("detail")))
                if answer and answer.status == 200 and answer.body.get("complete"):
                    found[article_id], last = answer.body, time.monotonic()
            left = [one for one in waiting if one not in found]
            if not left:
                return {one: found[one] for one in waiting}
            status.update(f"Waiting until search finds {len(left)} more articles complete")
            if time.monotonic() - last > IDLE_SECONDS:
                raise NotReady(
                    f"{len(left)} articles are not complete after {IDLE_SECONDS} seconds: see "
                    f"`tidings trace {left[0]}` and `tidings status`."
                )
            tick()


def _engines_answer(settings: Settings) -> bool:
    return elasticsearch.is_ready(settings) and kafka.is_ready(settings)


def _not_ready(address: str) -> str | None:
    """What the service says that it waits for, '' where it is ready, None where it does not say."""
    answer = probe.get_json(f"{address}/ready", timeout_seconds=2)
    if answer and answer.status == 200:
        return ""
    detail = str(answer.body.get("detail", "")) if answer else ""
    return None if detail in ("", _STARTING) else detail

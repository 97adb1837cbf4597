"""One run of docker-compose.yml: everything healthy, articles in and out, faults, nothing lost."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Final

import httpx

from tests.compose import checks
from tests.compose.engine import docker
from tests.compose.news import push, wait_complete
from tests.compose.stack import Stack
from tests.faults.pushing import given_articles, made_articles
from tidings.errors import TidingsError
from tidings_local.services import SERVICES

SEEDS: Final = 81
MORE: Final = 300
"""Pushed while a worker and the broker are struck."""

_STRIKE_AFTER_SECONDS: Final = 5.0
_PATIENCE_SECONDS: Final = 180.0
_PAUSE_SECONDS: Final = 1.0

Say = Callable[[str], None]


def run(stack: Stack, say: Say) -> None:
    """Raises TidingsError with what does not hold."""
    say("builds the image of the services")
    stack.build()
    say("starts everything and waits until it is healthy")
    stack.up()
    names = sorted(stack.called(str(one["Service"])) for one in stack.containers())
    say(f"healthy: {', '.join(names)}")
    say(f"published are {' and '.join(checks.published(stack))} alone")
    checks.check_confinement(stack)
    say("nothing is root or has a capability, no service can write to its root")
    headers = _headers(stack, say)
    ids = push(stack.address("ingest"), given_articles("seeds", SEEDS), headers=headers)
    say(f"pushed {len(ids)} articles through {stack.address('ingest')}")
    wait_complete(stack.address("search"), ids, headers=headers)
    say(f"all are complete at {stack.address('search')}")
    ids += _strike(stack, headers, say)
    wait_complete(stack.address("search"), ids, headers=headers)
    say(f"all {len(ids)} articles are complete")
    said = stack.tool("tidings", "index", "check")
    say(f"topics and index are compared: {said.strip() or 'nothing differs'}")
    jobs = [*(service.name for service in SERVICES), "events", "kafka"]
    _wait_for_targets(stack, Counter(jobs))
    say(f"{stack.called('prometheus')} reads every process, both events workers and Kafka too")
    checks.check_health(stack)
    checks.check_secrets(stack)
    say("everything is healthy, no log has a password or a key")
    for line in _memory(stack):
        say(line)


def _headers(stack: Stack, say: Say) -> dict[str, str]:
    """Those of a new key; without it nothing may pass."""
    for service in ("search", "ingest"):
        if _answers(stack, service, {}):
            raise checks.NotSo(f"{service} answers who has no key")
    key = stack.tool("tidings", "keys", "create", "trial", "--scope", "push", "--scope", "read")
    stack.secrets.append(key.strip())
    headers = {"Authorization": f"Bearer {key.strip()}"}
    for service in ("search", "ingest"):
        _until(partial(_answers, stack, service, headers), "the new key is not known")
    say("made a key; without it search and ingest refuse everybody")
    return headers


def _answers(stack: Stack, service: str, headers: dict[str, str]) -> bool:
    """Whether it knows who asks; what is asked has no effect."""
    method, path = {"search": ("GET", "/api/articles"), "ingest": ("POST", "/articles")}[service]
    address = f"{stack.address(service)}{path}"
    return httpx.request(method, address, headers=headers, trust_env=False).status_code != 401


def _strike(stack: Stack, headers: dict[str, str], say: Say) -> list[str]:
    """Kills a worker, adds another and restarts the broker while articles are pushed."""
    with _pushing(stack, headers) as pushed:
        say(f"pushes {MORE} articles more")
        time.sleep(_STRIKE_AFTER_SECONDS)
        before = _restarts(stack, "events")
        stack.inside("events", checks.KILL, check=False)  # it dies with the container
        say("killed the events worker")
        _until(lambda: _restarts(stack, "events") > before, "the killed worker is not restarted")
        stack.up("--scale", "events=2")
        say("it runs again, and a second one beside it")
        stack.compose("restart", "kafka")
        say(f"restarted {stack.called('kafka')}")
        ids = pushed.result()
    say(f"{len(ids)} articles were confirmed meanwhile")
    return ids


@contextmanager
def _pushing(stack: Stack, headers: dict[str, str]) -> Iterator["Future[list[str]]"]:
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool.submit(
                push, stack.address("ingest"), made_articles(MORE), headers=headers,
                pause_seconds=0.5, stop=stop,
            )  # fmt: skip
        finally:
            stop.set()


def _restarts(stack: Stack, service: str) -> int:
    ids = stack.compose("ps", "--all", "--quiet", service).split()
    return sum(
        int(one) for one in docker(["inspect", "--format", "{{.RestartCount}}", *ids]).split()
    )


def _wait_for_targets(stack: Stack, wanted: "Counter[str]") -> None:
    def are_up() -> bool:
        counts, down = checks.targets(stack)
        return counts == wanted and not down

    try:
        _until(are_up, "Prometheus does not read all")
    except TidingsError as error:
        counts, down = checks.targets(stack)
        raise checks.NotSo(f"{error}: it sees {dict(counts)}, not up are {down}") from None


def _until(holds: Callable[[], bool], trouble: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise checks.NotSo(trouble)
        time.sleep(_PAUSE_SECONDS)


def _memory(stack: Stack) -> Iterator[str]:
    running = [one for one in stack.containers() if one["State"] == "running"]
    services = {one["Name"]: one["Service"] for one in running}
    words = ["stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}} {{.PIDs}}", *services]
    for line in sorted(docker(words).splitlines()):
        name, used, _, most, threads = line.split()
        service = stack.called(services[name])
        yield f"{service:<24} uses {used:>9} of {most:>8}, {threads:>4} threads"

"""What must hold in a running stack, asked from inside its containers."""

import json
from collections import Counter
from typing import Final

from tests.compose.stack import PUBLISHED, Stack, ill
from tidings.errors import TidingsError
from tidings_local.services import SERVICES

CONFINED: Final = """
import os, pathlib
try:
    pathlib.Path("/written").touch()
    print("its root file system can be written to")
except OSError as error:
    if error.errno != 30:
        raise
if os.getuid() == 0:
    print("it runs as root")
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
if int(status["CapEff"], 16):
    print("it has capabilities")
if status["NoNewPrivs"].strip() != "1":
    print("it could gain privileges")
if any(line.split()[1] == "00000000" for line in open("/proc/net/route")) != {outside}:
    print("its way out is not as it should be")
"""

REFUSED: Final = """
import pathlib, urllib.error, urllib.request
key = pathlib.Path("/run/secrets/tidings_elasticsearch_api_key").read_text()
for path, headers, wanted in (
    ("/", {}, 401),
    ("/stolen", {"Authorization": f"ApiKey {key}"}, 403),
    ("/articles-stolen", {"Authorization": f"ApiKey {key}"}, 403),
):
    method = "GET" if wanted == 401 else "PUT"
    address = f"http://elasticsearch:9200{path}"
    request = urllib.request.Request(address, None, headers, method=method)
    try:
        found = urllib.request.urlopen(request, timeout=10).status
    except urllib.error.HTTPError as error:
        found = error.code
    if found != wanted:
        print(f"Elasticsearch answers {method} {path} with {found} in place of {wanted}")
"""

KILL: Final = """
import os, pathlib
for one in pathlib.Path("/proc").iterdir():
    if one.name.isdecimal() and int(one.name) not in (1, os.getpid()):
        if b"tidings-" in (one / "cmdline").read_bytes():
            os.kill(int(one.name), 9)
"""


BOUND: Final = """
test "$(id -u)" != 0 || echo "it runs as root"
grep -q "^CapEff:.*[1-9a-f]" /proc/self/status && echo "it has capabilities"
grep -q "^NoNewPrivs:.*1$" /proc/self/status || echo "it could gain privileges"
"""
"""The same in the images of others, where there may be no Python."""

KEY: Final = "cat /run/secrets/tidings_elasticsearch_api_key"
"""Which index and search have each of their own."""


class NotSo(TidingsError):
    """Something that was promised does not hold."""


def check_confinement(stack: Stack) -> None:
    """Raises NotSo where a service, or an engine, could do more than it needs."""
    running = {one["Service"] for one in stack.containers() if one["State"] == "running"}
    for engine in running - {service.name for service in SERVICES}:
        if said := stack.compose("exec", "-T", engine, "sh", "-c", BOUND).strip():
            raise NotSo(f"{engine}: {said}")
    for service in SERVICES:
        outside = service.name in PUBLISHED
        said = stack.inside(service.name, CONFINED.replace("{outside}", str(outside)))
        if said.strip():
            raise NotSo(f"{service.name}: {said.strip()}")
    if said := stack.inside("search", REFUSED).strip():
        raise NotSo(said)


def published(stack: Stack) -> list[str]:
    """Who can be reached from this machine. Raises NotSo where that is another than the public
    services."""
    found = {
        (one["Service"], port["URL"], port["PublishedPort"])
        for one in stack.containers()
        for port in one["Publishers"] or ()
        if port["PublishedPort"]
    }
    there = {one["Service"] for one in stack.containers()}
    wanted = {
        (service, "127.0.0.1", port) for service, port in stack.ports.items() if service in there
    }
    if found != wanted:
        raise NotSo(f"published is {sorted(found)}, where {sorted(wanted)} should be")
    return sorted(service for service, _, _ in found)


def targets(stack: Stack) -> tuple[Counter[str], list[str]]:
    """How many processes of each job Prometheus sees, and those that it cannot read."""
    words = ("promtool", "query", "instant", "-o", "json", "http://localhost:9090", "up")
    found = json.loads(stack.compose("exec", "-T", "prometheus", *words))
    counts = Counter(str(one["metric"]["job"]) for one in found)
    down = [f"{one['metric']['job']} {one['metric']['instance']}" for one in found
            if one["value"][1] != "1"]  # fmt: skip
    return counts, down


def check_secrets(stack: Stack) -> None:
    """Raises NotSo where a password or a key is in a log."""
    keys = [stack.compose("exec", "-T", one, "sh", "-c", KEY) for one in ("index", "search")]
    secrets = [*stack.secrets, *(key.strip() for key in keys)]
    if not all(secrets):
        raise NotSo("a secret is empty")
    for service in {one["Service"] for one in stack.containers()}:
        log = stack.logs(service)
        if any(secret in log for secret in secrets):
            raise NotSo(f"a secret is in the log of {service}")


def check_health(stack: Stack) -> None:
    """Raises NotSo where a container is not well."""
    if found := ill(stack.containers()):
        raise NotSo(", ".join(f"{one['Name']}: {one['Status']}" for one in found))

"""Ports of this machine: which are free, and who holds one that is not."""

import random
import socket

import psutil

from tidings.errors import TidingsError

CHOICE = range(11_000, 31_000)
"""Below what systems take for outgoing connections, which might otherwise get a port before the
server does."""


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_ports(count: int, *, pairs: bool = False) -> list[int]:
    """Ports that nobody listens on; with `pairs`, each fit for an engine: the next one (Kafka's
    controller) and the one 100 higher (Elasticsearch's transport) are free too."""
    offsets = (0, 1, 100) if pairs else (0,)
    taken: set[int] = set()
    return [_free_port(offsets, taken) for _ in range(count)]


def free_port() -> int:
    """A port that nobody listens on."""
    return _free_port((0,), set())


def _free_port(offsets: tuple[int, ...], taken: set[int]) -> int:
    """Adds what it chose to `taken`."""
    for _ in range(1000):
        port = random.choice(CHOICE)
        needed = {port + offset for offset in offsets}
        if not needed & taken and all(is_free(one) for one in needed):
            taken |= needed
            return port
    raise TidingsError(
        f"No free port was found between {CHOICE.start} and {CHOICE.stop}: stop something."
    )


def holder(port: int) -> str | None:
    """Name and pid of the process that listens on the port, where the system lets us see it."""
    try:
        for connection in psutil.net_connections("tcp"):
            local = connection.laddr
            if connection.status == psutil.CONN_LISTEN and local and local.port == port:
                pid = connection.pid
                return f"{psutil.Process(pid).name()} (pid {pid})" if pid else None
    except (psutil.Error, OSError):
        return None
    return None

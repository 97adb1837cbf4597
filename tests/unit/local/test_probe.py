"""Whatever a service does while it is asked, asking ends with an answer or with none."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from tidings_local.probe import Answer, get_json


@contextmanager
def saying(content: bytes) -> Iterator[str]:
    """The address of one that says `content` to the first who asks, and then holds the line."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines = []

        def answer() -> None:
            line, _ = server.accept()
            line.recv(4096)
            line.sendall(content)
            lines.append(line)

        thread = Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/ready"
        thread.join()
        for line in lines:
            line.close()


def of(status: str, length: int, body: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}".encode()


@pytest.mark.parametrize("status", ["200 OK", "503 Service Unavailable"])
def test_an_answer_that_never_ends_is_none(status: str) -> None:
    with saying(of(status, 20, '{"detail"')) as address:
        assert get_json(address, timeout_seconds=0.2) is None


@pytest.mark.parametrize("status", ["200 OK", "503 Service Unavailable"])
def test_an_answer_is_its_status_and_its_object(status: str) -> None:
    code = int(status[:3])
    with saying(of(status, 11, '{"ok": 1.5}')) as address:
        assert get_json(address, timeout_seconds=20) == Answer(code, {"ok": 1.5})
    with saying(of(status, 3, "[1]")) as address:
        assert get_json(address, timeout_seconds=20) == Answer(code, {})


def test_what_is_not_http_is_no_answer() -> None:
    with saying(b"\x15\x03\x01\r\n\r\n") as address:
        assert get_json(address, timeout_seconds=20) is None

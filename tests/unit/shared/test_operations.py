"""The operators' pages of a worker."""

import socket
import urllib.request

import pytest

from tidings.errors import TidingsError
from tidings.operations import Health, serve_operations


def well() -> Health:
    return Health(True, "works")


def test_a_taken_port_is_one_sentence_that_names_the_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(TidingsError) as caught:
            serve_operations(
                "127.0.0.1", port, setting="TIDINGS_EVENTS_PORT", health=well, ready=well
            )
    assert str(caught.value) == (
        f"port {port} cannot be opened (Address already in use); "
        "free it or set TIDINGS_EVENTS_PORT to another."
    )


def test_metrics_are_there_whatever_the_worker_does() -> None:
    server = serve_operations(
        "127.0.0.1", 0, setting="TIDINGS_EVENTS_PORT", health=well, ready=well
    )
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}/metrics"
        with urllib.request.urlopen(address, timeout=5) as answer:
            assert "process_cpu_seconds_total" in answer.read().decode()
    finally:
        server.shutdown()
        server.server_close()

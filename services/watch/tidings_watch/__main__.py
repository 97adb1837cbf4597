"""`tidings-watch`: looks at the engines and the outlets until it is told to stop."""

import os
import signal
import threading
from functools import partial

from tidings import __version__, metrics
from tidings.errors import exit_with_a_sentence
from tidings.logs import configure_logging
from tidings.operations import serve_operations
from tidings.settings import Settings, variable
from tidings.watchdog import end_when_stuck
from tidings_watch.app import build_looks
from tidings_watch.look import health_of, keep_looking, ready_of


@exit_with_a_sentence
def main() -> None:
    settings = Settings.load()
    configure_logging("watch", settings)
    metrics.expose("watch", version=__version__)
    looks = build_looks(settings)
    health = partial(health_of, looks)
    serve_operations(
        settings.host, settings.watch_port, setting=variable("watch_port"),
        health=health, ready=partial(ready_of, looks),
    )  # fmt: skip
    end_when_stuck(health)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keep_looking(looks, stop)
    os._exit(0)  # a look that waits for an engine is not waited for


if __name__ == "__main__":
    main()

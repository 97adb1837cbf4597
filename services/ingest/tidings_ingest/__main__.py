"""`tidings-ingest`: the service that takes articles by HTTP and from an inbox folder."""

import contextlib

from tidings import __version__, metrics
from tidings.errors import exit_with_a_sentence
from tidings.http import serve
from tidings.logs import configure_logging
from tidings.settings import Settings
from tidings_ingest.app import build_app


@exit_with_a_sentence
def main() -> None:
    settings = Settings.load()
    configure_logging("ingest", settings)
    metrics.expose("ingest", version=__version__)
    with contextlib.suppress(KeyboardInterrupt):  # raised again by uvicorn, after a graceful end
        serve(
            build_app(settings),
            host=settings.host,
            port=settings.ingest_port,
            setting="TIDINGS_INGEST_PORT",
        )


if __name__ == "__main__":
    main()

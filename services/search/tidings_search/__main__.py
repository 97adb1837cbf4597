"""`tidings-search`: serves the page and the API until it is told to stop."""

from tidings import __version__, metrics
from tidings.errors import exit_with_a_sentence
from tidings.http import serve
from tidings.logs import configure_logging
from tidings.settings import Settings
from tidings_search.app import build_app


@exit_with_a_sentence
def main() -> None:
    settings = Settings.load()
    configure_logging("search", settings)
    metrics.expose("search", version=__version__)
    serve(
        build_app(settings),
        host=settings.host,
        port=settings.search_port,
        setting="TIDINGS_SEARCH_PORT",
    )


if __name__ == "__main__":
    main()

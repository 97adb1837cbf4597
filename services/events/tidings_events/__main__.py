"""`tidings-events`: runs the events worker."""

from functools import partial

from tidings import __version__, metrics
from tidings.errors import exit_with_a_sentence
from tidings.logs import configure_logging
from tidings.settings import Settings
from tidings.streaming import run_worker
from tidings_events.app import build_app
from tidings_events.extract import RULES_VERSION


@exit_with_a_sentence
def main() -> None:
    settings = Settings.load()
    configure_logging("events", settings)
    metrics.BUILD.info({"service": "events", "version": __version__, "extractor": RULES_VERSION})
    run_worker("events", settings, partial(build_app, settings))


if __name__ == "__main__":
    main()

"""`tidings-events`: runs the events worker."""

from functools import partial

from tidings.errors import exit_with_a_sentence
from tidings.language.model import packaged
from tidings.logs import configure_logging
from tidings.settings import Settings
from tidings.streaming import run_worker
from tidings_events.app import build_app
from tidings_events.extract import RULES_VERSION


@exit_with_a_sentence
def main() -> None:
    settings = Settings.load()
    configure_logging("events", settings)
    version = f"{RULES_VERSION}+{packaged(settings.model)}"
    run_worker("events", settings, partial(build_app, settings), extractor=version)


if __name__ == "__main__":
    main()

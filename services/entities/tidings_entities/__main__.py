"""`tidings-entities`: runs the entities worker."""

from functools import partial

from tidings.errors import exit_with_a_sentence
from tidings.language.model import packaged
from tidings.logs import configure_logging
from tidings.settings import Settings
from tidings.streaming import run_worker
from tidings_entities.app import build_app
from tidings_entities.extract import EXTRACTOR_VERSION


@exit_with_a_sentence
def main() -> None:
    settings = Settings.load()
    configure_logging("entities", settings)
    version = f"{EXTRACTOR_VERSION}+{packaged(settings.model)}"
    run_worker("entities", settings, partial(build_app, settings), extractor=version)


if __name__ == "__main__":
    main()

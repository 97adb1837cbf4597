"""`tidings-index`: runs the index worker."""

import faust

from tidings.documents import MAPPING_VERSION
from tidings.errors import exit_with_a_sentence
from tidings.logs import configure_logging
from tidings.progress import Progress
from tidings.settings import Settings
from tidings.streaming import run_worker
from tidings_index.app import build_app, prepare_index


@exit_with_a_sentence
def main() -> None:
    settings = Settings.load()
    configure_logging("index", settings)

    def assemble(progress: Progress) -> faust.App:
        prepare_index(settings, progress)
        return build_app(settings, progress)

    run_worker("index", settings, assemble, extractor=f"mapping {MAPPING_VERSION}")


if __name__ == "__main__":
    main()

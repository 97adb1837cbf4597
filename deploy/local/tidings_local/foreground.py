"""`tidings run`: everything in this process until Ctrl-C, with the seeds' findings shown."""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tidings.errors import TidingsError
from tidings.settings import Settings
from tidings_local.found import describe
from tidings_local.owner import Owner
from tidings_local.prometheus import address, find_program
from tidings_local.services import environment
from tidings_local.signals import interrupting
from tidings_local.supervisor import TICK_SECONDS, Supervisor
from tidings_local.waiting import Tick, wait_complete, wait_ready

SHOWN: Final = 3


def run_here(settings: Settings, seeds: Path) -> None:
    """Starts everything and returns when it was interrupted and all is stopped. Raises
    AlreadyRunning, or the sentence of what went wrong, after stopping all."""
    try:
        with interrupting(), Supervisor(settings) as supervisor:

            def tick() -> None:
                supervisor.tick()
                if trouble := supervisor.trouble():
                    raise TidingsError(trouble)
                time.sleep(TICK_SECONDS)

            if wait_ready(settings, tick):
                _push_and_show(settings, seeds, tick)
            if find_program(settings):
                print(f"Prometheus watches it at {address(settings)}")
            print("Ctrl-C stops everything.", flush=True)
            while True:
                supervisor.tick()
                time.sleep(TICK_SECONDS)
    except KeyboardInterrupt:
        print("Stopped.", flush=True)


def show_there(settings: Settings, seeds: Path) -> None:
    """Does the same with what runs already, and leaves it running."""

    def tick() -> None:
        time.sleep(TICK_SECONDS)

    if wait_ready(settings, tick):
        _push_and_show(settings, seeds, tick)


def _push_and_show(settings: Settings, seeds: Path, tick: Tick) -> None:
    articles = wait_complete(settings, push(settings, seeds, tick), tick)
    for article in list(articles.values())[:SHOWN]:
        print(f"\n{describe(article)}")
    total = "1 article is" if len(articles) == 1 else f"{len(articles)} articles are"
    print(f"\n{total} complete, to be searched at {settings.search_address}", flush=True)


def push(settings: Settings, seeds: Path, tick: Tick) -> list[str]:
    """Pushes the files by `tidings push` and gives the articles' ids. What it refused it has said
    on standard error itself. Raises TidingsError where it pushed nothing."""
    command = [sys.executable, "-m", "tidings", "push", str(seeds), "--print-ids"]
    with tempfile.TemporaryDirectory() as place, Owner() as owner:
        output = Path(place) / "ids"
        pushing = owner.start(
            "push",
            command,
            environment=environment(os.environ, settings),
            log=output,
            errors_shown=True,
        )
        while pushing.alive:
            tick()
        ids = output.read_text().split()
    if not ids:
        raise TidingsError(
            f"Nothing of {seeds} was pushed (`tidings push` ended with {pushing.exit_code}): see "
            "what it said above, mend that, and start again."
        )
    return ids

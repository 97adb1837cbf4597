"""The worker of `worker.py` whose consumer stops reading, once: it goes deaf after it has done
FIRST records, if the file that it is given is not there, and makes that file. The process lives on,
as it does with the faults of Faust that this stands for."""

import asyncio
import sys
from pathlib import Path
from typing import Final

import faust

from tests.pipeline import worker
from tidings.progress import Progress
from tidings.settings import Settings
from tidings.streaming import run_worker

FIRST: Final = 20


def build_app(settings: Settings, progress: Progress, mark: Path) -> faust.App:
    app = worker.build_app("entities", settings, progress)
    done = mark.exists()

    async def go_deaf() -> None:
        nonlocal done
        if not done and sum(progress.positions.values()) >= FIRST:
            done = True
            consumer = app.consumer._thread._consumer
            consumer.pause(*consumer.assignment())
            await asyncio.to_thread(mark.touch)

    app.timer(interval=0.2)(go_deaf)
    return app


def main() -> None:
    settings, mark = Settings.load(), Path(sys.argv.pop())
    run_worker("entities", settings, lambda progress: build_app(settings, progress, mark))


if __name__ == "__main__":
    main()

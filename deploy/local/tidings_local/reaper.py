"""The process that outlives its owner just long enough to end what the owner had started.

Standard input is a pipe whose only writer is the owner (see owner.py): `12` says that group 12 has
started, `-12` that it is gone. However the owner dies, the pipe ends; then the rest is ended here.
"""

import signal
import sys
from collections.abc import Iterable
from typing import Final

from tidings_local import groups

PATIENCE_SECONDS: Final = 8


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups.end(left_behind(sys.stdin), PATIENCE_SECONDS)


def left_behind(lines: Iterable[str]) -> set[int]:
    """The groups that were started and not reported gone before the lines ended."""
    started: set[int] = set()
    for line in lines:
        number = int(line)
        if number > 0:
            started.add(number)
        else:
            started.discard(-number)
    return started


if __name__ == "__main__":
    main()

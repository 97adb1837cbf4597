"""A text that a command is given: the words themselves, a file of them, or standard input."""

import sys
from pathlib import Path
from typing import Final

from tidings.errors import TidingsError

_STDIN: Final = "-"


def read_text(argument: str) -> str:
    """A file's text where there is such a file; the words themselves else. Raises TidingsError
    where the file is no UTF-8 text."""
    if argument == _STDIN:
        return sys.stdin.read()
    try:
        path = Path(argument)
        return path.read_text("utf-8") if path.is_file() else argument
    except UnicodeDecodeError:
        raise TidingsError(f"{argument} is no UTF-8 text.") from None
    except OSError:
        return argument  # longer than a file's name can be

"""The end of a log file, and what is added to it."""

import os
from typing import BinaryIO, Final

BLOCK: Final = 64 * 1024


def last_lines(file: BinaryIO, count: int) -> bytes:
    """The last `count` lines; the file is then at its end."""
    position = file.seek(0, os.SEEK_END)
    found = b""
    while position > 0 and found.count(b"\n") <= count:
        step = min(BLOCK, position)
        position = file.seek(position - step)
        found = file.read(step) + found
    file.seek(0, os.SEEK_END)
    lines = found.splitlines(keepends=True)
    return b"".join(lines[len(lines) - count :] if count < len(lines) else lines)


def appended(file: BinaryIO) -> bytes:
    """What was written since the last call; from the beginning where the file was cut short."""
    if os.fstat(file.fileno()).st_size < file.tell():
        file.seek(0)
    return file.read()

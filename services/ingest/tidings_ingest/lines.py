"""Bytes to lines, in whatever encoding a file says it has. Memory holds one line at a time."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes; what is longer is no article, and would have to be held in memory."""

UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Line:
    """UTF-8 without surrounding space; `fault` says why there is no content."""

    number: int
    content: bytes
    at_margin: bool = True
    fault: str | None = None


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """The lines of a stream in UTF-8, with or without a byte order mark, or in UTF-16 with one."""
    number = 0
    try:
        for number, raw in enumerate(_raw_lines(stream), 1):
            if raw is None:
                yield Line(number, b"", fault=too_long(LONGEST_LINE))
            else:
                yield Line(number, raw.strip(b" \t\r\n"), at_margin=raw[:1] not in (b" ", b"\t"))
    except UnicodeDecodeError as error:
        yield Line(number + 1, b"", fault=f"not UTF-16 ({error.reason})")


def decode(data: bytes) -> str:
    """The text of a whole file. Raises ValueError with the place of what is no UTF-8."""
    marked = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    encoding = "utf-16" if data.startswith(UTF16) else "utf-8"
    try:
        return data[marked:].decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"not {encoding.upper()} at byte {error.start + marked}") from None


def too_long(limit: int) -> str:
    return f"longer than {limit // (1024 * 1024)} MB"


def _raw_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    line = stream.readline(LONGEST_LINE)
    if line.startswith(UTF16):
        rejoined = io.BufferedReader(_Rejoined(line, stream))
        for text in io.TextIOWrapper(rejoined, encoding="utf-16", newline="\n"):
            yield text.encode("utf-8", "surrogatepass")
        return
    line = line.removeprefix(codecs.BOM_UTF8)
    while line:
        whole = line.endswith(b"\n") or len(line) < LONGEST_LINE
        yield line if whole else None
        while not whole:
            line = stream.readline(LONGEST_LINE)
            whole = not line or line.endswith(b"\n")
        line = stream.readline(LONGEST_LINE)


class _Rejoined(io.RawIOBase):
    """A stream with what was already read of it put back in front."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head[: len(buffer)] or self._stream.read(len(buffer))
        self._head = self._head[len(data) :]
        buffer[: len(data)] = data
        return len(data)

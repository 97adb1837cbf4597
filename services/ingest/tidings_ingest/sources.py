"""Paths to what they hold: files, folders, gzip of either, standard input."""

import gzip
import io
import os
import stat
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from tidings_ingest.formats import Candidate, Item, Refusal, read_either, read_json, read_text

STDIN: Final = "-"
_GZIP_MAGIC: Final = b"\x1f\x8b"
_READERS: Final[dict[str, Callable[[BinaryIO, str], Iterator[Item]]]] = {
    ".txt": read_text,
    ".text": read_text,
    ".json": read_json,
    ".jsonl": read_json,
    ".ndjson": read_json,
}
READABLE: Final = f"{', '.join(_READERS)} and .gz of these"


class Sources:
    """Reads `paths` one after the other, folders with all that is in them, in order of names.

    A path that cannot be read is refused like a broken line, and the rest goes on. In folders,
    hidden files and those of other kinds are passed over and counted in `skipped`.
    """

    def __init__(self, paths: Sequence[str], *, stdin: io.BufferedReader | None = None) -> None:
        self.skipped: Counter[str] = Counter()
        self._paths = paths
        self._stdin = stdin
        self._current: BinaryIO | None = None
        self._read_before = 0

    def __iter__(self) -> Iterator[Item]:
        for path in self._paths:
            if path == STDIN:
                yield from self._read_stdin()
            elif os.path.isdir(path):
                yield from self._read_folder(Path(path))
            else:
                yield from self._read_file(Path(path))

    @property
    def bytes_read(self) -> int:
        """How far reading has come in the files as they are on disk."""
        return self._read_before + (self._current.tell() if self._current else 0)

    def total_bytes(self) -> int | None:
        """None where that is not known: standard input, pipes."""
        total = 0
        for path in self._paths:
            if path == STDIN:
                return None
            files = [Path(path)]
            if os.path.isdir(path):
                files = [file for file in _walk(Path(path), [])[0] if kind_of(file)]
            if not all(file.is_file() for file in files):
                return None
            total += sum(file.stat().st_size for file in files)
        return total

    def skipped_summary(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.skipped.items()))
        total = self.skipped.total()
        return f"skipped {total} file{'s' if total > 1 else ''} ({kinds})" if total else ""

    def _read_stdin(self) -> Iterator[Item]:
        name = "standard input"
        if self._stdin is None:
            yield Refusal(name, "there is none")
            return
        yield from _guarded(self._stdin, name, read_either)

    def _read_folder(self, folder: Path) -> Iterator[Item]:
        faults: list[OSError] = []
        files, hidden = _walk(folder, faults)
        self.skipped["hidden"] += hidden
        for fault in faults:
            yield Refusal(str(fault.filename), fault.strerror or "cannot be read")
        for file in files:
            if kind_of(file) is None:
                self.skipped[_suffix(file) or "without a suffix"] += 1
            else:
                yield from self._read_file(file)
        self.skipped += Counter()

    def _read_file(self, path: Path) -> Iterator[Item]:
        name = str(path)
        try:
            opened = path.open("rb")
        except OSError as error:
            yield Refusal(name, error.strerror or "cannot be opened")
            return
        with opened:
            mode = os.fstat(opened.fileno()).st_mode
            reader = kind_of(path)
            if reader is None and stat.S_ISREG(mode) and _suffix(path):
                yield Refusal(name, f"{_suffix(path)} is not read here; give {READABLE}")
                return
            regular = stat.S_ISREG(mode)
            self._current = opened if regular else None
            yield from _guarded(opened, name, reader or read_either)
            self._current = None
            self._read_before += opened.tell() if regular else 0


def kind_of(path: Path) -> Callable[[io.BufferedReader, str], Iterator[Item]] | None:
    """The reader for a file of that name; None where its name says nothing we know."""
    return _READERS.get(_suffix(path))


def _suffix(path: Path) -> str:
    return (path.with_suffix("") if path.suffix.lower() == ".gz" else path).suffix.lower()


def _walk(folder: Path, faults: list[OSError]) -> tuple[list[Path], int]:
    """The files in and below a folder, in order, and how many hidden ones were left out."""
    found, hidden = [], 0
    for place, folders, names in os.walk(folder, onerror=faults.append):
        hidden += sum(name.startswith(".") for name in (*names, *folders))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(place, name) for name in names if not name.startswith(".")]
    return sorted(found), hidden


def _guarded(
    stream: io.BufferedReader,
    name: str,
    read: Callable[[io.BufferedReader, str], Iterator[Item]],
) -> Iterator[Item]:
    """Unpacks gzip; turns what goes wrong while reading into a refusal."""
    last = "at its start"
    try:
        if stream.peek(2)[:2] == _GZIP_MAGIC:
            stream = io.BufferedReader(gzip.GzipFile(fileobj=stream))
        elif name.lower().endswith(".gz"):
            yield Refusal(name, "not gzip, though its name says so")
            return
        for item in read(stream, name):
            yield item
            if isinstance(item, Candidate):
                last = f"after {item.origin.removeprefix(name).lstrip(', ') or 'its end'}"
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield Refusal(name, f"damaged gzip {last}: {str(error).rstrip('.')}")
    except OSError as error:
        yield Refusal(name, f"{error.strerror or error} {last}")

"""Downloaded engines: each is either whole or not there."""

import fcntl
import os
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

from tidings.errors import TidingsError


class DownloadFailed(TidingsError):
    """An engine could not be fetched; another try goes on from there."""


class Report(Protocol):
    """Called with the bytes that are there so far and those there will be."""

    def __call__(self, done: int, total: int) -> None: ...


Fetch = Callable[[Path, Report], None]
"""Fills the folder; whatever an earlier, interrupted call left in it must be checked, not trusted.
Raises where the network or the bytes are bad."""


def install(target: Path, name: str, fetch: Fetch) -> Path:
    """The folder `target`; where it is missing, `fetch` fills one beside it, which then gets its
    name. Two at once download once. Raises DownloadFailed."""
    target = target.absolute()
    if target.is_dir():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target.with_name(f"{target.name}.lock")):
            if not target.is_dir():
                _fill(target, name, fetch)
    except DownloadFailed:
        raise
    except OSError as error:
        raise DownloadFailed(_sentence(name, error)) from error
    return target


def _fill(target: Path, name: str, fetch: Fetch) -> None:
    partial = target.with_name(f"{target.name}.partial")
    partial.mkdir(exist_ok=True)
    with _reporting(f"{name}, once, into {target.parent}") as report:
        try:
            fetch(partial, report)
        except Exception as error:
            raise DownloadFailed(_sentence(name, error)) from error
    if os.geteuid() == 0:
        _open_to_everyone(target.parent)
        _open_to_everyone(partial)
        for path in partial.rglob("*"):
            _open_to_everyone(path)
    os.sync()  # a power cut must not leave the name without the bytes
    partial.rename(target)


def is_whole(path: Path, entry: zipfile.ZipInfo) -> bool:
    """Whether the file on disk has the size and checksum that the archive says."""
    if not path.is_file() or path.stat().st_size != entry.file_size:
        return False
    checksum = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            checksum = zlib.crc32(chunk, checksum)
    return checksum == entry.CRC


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _open_to_everyone(path: Path) -> None:
    """Root's engines run as another user, who must be able to read them."""
    mode = path.stat().st_mode
    path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))


@contextmanager
def _reporting(what: str) -> Iterator[Report]:
    """One line, and below it a bar on a terminal; on standard error, for that is no data."""
    print(f"Downloading {what}", file=sys.stderr, flush=True)
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _sentence(name: str, error: Exception) -> str:
    reason = " ".join(str(error).split())[:300] or type(error).__name__
    return (
        f"{name} could not be downloaded ({reason}): see that the network and the disk are well "
        "and run the same command again, it goes on from there."
    )

"""A folder whose files are pushed as they appear, and moved out of the way with what became of
them."""

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from tidings.errors import EngineUnavailable
from tidings.settings import Settings
from tidings_ingest.formats import Item
from tidings_ingest.link import KafkaLink
from tidings_ingest.producer import Pusher, Report, Versions, push_all
from tidings_ingest.sources import Sources

_POLL_SECONDS: Final = 0.5
_REST_SECONDS: Final = 1.0
_AFTER_OUTAGE_SECONDS: Final = 5.0
_UNFINISHED: Final = (".part", ".tmp", ".crdownload")
_MOST_REASONS: Final = 1_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Seen:
    size: int
    modified_ns: int
    since: float


class Inbox:
    """Takes a file once its size and time of change have rested for a second, so that none is read
    half written; hidden files, `.part` and `.tmp` are left to their writers, and so are folders.

    A file with nothing to refuse goes to `done/`; any other to `refused/`, with its reasons beside
    it as FILE.reason.txt, after its good articles were pushed. A file stays where it is until Kafka
    has confirmed it: after a crash or an outage it is pushed again, which changes nothing.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        link: KafkaLink,
        versions: Versions,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._link = link
        self._versions = versions
        self._clock = clock
        self._seen: dict[Path, _Seen] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="inbox", daemon=True)
        self._fault: str | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Lets go of the file at hand, which is then pushed again after the next start."""
        self._stop.set()
        self._thread.join(timeout=2)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def look(self) -> None:
        """Pushes the files that are ready now. Raises EngineUnavailable, OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._rested():
            if self._stop.is_set():
                return
            self._take(path)

    def _watch(self) -> None:
        while not self._stop.is_set():
            pause = _POLL_SECONDS
            try:
                self.look()
                self._fault = None
            except (EngineUnavailable, OSError) as error:
                pause = _AFTER_OUTAGE_SECONDS
                self._say_once(str(error))
            except Exception as error:
                pause = _AFTER_OUTAGE_SECONDS
                log.exception("inbox waits", folder=str(self._folder))
                self._fault = repr(error)
            self._stop.wait(pause)

    def _say_once(self, fault: str) -> None:
        if fault != self._fault:
            log.warning("inbox waits", folder=str(self._folder), reason=fault)
        self._fault = fault

    def _rested(self) -> Iterator[Path]:
        now = self._clock()
        seen: dict[Path, _Seen] = {}
        for path in sorted(self._folder.iterdir()):
            if path.name.startswith(".") or path.suffix in _UNFINISHED or not path.is_file():
                continue
            status = path.stat()
            before = self._seen.get(path)
            same = before and (before.size, before.modified_ns) == (
                status.st_size,
                status.st_mtime_ns,
            )
            since = before.since if before and same else now
            seen[path] = _Seen(status.st_size, status.st_mtime_ns, since)
        self._seen = seen
        return (path for path, file in seen.items() if now - file.since >= _REST_SECONDS)

    def _take(self, path: Path) -> None:
        pusher = Pusher(
            self._link.producer(),
            self._settings,
            versions=self._versions,
            replace=self._link.replace,
        )
        try:
            push_all(_until(self._stop, Sources([str(path)])), pusher)
        except EngineUnavailable as error:
            self._link.suspect(str(error))
            raise
        finally:
            report = pusher.close()
        if self._stop.is_set():
            return
        target = _move(path, self._folder / ("refused" if report.refused else "done"))
        if report.refused:
            reasons = target.with_name(f"{target.name}.reason.txt")
            reasons.write_text(_reasons(report, str(path)), encoding="utf-8")
        ignored = {"ignored": report.ignored_summary()} if report.ignored else {}
        log.info(
            "inbox file taken", file=path.name, now=str(target), result=report.summary(), **ignored
        )


def _until(stop: threading.Event, items: Iterable[Item]) -> Iterator[Item]:
    """The items, as long as nobody wants to stop."""
    return itertools.takewhile(lambda item: not stop.is_set(), items)


def _move(path: Path, folder: Path) -> Path:
    """Moves a file under its own name, or one with a number where that is taken."""
    folder.mkdir(exist_ok=True)
    stem, dot, suffixes = path.name.partition(".")
    names = (f"{stem}-{number}{dot}{suffixes}" for number in itertools.count(2))
    target = folder / path.name
    while target.exists() or target.with_name(f"{target.name}.reason.txt").exists():
        target = folder / next(names)
    return path.rename(target)


def _reasons(report: Report, name: str) -> str:
    """What stands beside a refused file."""
    shown = [str(refusal).replace(name, Path(name).name) for refusal in report.refused]
    more = len(shown) - _MOST_REASONS
    lines = [report.summary(), *shown[:_MOST_REASONS]]
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else [])]) + "\n"

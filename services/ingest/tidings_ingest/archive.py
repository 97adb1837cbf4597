"""A save of the topics: a folder from which any cluster can take them back.

Records are lines of JSON, a gzip file a partition and save; `manifest.json` names the files with
their checksums. It is written last, so that a folder without one is no save.
"""

import base64
import contextlib
import gzip
import hashlib
import heapq
import itertools
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from tidings import __version__
from tidings.deadletters import Incoming
from tidings.errors import TidingsError
from tidings.history import Span
from tidings.messages import SCHEMA_VERSION, Record, Stage, Utc
from tidings.topics import KEPT, Partition

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1

_COMPRESSION: Final = 6


class SavedFile(Record):
    """`records` of one partition, from offset `start` up to `end`, which is not in it."""

    topic: str
    partition: int
    start: int
    end: int
    records: int
    name: str
    sha256: str


class Manifest(Record):
    """`saved_at` is when the save began: what came later is not in it. `acknowledged` says how far
    each extractor was in `articles.raw` at that time, by partition."""

    format: int = FORMAT
    tidings: str = __version__
    schema_version: int = SCHEMA_VERSION
    cluster: str
    saved_at: Utc
    acknowledged: Mapping[Stage, Mapping[int, int]]
    files: tuple[SavedFile, ...]

    @property
    def records(self) -> int:
        return sum(file.records for file in self.files)

    def ends(self) -> dict[Partition, int]:
        """Up to where each partition is saved."""
        ends: dict[Partition, int] = {}
        for file in self.files:
            part = (file.topic, file.partition)
            ends[part] = max(ends.get(part, 0), file.end)
        return ends


def prepare_folder(folder: Path, *, more: bool) -> Manifest | None:
    """Makes the folder, and gives the save that is in it where `more` is to be added to it. Raises
    TidingsError where anything else is there."""
    if folder.is_dir() and more:
        return read_manifest(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = any(folder.iterdir())
    except OSError as error:
        raise TidingsError(f"{folder} cannot be written to ({error.strerror}).") from None
    if (folder / MANIFEST).exists():
        raise TidingsError(
            f"{folder} holds a save: name another folder, or add to it what is new (--continue)."
        )
    if taken:
        raise TidingsError(f"{folder} is not empty, and no whole save: empty it or name another.")
    return None


def what_is_new(
    spans: Mapping[Partition, Span], earlier: Manifest | None, cluster: str
) -> dict[Partition, Span]:
    """What of `spans` is not in the earlier save. Raises TidingsError where that is of topics
    other than these."""
    if earlier is None:
        return dict(spans)
    ends = earlier.ends()
    if earlier.cluster != cluster or any(
        end > spans.get(part, Span(0, 0)).end for part, end in ends.items()
    ):
        raise TidingsError(
            "the save is of other topics than these (another cluster, or they were made anew): "
            "save into a new folder."
        )
    return {
        part: Span(max(span.start, ends.get(part, span.start)), span.end)
        for part, span in spans.items()
    }


def write_files(
    folder: Path,
    spans: Mapping[Partition, Span],
    records: Iterable[Incoming],
    written: Callable[[Incoming], None],
) -> list[SavedFile]:
    """Writes the records, which come ordered by partition number, and calls `written` with each.
    Raises TidingsError where the disk does not take them."""
    counts: dict[Partition, int] = {}
    try:
        for number, some in itertools.groupby(records, key=lambda record: record.partition):
            with contextlib.ExitStack() as files:
                outs: dict[str, gzip.GzipFile] = {}
                for record in some:
                    part = (record.topic, number)
                    if record.topic not in outs:
                        path = folder / _name(part, spans[part])
                        outs[record.topic] = files.enter_context(_durable(path))
                    outs[record.topic].write(to_line(record))
                    counts[part] = counts.get(part, 0) + 1
                    written(record)
        return [_describe(folder, part, spans[part], count) for part, count in counts.items()]
    except OSError as error:
        raise TidingsError(f"{folder} cannot be written to ({error.strerror}).") from None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """From here on the folder is a save, or the larger save. Raises TidingsError."""
    try:
        with (folder / "manifest.tmp").open("wb") as file:
            file.write(manifest.model_dump_json(indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(folder / "manifest.tmp", folder / MANIFEST)
    except OSError as error:
        raise TidingsError(f"{folder} cannot be written to ({error.strerror}).") from None


def read_manifest(folder: Path) -> Manifest:
    """Raises TidingsError where the folder is no save, or one of a newer release."""
    try:
        data = (folder / MANIFEST).read_bytes()
    except OSError:
        raise TidingsError(
            f"{folder} is no save, or one that was interrupted: it has no {MANIFEST}."
        ) from None
    try:
        manifest = Manifest.model_validate_json(data)
    except ValidationError:
        raise TidingsError(f"{folder / MANIFEST} cannot be read: it is damaged.") from None
    if manifest.format > FORMAT or manifest.schema_version > SCHEMA_VERSION:
        raise TidingsError(
            f"{folder} was saved by Tidings {manifest.tidings}, which is newer than this one "
            f"({__version__}): upgrade first."
        )
    return manifest


def check_files(folder: Path, manifest: Manifest, checked: Callable[[SavedFile], None]) -> None:
    """Raises TidingsError, naming it, where a file is missing or is not what was saved."""
    for file in manifest.files:
        try:
            found = _digest(folder / file.name)
        except OSError as error:
            raise TidingsError(
                f"{folder / file.name} cannot be read ({error.strerror}); nothing was loaded."
            ) from None
        if found != file.sha256:
            raise TidingsError(
                f"{folder / file.name} is damaged (its checksum is another); nothing was loaded."
            )
        checked(file)


def read_files(folder: Path, manifest: Manifest) -> Iterator[Incoming]:
    """Every record, topic by topic. Within a topic they come by time as far as partitions allow:
    where partitions were added, an article's records are in two of them."""
    for topic in KEPT:
        by_partition: dict[int, list[SavedFile]] = {}
        for file in manifest.files:
            if file.topic == topic.name:
                by_partition.setdefault(file.partition, []).append(file)
        streams = [_read_partition(folder, files) for _, files in sorted(by_partition.items())]
        yield from heapq.merge(*streams, key=lambda record: record.timestamp)


def to_line(record: Incoming) -> bytes:
    fields = {
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": _packed(record.key),
        "value": _packed(record.value),
        "headers": {name: _packed(value) for name, value in record.headers.items()},
    }
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def from_line(line: bytes, part: Partition) -> Incoming:
    fields = json.loads(line)
    return Incoming(
        topic=part[0],
        partition=part[1],
        offset=fields["offset"],
        timestamp=fields["timestamp"],
        key=_unpacked(fields["key"]),
        value=_unpacked(fields["value"]),
        headers={name: _unpacked(value) or b"" for name, value in fields["headers"].items()},
    )


def _packed(value: bytes | None) -> str | dict[str, str] | None:
    """Text where the bytes are some, so that a save can be read and searched by eye."""
    if value is None:
        return None
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode("ascii")}


def _unpacked(value: Any) -> bytes | None:
    if isinstance(value, dict):
        return base64.b64decode(value["base64"])
    return None if value is None else str(value).encode("utf-8")


def _name(part: Partition, span: Span) -> str:
    return f"{part[0]}-{part[1]}-{span.start}.jsonl.gz"


@contextlib.contextmanager
def _durable(path: Path) -> Iterator[gzip.GzipFile]:
    """A file that is on the disk, and not just on its way to it, when the block has ended."""
    with path.open("wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=_COMPRESSION, mtime=0) as packed:
            yield packed
        raw.flush()
        os.fsync(raw.fileno())


def _describe(folder: Path, part: Partition, span: Span, records: int) -> SavedFile:
    name = _name(part, span)
    return SavedFile(
        topic=part[0],
        partition=part[1],
        start=span.start,
        end=span.end,
        records=records,
        name=name,
        sha256=_digest(folder / name),
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_partition(folder: Path, files: Sequence[SavedFile]) -> Iterator[Incoming]:
    for file in files:
        with gzip.open(folder / file.name) as lines:
            for line in lines:
                yield from_line(line, (file.topic, file.partition))

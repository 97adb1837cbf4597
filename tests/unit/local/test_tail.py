from pathlib import Path

import pytest

from tidings_local.tail import BLOCK, appended, last_lines


@pytest.mark.parametrize("count", [0, 1, 3, 5, 9])
def test_the_last_lines_are_those_of_the_file(tmp_path: Path, count: int) -> None:
    file = a_log(tmp_path, b"1\n2\n3\n4\n5\n")

    with file.open("rb") as opened:
        assert last_lines(opened, count) == b"".join(
            b"%d\n" % n for n in range(1, 6)[-count or 9 :]
        )


def test_lines_longer_than_a_block_are_whole(tmp_path: Path) -> None:
    long = b"x" * (2 * BLOCK) + b"\n"
    file = a_log(tmp_path, b"first\n" + long + b"last\n")

    with file.open("rb") as opened:
        assert last_lines(opened, 2) == long + b"last\n"


def test_following_gives_what_is_added_and_starts_over_when_the_file_is_cut(tmp_path: Path) -> None:
    file = a_log(tmp_path, b"old\n")
    with file.open("rb") as opened:
        last_lines(opened, 10)
        with file.open("ab") as writer:
            writer.write(b"new\n")
        assert appended(opened) == b"new\n"
        assert appended(opened) == b""
        file.write_bytes(b"cut\n")
        assert appended(opened) == b"cut\n"


def a_log(folder: Path, content: bytes) -> Path:
    file = folder / "service.log"
    file.write_bytes(content)
    return file

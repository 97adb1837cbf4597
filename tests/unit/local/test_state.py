import json
from pathlib import Path

import pytest

from tidings.settings import Settings
from tidings_local.reaper import left_behind
from tidings_local.state import (
    NotRunning,
    find_state,
    last_line,
    log_file,
    read_state,
    remove_state,
    write_state,
)


def test_what_this_process_has_started_is_read_back(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, search_port=7000)

    write_state(settings, {"events": 12})

    state = read_state(settings)
    assert state.pids == {"events": 12}
    assert state.page == "http://127.0.0.1:7000"


def test_a_file_of_a_process_that_is_gone_is_no_state_even_if_its_pid_lives_again(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path)
    write_state(settings, {})
    file = tmp_path / "state.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "started": 1.0}))

    assert find_state(settings) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}'])
def test_a_broken_file_is_no_state(tmp_path: Path, content: str) -> None:
    (tmp_path / "state.json").write_text(content)

    assert find_state(Settings(data_dir=tmp_path)) is None


def test_without_a_supervisor_reading_says_how_to_start_one(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    write_state(settings, {})
    remove_state(settings)

    with pytest.raises(NotRunning, match="start it by `tidings up`"):
        read_state(settings)


def test_the_last_line_of_a_log_is_the_last_that_says_something(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert last_line(settings, "events") == ""
    log_file(settings, "events").parent.mkdir()
    log_file(settings, "events").write_text("first\nport 8003 is taken\n\n")

    assert last_line(settings, "events") == "port 8003 is taken"


def test_the_reaper_ends_what_was_started_and_not_reported_gone() -> None:
    assert left_behind(["12\n", "13\n", "-12\n", "14\n"]) == {13, 14}

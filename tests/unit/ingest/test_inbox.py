from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.unit.ingest.fakes import FakeLink, FakeProducer
from tidings.errors import EngineUnavailable
from tidings.settings import Settings
from tidings_ingest.inbox import Inbox
from tidings_ingest.producer import Versions

Look = Callable[[], None]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def link() -> FakeLink:
    return FakeLink(FakeProducer())


@pytest.fixture
def look(tmp_path: Path, link: FakeLink, clock: Clock) -> Look:
    """Looks into the inbox, a second after it was looked at last."""
    inbox = Inbox(tmp_path / "in", Settings.load({}), link, Versions(), clock)
    inbox.look()

    def again() -> None:
        clock.now += 1
        inbox.look()

    return again


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_is_pushed_once_it_has_rested_and_is_moved_to_done(
    tmp_path: Path, link: FakeLink, look: Look
) -> None:
    (tmp_path / "in" / "a.txt").write_text("A title\n\ntext")
    look()
    assert link.fake.sent == []
    look()
    assert len(link.fake.sent) == 1
    assert files(tmp_path / "in") == ["done/a.txt"]


def test_a_file_that_still_grows_is_left_alone(tmp_path: Path, link: FakeLink, look: Look) -> None:
    path = tmp_path / "in" / "a.txt"
    for words in ("A", "A t", "A tit"):
        path.write_text(words)
        look()
    assert link.fake.sent == []
    assert path.exists()


def test_a_field_that_is_ignored_is_logged(tmp_path: Path, look: Look) -> None:
    (tmp_path / "in" / "x.jsonl").write_text('{"title":"A","content":"B"}\n')
    look()
    with capture_logs() as logged:
        look()
    assert [line["ignored"] for line in logged] == [
        "ignored, since no article has such a field: 'content' (in 1)"
    ]
    assert files(tmp_path / "in") == ["done/x.jsonl"]


def test_good_lines_of_a_bad_file_are_pushed_and_the_reasons_lie_beside_it(
    tmp_path: Path, link: FakeLink, look: Look
) -> None:
    (tmp_path / "in" / "x.jsonl").write_text('{"title":"A"}\n{"title":"cut\n')
    look()
    look()
    assert len(link.fake.sent) == 1
    assert files(tmp_path / "in") == ["refused/x.jsonl", "refused/x.jsonl.reason.txt"]
    assert (tmp_path / "in/refused/x.jsonl.reason.txt").read_text() == (
        "pushed 1, refused 1\nx.jsonl, line 2: ends inside a string (character 10)\n"
    )


def test_hidden_and_unfinished_files_stay_with_their_writers(tmp_path: Path, look: Look) -> None:
    for name in (".a.txt", "b.jsonl.part", "c.tmp"):
        (tmp_path / "in" / name).write_text("A")
    look()
    look()
    assert files(tmp_path / "in") == [".a.txt", "b.jsonl.part", "c.tmp"]


def test_equal_names_do_not_overwrite_each_other(tmp_path: Path, look: Look) -> None:
    for words in ("one", "two", "three"):
        (tmp_path / "in" / "a.b.txt").write_text(words)
        look()
        look()
    done = tmp_path / "in" / "done"
    assert {path.name: path.read_text() for path in done.iterdir()} == {
        "a.b.txt": "one",
        "a-2.b.txt": "two",
        "a-3.b.txt": "three",
    }


def test_while_kafka_is_away_a_file_stays_and_is_pushed_later(
    tmp_path: Path, link: FakeLink, look: Look
) -> None:
    (tmp_path / "in" / "a.txt").write_text("A")
    look()
    link.suspect("Kafka is away")
    with pytest.raises(EngineUnavailable):
        look()
    assert files(tmp_path / "in") == ["a.txt"]
    link.fault = None
    look()
    assert files(tmp_path / "in") == ["done/a.txt"]

"""API keys are made once, renewed, and made again where they no longer work."""

import base64
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, cast

import pytest
from elasticsearch import AuthenticationException, Elasticsearch

from tests.elastic_answers import api_error
from tidings.errors import TidingsError
from tidings_index.access import FILE, descriptors, make_keys


class FakeSecurity:
    """Elasticsearch's keys; `refuses` is how often it yet refuses the password."""

    def __init__(self, refuses: int = 0) -> None:
        self.keys: dict[str, Mapping[str, Any]] = {}
        self.names: dict[str, str] = {}
        self.refuses = refuses
        self.shown: str | None = None

    @property
    def security(self) -> Self:
        return self

    def options(self, *, api_key: str) -> "FakeSecurity":
        other = FakeSecurity()
        other.keys, other.shown = self.keys, api_key
        return other

    def authenticate(self) -> None:
        known = {encoded(key) for key in self.keys}
        self.refuses -= 1
        if self.refuses >= 0 or (self.shown is not None and self.shown not in known):
            error = api_error(401)
            raise AuthenticationException(error.message, error.meta, error.body)

    def create_api_key(self, *, name: str, role_descriptors: Mapping[str, Any]) -> dict[str, str]:
        key = f"id{len(self.names)}"
        self.keys[key], self.names[key] = role_descriptors, name
        return {"encoded": encoded(key)}

    def update_api_key(self, *, id: str, role_descriptors: Mapping[str, Any]) -> None:
        self.keys[id] = role_descriptors

    def invalidate_api_key(self, *, name: str, owner: bool) -> None:
        for key in [one for one, named in self.names.items() if named == name]:
            self.keys.pop(key, None)


def encoded(key: str) -> str:
    return base64.b64encode(f"{key}:secret".encode()).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for who in ("reader", "writer"):
        (tmp_path / who).mkdir()
    return tmp_path


def make(security: FakeSecurity, folder: Path, patience_seconds: float = 5) -> list[str]:
    return make_keys(cast(Elasticsearch, security), "news", folder, patience_seconds)


def test_a_key_for_reading_and_one_for_writing_are_for_their_owner_alone(folder: Path) -> None:
    security = FakeSecurity()
    make(security, folder)
    assert sorted(security.names.values()) == ["tidings-reader", "tidings-writer"]
    for who in ("reader", "writer"):
        file = folder / who / FILE
        assert stat.S_IMODE(file.stat().st_mode) == 0o400
        key = base64.b64decode(file.read_text()).decode().partition(":")[0]
        assert security.keys[key] == descriptors("news", who)


def test_the_reader_may_change_nothing_and_nobody_gets_at_other_indexes() -> None:
    for who in ("reader", "writer"):
        [role] = descriptors("news", who).values()
        assert role["cluster"] == ["monitor"]
        [rights] = role["indices"]
        assert rights["names"] == ["news", "news-*"]
        changing = {"write", "manage", "create_index"} & set(rights["privileges"])
        assert bool(changing) == (who == "writer")


def test_a_key_that_works_stays_and_gets_the_rights_of_this_release(folder: Path) -> None:
    security = FakeSecurity()
    make(security, folder)
    before = [(folder / who / FILE).read_text() for who in ("reader", "writer")]
    security.keys = {key: {} for key in security.keys}
    assert all("already" in line for line in make(security, folder))
    assert [(folder / who / FILE).read_text() for who in ("reader", "writer")] == before
    assert all(security.keys.values())


@pytest.mark.parametrize("damage", ["", "no base64!", encoded("unknown")])
def test_a_key_that_does_not_work_is_made_anew_and_the_old_one_taken_back(
    folder: Path, damage: str
) -> None:
    security = FakeSecurity()
    make(security, folder)
    file = folder / "reader" / FILE
    file.unlink()
    file.write_text(damage)
    assert "restart" in make(security, folder)[0]
    assert len(security.keys) == 2


def test_a_password_that_is_refused_for_a_moment_is_tried_again(folder: Path) -> None:
    make(FakeSecurity(refuses=1), folder)
    assert (folder / "writer" / FILE).is_file()


def test_a_wrong_password_is_said_in_one_sentence(folder: Path) -> None:
    with pytest.raises(TidingsError, match="refuses the password of its user elastic"):
        make(FakeSecurity(refuses=9), folder, patience_seconds=0)

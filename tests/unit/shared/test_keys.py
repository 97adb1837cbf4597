"""Keys in memory: what holds while they cannot be read, and what a key may."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from tests.waiting import wait_until
from tidings import keys
from tidings.keys import SCOPES, Key, KeyRing, Keys, Scope, hash_of


def a_key(*scopes: Scope, rate: float = 100, name: str = "desk") -> Key:
    return Key("3f9a1c2b", name, scopes, rate, datetime(2026, 11, 27, tzinfo=UTC))


@contextmanager
def started(ring: KeyRing) -> Iterator[KeyRing]:
    ring.start()
    try:
        yield ring
    finally:
        ring.stop()


def test_a_key_may_what_its_scopes_say_and_admin_everything() -> None:
    assert [scope for scope in SCOPES if a_key("read").may(scope)] == ["read"]
    assert [scope for scope in SCOPES if a_key("read", "push").may(scope)] == ["read", "push"]
    assert all(a_key("admin").may(scope) for scope in SCOPES)


def test_the_hash_is_not_the_key_and_takes_any_text() -> None:
    assert hash_of("tidings_a_b") != hash_of("tidings_a_c")
    assert "tidings" not in hash_of("tidings_a_b")
    assert len(hash_of("\udcff ü")) == 64


def test_the_last_keys_hold_while_they_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "READ_EVERY_SECONDS", 0.01)
    away, looked = threading.Event(), 0
    there: Keys = {hash_of("one"): a_key("read")}

    def read() -> Keys:
        nonlocal looked
        looked += 1
        if away.is_set():
            raise OSError("no answer")
        return dict(there)

    with started(KeyRing(read)) as ring:
        wait_until(lambda: ring.keys is not None, "they are read")
        away.set()
        before = looked
        wait_until(lambda: looked > before + 2, "they are read again")
        assert ring.keys == there
        there = {}
        away.clear()
        wait_until(lambda: ring.keys == {}, "the change is known")


def test_keys_that_could_never_be_read_are_not_known() -> None:
    def read() -> Keys:
        raise OSError("no answer")

    ring = KeyRing(read)
    assert ring.keys is None
    with started(ring):
        time.sleep(0.05)
        assert ring.keys is None

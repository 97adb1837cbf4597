"""Signs of life are heard by who listens, in its own thread and those that it starts work in."""

import asyncio
import threading

from tidings.heartbeat import beat, heard_by


def test_what_nobody_listens_to_is_not_heard_later() -> None:
    heard: list[None] = []
    beat()
    with heard_by(lambda: heard.append(None)):
        assert heard == []
        beat()
    beat()
    assert len(heard) == 1


async def test_they_are_heard_across_a_thread_that_work_is_given_to_and_no_longer_than_asked() -> (
    None
):
    heard: list[int] = []
    with heard_by(lambda: heard.append(threading.get_ident())):
        await asyncio.to_thread(beat)
        beat()
    beat()
    await asyncio.to_thread(beat)
    assert len(heard) == len(set(heard)) == 2


async def test_two_that_work_at_once_hear_only_their_own() -> None:
    async def work(beats: int) -> int:
        heard: list[None] = []
        with heard_by(lambda: heard.append(None)):
            for _ in range(beats):
                await asyncio.to_thread(beat)
        return len(heard)

    assert list(await asyncio.gather(work(2), work(3))) == [2, 3]

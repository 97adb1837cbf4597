"""Answers are made once for all who ask at the same time, and not kept where they failed."""

import asyncio

import pytest

from tidings_search.kept import Kept, together


class Kitchen:
    def __init__(self, *, burns: int = 0) -> None:
        self.made = 0
        self._burns = burns

    async def cook(self) -> int:
        self.made += 1
        made = self.made
        await asyncio.sleep(0.01)
        if made <= self._burns:
            raise RuntimeError("burnt")
        return made


async def test_all_who_ask_at_once_get_the_same_answer() -> None:
    kitchen, kept = Kitchen(), Kept[int](60)
    assert await asyncio.gather(*(kept.get("a", kitchen.cook) for _ in range(5))) == [1] * 5
    assert await kept.get("a", kitchen.cook) == 1
    assert await kept.get("b", kitchen.cook) == 2


async def test_an_answer_that_is_too_old_is_made_anew() -> None:
    kitchen, kept = Kitchen(), Kept[int](-1)
    assert [await kept.get("a", kitchen.cook) for _ in range(2)] == [1, 2]


async def test_what_failed_is_tried_again() -> None:
    kitchen, kept = Kitchen(burns=1), Kept[int](60)
    with pytest.raises(RuntimeError, match="burnt"):
        await kept.get("a", kitchen.cook)
    assert await kept.get("a", kitchen.cook) == 2


async def test_who_goes_away_leaves_the_answer_to_the_others() -> None:
    kitchen, kept = Kitchen(), Kept[int](60)
    first = asyncio.create_task(kept.get("a", kitchen.cook))
    await asyncio.sleep(0)
    second = asyncio.create_task(kept.get("a", kitchen.cook))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 1


async def test_only_some_are_kept() -> None:
    kitchen, kept = Kitchen(), Kept[int](60)
    for number in range(70):
        await kept.get(str(number), kitchen.cook)
    assert await kept.get("69", kitchen.cook) == 70
    assert await kept.get("0", kitchen.cook) == 71


async def test_what_was_asked_beside_a_failure_is_given_up() -> None:
    kitchen, slow = Kitchen(burns=1), asyncio.Event()
    waiting = asyncio.ensure_future(slow.wait())
    with pytest.raises(RuntimeError, match="burnt"):
        await together(waiting, kitchen.cook())
    await asyncio.sleep(0)
    assert waiting.cancelled()
    assert await together(Kitchen().cook(), Kitchen().cook()) == [1, 1]

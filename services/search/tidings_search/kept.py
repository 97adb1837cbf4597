"""Answers that are asked for at once: several by one page, or one by many, then made once and kept
for some seconds."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

_MOST: Final = 64
"""Answers; the oldest goes first."""


async def together(*answers: Awaitable[Any]) -> list[Any]:
    """All of them, in order. Where one fails the others are given up: nobody waits for them."""
    asked = [asyncio.ensure_future(answer) for answer in answers]
    try:
        return await asyncio.gather(*asked)
    finally:
        for one in asked:
            one.cancel()


class Kept(Generic[T]):
    """Who asks while an answer is being made waits for that one. One that failed is not kept."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._answers: dict[str, tuple[float, asyncio.Future[T]]] = {}

    async def get(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        until, answer = self._answers.get(key, (0.0, None))
        if answer is None or until < time.monotonic():
            answer = asyncio.ensure_future(make())
            self._answers.pop(key, None)
            self._answers[key] = (time.monotonic() + self._seconds, answer)
            if len(self._answers) > _MOST:
                del self._answers[next(iter(self._answers))]
        try:
            # Who goes away must not take the answer from the others.
            return await asyncio.shield(answer)
        except BaseException:
            if answer.done() and self._answers.get(key, (0.0, None))[1] is answer:
                del self._answers[key]
            raise

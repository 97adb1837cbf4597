"""A long stream in lists that memory holds."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def portions(
    items: Iterable[T], size: Callable[[T], int], *, most: int, most_bytes: int
) -> Iterator[list[T]]:
    """The items in their order, in lists of up to `most`, and fewer where they are large: a list
    ends with the item by which it reaches `most_bytes`. None is empty."""
    some: list[T] = []
    total = 0
    for item in items:
        some.append(item)
        total += size(item)
        if len(some) >= most or total >= most_bytes:
            yield some
            some, total = [], 0
    if some:
        yield some

"""Memory of an extractor that reads made-up words for ever:
`python -m tests.faults.words entities|events ARTICLES`."""

import random
import sys
import time
from collections.abc import Iterator
from typing import Final

import psutil

from tests.factories import an_article
from tidings.batch import load_extractor
from tidings.messages import Article
from tidings.settings import Settings

TOGETHER: Final = 8
"""As a worker takes them."""
TEXT: Final = (
    "{0} {1} told reporters in {2} on Monday that the {3} had attacked {4}. The {5} of {6} said it "
    "would {7} the {8} and meet with {9} {10} in {11}."
)
WORDS: Final = 12
_SYLLABLES: Final = [first + vowel for first in "bcdfghklmnprstvz" for vowel in "aeiou"]


def made_up(count: int, seed: int = 1) -> Iterator[Article]:
    """So many short articles, nearly every name in them a word that never was before."""
    chance = random.Random(seed)

    def word() -> str:
        return "".join(chance.choices(_SYLLABLES, k=4)).capitalize()

    for number in range(count):
        words = [word() for _ in range(WORDS)]
        yield an_article(f"{words[0]} {number}", TEXT.format(*words))


def read_all(stage: str, count: int, shown: int = 20) -> list[int]:
    """Has the stage's extractor read so many articles; the process's resident memory, MiB, at the
    beginning and `shown` times after it."""
    extract = load_extractor(stage)(Settings())
    process = psutil.Process()
    sizes = [process.memory_info().rss >> 20]
    batch: list[Article] = []
    began = time.monotonic()
    for number, article in enumerate(made_up(count), 1):
        batch.append(article)
        if len(batch) == TOGETHER or number == count:
            extract(batch)
            batch = []
        if number % max(1, count // shown) == 0:
            sizes.append(process.memory_info().rss >> 20)
            taken = time.monotonic() - began
            print(f"{number}\t{sizes[-1]} MiB\t{number / taken:.0f}/s", flush=True)
    return sizes


if __name__ == "__main__":
    read_all(sys.argv[1], int(sys.argv[2]), *(int(one) for one in sys.argv[3:]))

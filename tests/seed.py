"""Real articles in any number, made from the one in seeds/."""

from pathlib import Path
from typing import Final

from tests.factories import an_article
from tidings.messages import Article

SEED: Final = Path("seeds/000_5d93164cc9abf8f2.txt")


def real_articles(count: int) -> list[Article]:
    """The seed's paragraphs, begun at another one each time, under titles of their own."""
    title, _, text = SEED.read_text("utf-8").partition("\n")
    parts = text.strip().split("\n\n")
    return [
        an_article(f"{title} ({number})", "\n\n".join(parts[number % 5 :] + parts[: number % 5]))
        for number in range(count)
    ]

"""What both extractors do around their own work: choose what they can read, and take the time."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from tidings.language.identify import check_language
from tidings.messages import Article

F = TypeVar("F")


def read_each(
    articles: Sequence[Article], find: Callable[[Sequence[Article]], Sequence[F]], *, reads: str
) -> Iterator[tuple[dict[str, Any], F | None]]:
    """For each article, in order, the fields that every result has, and what was found in it.

    `find` gets those written in the language `reads` (ISO 639-1), all at once, and returns one
    finding for each; the others are skipped with the reason and have None. The seconds of the batch
    are shared out by length.
    """
    checks = [check_language(article, reads=reads) for article in articles]
    readable = [a for a, check in zip(articles, checks, strict=True) if not check.skipped]
    started = time.perf_counter()
    findings = iter(find(readable))
    spent = time.perf_counter() - started
    per_character = spent / max(1, sum(len(article.content) for article in readable))
    for article, check in zip(articles, checks, strict=True):
        seconds = 0.0 if check.skipped else round(per_character * len(article.content), 4)
        fields = {
            "article_id": article.article_id,
            "revision": article.revision,
            "version": article.version,
            "language": check.language,
            "skipped": check.skipped,
            "seconds": seconds,
        }
        yield fields, None if check.skipped else next(findings)

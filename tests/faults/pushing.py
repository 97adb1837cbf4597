"""Articles to push, and `tidings push` as a process that may be killed."""

import itertools
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.seed import real_articles
from tidings.errors import InvalidMessage, TidingsError
from tidings.messages import Article
from tidings.metrics import now_ms
from tidings_ingest.formats import Candidate
from tidings_ingest.normalise import normalise
from tidings_ingest.sources import Sources
from tidings_local.owner import Child

Fields = dict[str, Any]

_COMPUTED: Final = {"article_id", "revision", "version", "pushed_at"}
_MOST_CHARACTERS: Final = 100_000
_ID: Final = re.compile(r"^[0-9a-f]{32}$", re.MULTILINE)


@dataclass(frozen=True)
class Push:
    """A `tidings push FILE --print-ids` and where its output goes."""

    file: Path
    log: Path
    child: Child

    @property
    def confirmed(self) -> frozenset[str]:
        """The articles of which it has said that they are pushed."""
        said = self.log.read_text("utf-8", errors="replace") if self.log.exists() else ""
        return frozenset(_ID.findall(said))


def push_command(file: Path) -> list[str]:
    return [sys.executable, "-m", "tidings", "push", str(file), "--print-ids"]


def made_articles(count: int) -> list[Fields]:
    return [{"title": one.title, "text": one.text} for one in real_articles(count)]


def given_articles(path: str, count: int) -> list[Fields]:
    """The first `count` different ones of a file or folder, as `tidings push` reads it. Where it
    has fewer, they come again under other titles and without their address, as articles of their
    own. Raises TidingsError where there are none."""
    found = list(dict(itertools.islice(_different(path), count)).values())
    if not found:
        raise TidingsError(f"{path} has no article that can be pushed; name a file or a folder.")
    return [_turned(found[n % len(found)], n // len(found)) for n in range(count)]


def _turned(fields: Fields, turn: int) -> Fields:
    if turn == 0:
        return fields
    return {**fields, "url": None, "title": f"{fields.get('title') or ''} ({turn + 1})"}


def as_record(fields: Mapping[str, Any], version: int) -> tuple[bytes, bytes]:
    """Key and value of a raw record, as a producer writes it that is not ours."""
    article = Article.build(fields, version=version)
    return article.article_id.encode(), article.to_bytes()


def write_lines(file: Path, articles: Iterable[Fields]) -> None:
    lines = (json.dumps(fields, ensure_ascii=False, default=str) for fields in articles)
    file.write_text("\n".join(lines) + "\n", "utf-8")


def mixed(records: Sequence[Any], others: Iterator[Any], every: int) -> list[Any]:
    """`records` with one of `others` as every so-manieth."""
    out: list[Any] = []
    for record in records:
        if len(out) % every == every - 1:
            out.append(next(others))
        out.append(record)
    return out


def _different(path: str) -> Iterator[tuple[str, Fields]]:
    """Each article's id and what its pusher would know of it."""
    seen = set()
    for item in Sources([path]):
        with suppress(InvalidMessage):
            if isinstance(item, Candidate):
                article = normalise(item.fields, version=now_ms(), max_chars=_MOST_CHARACTERS)
                if article.article_id not in seen:
                    seen.add(article.article_id)
                    yield (
                        article.article_id,
                        article.model_dump(mode="json", exclude=_COMPUTED, exclude_defaults=True),
                    )

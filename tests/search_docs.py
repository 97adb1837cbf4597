"""docs/search.md as its tests read it."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

TEXT: Final = Path("docs/search.md").read_text("utf-8")
HOST: Final = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Example:
    """A query, and how many articles and events it finds, and which article first, where it says
    so."""

    query: str
    articles: int | None
    events: int | None
    first: str | None


def examples() -> list[Example]:
    return [_example(query, finds) for query, finds, _ in rows("query", "finds", "why")]


def lines_of(*header: str) -> list[str]:
    """The rows of all tables with this header, as they are written."""
    found, inside = [], False
    for line in TEXT.splitlines():
        if line == f"| {' | '.join(header)} |":
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("|---"):
            found.append(line)
    return found


def rows(*header: str) -> list[tuple[str, ...]]:
    """Their cells, without backticks around one that is all code."""
    return [
        tuple(_bare(cell.strip()) for cell in line.strip("|").split(" | "))
        for line in lines_of(*header)
    ]


def requests() -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Path and parameters of each example with curl."""
    for command in re.findall(r"^\$ (curl .*)$", TEXT, re.MULTILINE):
        words = shlex.split(command.partition(" | ")[0])
        yield _path(words), _parameters(words)


def _path(words: Sequence[str]) -> str:
    return next(word for word in words if word.startswith(HOST)).removeprefix(HOST)


def _parameters(words: Sequence[str]) -> dict[str, list[str]]:
    parameters: dict[str, list[str]] = {}
    for option, value in pairwise(words):
        if option in ("-d", "--data-urlencode"):
            name, _, given = value.partition("=")
            parameters.setdefault(name, []).append(given)
    return parameters


def _bare(cell: str) -> str:
    return cell[1:-1] if re.fullmatch(r"`[^`]*`", cell) else cell


def _example(query: str, finds: str) -> Example:
    articles, events = re.search(r"(\d+) articles?", finds), re.search(r"(\d+) events?", finds)
    first = re.search("“(.*)”", finds)
    return Example(
        query,
        int(articles[1]) if articles else None,
        int(events[1]) if events else None,
        first[1] if first else None,
    )

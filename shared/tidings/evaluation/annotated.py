"""Annotated texts, as docs/annotation.md describes them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from tidings.errors import InvalidMessage, TidingsError
from tidings.messages import Article, EntityKind, EventType, Modality


@dataclass(frozen=True)
class Name:
    """A name where it stands: `content[start:end]`. `canonical` is the usual full name of what it
    means, `country` ISO 3166-1 alpha-3 or None."""

    start: int
    end: int
    kind: EntityKind
    canonical: str
    country: str | None


@dataclass(frozen=True)
class Told:
    """An event by its words; slots are None where the text does not fill them."""

    event_type: EventType
    modality: Modality
    trigger: str
    mode: str | None
    source: str | None
    target: str | None
    place: str | None
    date: str | None


@dataclass(frozen=True)
class Annotated:
    """`label` is the text's own id."""

    label: str
    article: Article
    names: tuple[Name, ...]
    events: tuple[Told, ...]


def read_annotated(path: Path) -> list[Annotated]:
    """The texts of a JSON Lines file, or of all those of a folder. Raises TidingsError, with the
    place, where one is not as the guidelines say."""
    files = sorted(path.glob("**/*.jsonl")) if path.is_dir() else [path]
    texts = [text for file in files for text in _read(file)]
    if not texts:
        raise TidingsError(
            f"{path} has no annotated text; docs/annotation.md says how to write it."
        )
    return texts


def _read(file: Path) -> Iterator[Annotated]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TidingsError(f"{file} cannot be read ({error}).") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield parse(json.loads(line))
            except (InvalidMessage, KeyError, TypeError, ValueError) as error:
                raise TidingsError(f"{file}, line {number}: {_in_words(error)}") from None


def parse(fields: Mapping[str, Any]) -> Annotated:
    """Raises KeyError, TypeError, ValueError, InvalidMessage where it is not as it should be."""
    published = datetime.fromisoformat(fields["date"]).replace(tzinfo=UTC)
    given = {name: fields[name] for name in ("title", "text") if name in fields}
    article = Article.build(
        {**given, "article_id": fields["id"], "published_at": published},
        version=int(published.timestamp() * 1000),
    )
    return Annotated(
        label=fields["id"],
        article=article,
        names=tuple(_names(article.content, fields["mentions"])),
        events=tuple(_told(article.content, event) for event in fields["events"]),
    )


def _names(content: str, mentions: list[list[Any]]) -> Iterator[Name]:
    at = 0
    for words, kind, canonical, country in mentions:
        found = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)").search(content, at)
        if not found:
            raise ValueError(f"{words!r} does not stand behind the mention before it")
        at = found.end()
        if kind not in get_args(EntityKind):
            raise ValueError(f"{words!r}: {kind!r} is none of {', '.join(get_args(EntityKind))}")
        if not canonical or not (country is None or re.fullmatch("[A-Z]{3}", country)):
            raise ValueError(f"{words!r} needs a canonical name, and null or a code of 3 letters")
        yield Name(found.start(), found.end(), kind, canonical, country)


def _told(content: str, event: Mapping[str, Any]) -> Told:
    for slot in ("trigger", "source", "target", "place"):
        if event[slot] is not None and event[slot] not in content:
            raise ValueError(f"the {slot} {event[slot]!r} is not in the text")
    if event["type"] not in get_args(EventType) or event["modality"] not in get_args(Modality):
        raise ValueError(f"no type and modality: {event['type']!r}, {event['modality']!r}")
    if not event["trigger"]:
        raise ValueError("an event needs a trigger")
    return Told(
        event["type"], event["modality"], event["trigger"], event["mode"],
        event["source"], event["target"], event["place"], event["date"],
    )  # fmt: skip


def _in_words(error: Exception) -> str:
    return f"`{error.args[0]}` is missing" if isinstance(error, KeyError) else str(error)

"""Fields as somebody gave them to an article. Pure: nothing here sends or looks at a clock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tidings.errors import InvalidMessage
from tidings.messages import Article
from tidings.wire import check_length

# The shape of a BCP 47 tag, not its registry: a wrong tag is marked, a wrong shape is a mistake.
_LANGUAGE: Final = re.compile(r"(?i)[a-z]{2,3}(?:-[a-z0-9]{1,8})*")

_OTHER_NAMES: Final = {"published_at": "date", "authors": "author"}
_COMPUTED: Final = ("article_id", "revision", "version", "pushed_at")
_READ: Final = Article.model_fields.keys() | _OTHER_NAMES.values()


@dataclass(frozen=True)
class Defaults:
    """What holds for records that do not say it themselves."""

    outlet: str | None = None
    published_at: str | None = None
    language: str | None = None
    url: str | None = None
    section: str | None = None
    authors: tuple[str, ...] = ()


NO_DEFAULTS: Final = Defaults()


def normalise(
    fields: Mapping[str, Any],
    *,
    version: int,
    max_chars: int,
    defaults: Defaults = NO_DEFAULTS,
) -> Article:
    """The article that `fields` describe, as pushed at `version` (milliseconds since 1970).

    `date` and `author` are read as `published_at` and `authors` where those are missing; unknown
    fields are ignored, identity and version always computed, blank values taken as not said. A
    date without a time is midnight UTC, a time without a zone UTC. Raises InvalidMessage.
    """
    known = {name: value for name, value in fields.items() if not _is_blank(value)}
    for name in _COMPUTED:
        known.pop(name, None)
    for name, other in _OTHER_NAMES.items():
        if name not in known and other in known:
            known[name] = known[other]
    known = {**{name: value for name, value in vars(defaults).items() if value}, **known}
    if "published_at" in known:
        known["published_at"] = parse_time(known["published_at"])
    if isinstance(known.get("authors"), str):
        known["authors"] = (known["authors"],)
    if "language" in known:
        check_language(known["language"])
    known["pushed_at"] = datetime.fromtimestamp(version / 1000, UTC)
    article = Article.build(known, version=version)
    check_length(article, max_chars)
    return article


def ignored_fields(fields: Mapping[str, Any]) -> list[str]:
    """Names of those that say something and that no article has."""
    return [name for name, value in fields.items() if name not in _READ and not _is_blank(value)]


def parse_time(value: object, field: str = "published_at") -> datetime:
    """The instant that an ISO 8601 text names: a date is midnight UTC, a time without a zone UTC.
    Raises InvalidMessage, which names `field`, where it names none."""
    if not isinstance(value, str):
        raise _invalid(field, f"{value!r} is no text; write e.g. 2026-03-01T10:00:00Z")
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError as error:
        why = str(error) if "Invalid isoformat" not in str(error) else "not ISO 8601"
        raise _invalid(
            field, f"{value[:80]!r} is no date ({why}); write e.g. 2026-03-01T10:00:00Z"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def check_language(value: object) -> None:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise _invalid("language", f"{str(value)[:80]!r} is no BCP 47 tag; write e.g. en or pt-BR")


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _invalid(field: str, sentence: str) -> InvalidMessage:
    return InvalidMessage("invalid-record", f"`{field}`: {sentence}")

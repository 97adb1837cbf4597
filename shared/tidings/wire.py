"""Bytes to records and back: the one place where a value from a topic or a file is decoded."""

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from tidings.errors import InvalidMessage
from tidings.messages import (
    SCHEMA_HEADER,
    SCHEMA_VERSION,
    Article,
    ArticleId,
    Record,
    Utc,
    explain,
)

R = TypeVar("R", bound=Record)


class _Stamp(Record):
    at: Utc


_MOST_DIGITS: Final = 9
_ARTICLE_ID: Final[TypeAdapter[str]] = TypeAdapter(ArticleId)

SCHEMA_HEADERS: Final[dict[str, bytes]] = {SCHEMA_HEADER: str(SCHEMA_VERSION).encode()}


def parse_object(data: bytes | str) -> dict[str, Any]:
    """The JSON object in `data` (UTF-8).

    Stricter than the json module where leniency would change what was said: a key given twice, NaN
    and Infinity are refused. Raises InvalidMessage with a sentence and a position.
    """
    try:
        value = json.loads(data, object_pairs_hook=_once_each, parse_constant=_no_constants)
    except UnicodeDecodeError as error:
        raise InvalidMessage("not-json", f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise InvalidMessage("not-json", _where(error)) from None
    except RecursionError:
        raise InvalidMessage("not-json", "nested too deeply") from None
    except ValueError:  # the interpreter's own limit
        raise InvalidMessage("not-json", "a number of more than 4,300 digits") from None
    if not isinstance(value, dict):
        raise InvalidMessage("not-json", f"a JSON object is needed, this is a {_kind(value)}")
    return value


def decode(record_type: type[R], value: bytes, headers: Mapping[str, bytes] | None = None) -> R:
    """A record that a service of ours wrote. Raises InvalidMessage."""
    check_schema(headers)
    try:
        return record_type.model_validate_json(value)
    except ValidationError as error:
        code = "not-json" if error.errors()[0]["type"] == "json_invalid" else "invalid-record"
        raise InvalidMessage(code, explain(error)) from None


def decode_article(
    value: bytes,
    *,
    key: bytes | None,
    timestamp: int,
    headers: Mapping[str, bytes] | None = None,
    max_chars: int,
) -> Article:
    """An article from `articles.raw`, where other producers write too.

    What they may leave out is filled in: the id from the key or the fields, the version from
    `pushed_at` or the record's `timestamp` (milliseconds). Raises InvalidMessage.
    """
    check_schema(headers)
    fields = parse_object(value)
    given = None if key is None else article_id_of(key)
    if given and not fields.get("article_id"):
        fields["article_id"] = given
    article = Article.build(fields, version=_version(fields, timestamp))
    if given and given != article.article_id:
        raise InvalidMessage(
            "key-mismatch", f"the key is {key!r}, but article_id is {article.article_id!r}"
        )
    check_length(article, max_chars)
    return article


def article_id_of(key: bytes) -> str:
    """The id that a record's key is. Raises InvalidMessage."""
    try:
        return _ARTICLE_ID.validate_python(key.decode("utf-8"))
    except UnicodeDecodeError:
        words = "not UTF-8"
    except ValidationError as error:
        words = explain(error)
    raise InvalidMessage("invalid-record", f"the key {key[:80]!r} is no article's id: {words}")


def check_length(article: Article, max_chars: int) -> None:
    """Raises InvalidMessage where the article has more characters than `max_chars`."""
    length = len(article.content)
    if length > max_chars:
        raise InvalidMessage(
            "too-long",
            f"{length:,} characters, the limit is {max_chars:,} (TIDINGS_ARTICLE_MAX_CHARS)",
        )


def check_schema(headers: Mapping[str, bytes] | None) -> None:
    written = (headers or {}).get(SCHEMA_HEADER)
    if written is None:
        return
    if not written.isdigit() or len(written) > _MOST_DIGITS:
        raise InvalidMessage(
            "invalid-record", f"header {SCHEMA_HEADER} is {written[:80]!r}, not a number"
        )
    if int(written) > SCHEMA_VERSION:
        raise InvalidMessage(
            "newer-schema",
            f"schema {int(written)}, this service knows up to {SCHEMA_VERSION}: "
            "upgrade it, then replay",
        )


def _version(fields: Mapping[str, Any], timestamp: int) -> int:
    version = fields.get("version")
    if version is not None:
        if isinstance(version, bool) or not isinstance(version, int) or version < 0:
            raise InvalidMessage("invalid-record", f"`version`: {version!r} is not milliseconds")
        return version
    pushed_at = fields.get("pushed_at")
    if pushed_at is None:
        return timestamp
    try:
        stamped = _Stamp.model_validate({"at": pushed_at})
    except ValidationError as error:
        raise InvalidMessage(
            "invalid-record", explain(error).replace("`at`", "`pushed_at`")
        ) from None
    return int(stamped.at.timestamp() * 1000)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique: dict[str, Any] = {}
    for name, value in pairs:
        if name in unique:
            raise InvalidMessage("not-json", f"the key `{name[:80]}` is given twice")
        unique[name] = value
    return unique


def _no_constants(name: str) -> NoReturn:
    raise InvalidMessage("not-json", f"{name} is not JSON")


def _where(error: json.JSONDecodeError) -> str:
    if not error.doc.strip():
        return "empty"
    if error.msg.startswith(("Unterminated string", "Invalid control")):
        what = (
            "ends inside a string"
            if error.msg.startswith("Unter")
            else "a control character in a string"
        )
    else:
        what = f"not JSON: {error.msg[0].lower()}{error.msg[1:]}"
    return f"{what} (character {error.pos + 1})"


def _kind(value: object) -> str:
    names = {list: "list", str: "string", bool: "truth value", type(None): "null"}
    return names.get(type(value), "number")

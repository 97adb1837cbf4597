"""The errors that Tidings raises on purpose. Anything else that escapes is a bug."""

import functools
import sys
from collections.abc import Callable
from typing import Final


class TidingsError(Exception):
    """Something a person can mend: the message is one sentence that says what and how."""


class SettingsError(TidingsError):
    """A TIDINGS_* variable is unknown or has a value that it cannot have."""


class EngineUnavailable(TidingsError):
    """Kafka or Elasticsearch does not answer."""


class InvalidMessage(TidingsError):
    """A record that cannot be used. It is data, not a fault: it goes to the dead letters.

    `code` is short and stable (dashboards count by it); `str(error)` is the sentence for people.
    """

    def __init__(self, code: str, sentence: str) -> None:
        if code not in REASONS:
            raise ValueError(
                f"unknown dead-letter reason {code!r}; add it to tidings.errors.REASONS"
            )
        super().__init__(sentence)
        self.code: Final = code


REASONS: Final[dict[str, str]] = {
    "not-json": "The value is not a JSON object in UTF-8.",
    "invalid-record": "A field is missing or has a value that it cannot have.",
    "empty": "The article has neither a title nor a text.",
    "too-long": "The article is longer than the limit.",
    "newer-schema": "The record was written by a newer version of Tidings than this one.",
    "key-mismatch": "The record's key is not the article's id.",
    "extractor-failed": "The extractor raised an error on this article.",
    "result-too-large": "The result is larger than the broker accepts.",
    "index-refused": "Elasticsearch cannot parse or map the document.",
}
"""Every reason a record can be set aside for, by code."""


def exit_with_a_sentence(main: Callable[[], None]) -> Callable[[], None]:
    """Wraps a program's `main`: an error that a person can mend ends it with one sentence on
    standard error and status 1."""

    @functools.wraps(main)
    def wrapped() -> None:
        try:
            main()
        except TidingsError as error:
            print(f"tidings: {error}", file=sys.stderr)
            sys.exit(1)

    return wrapped

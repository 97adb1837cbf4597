"""Finding dead letters: which of them are meant, and reading those whole."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tidings.deadletters import Incoming, SetAside, read_letters
from tidings.errors import InvalidMessage, TidingsError
from tidings.history import History, Span
from tidings.messages import DeadLetter
from tidings.topics import DEAD
from tidings.wire import decode


@dataclass(frozen=True)
class Filter:
    """Which letters are meant; what is not given asks for nothing. `since` and `until` are about
    when a record died: at or after the one, before the other."""

    stage: str | None = None
    reason: str | None = None
    article: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    origins: frozenset[str] = frozenset()

    def wants(self, letter: DeadLetter) -> bool:
        return (
            self.stage in (None, letter.stage)
            and self.reason in (None, letter.code)
            and self.article in (None, letter.article_id)
            and (self.since is None or self.since <= letter.died_at)
            and (self.until is None or letter.died_at < self.until)
            and (not self.origins or letter.origin in self.origins)
        )


class Letters:
    """What lies in `articles.dead` at one moment. Every method raises EngineUnavailable."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._spans = history.spans(DEAD)
        self.foreign: list[str] = []

    def find(self, wanted: Filter) -> list[SetAside]:
        """Those that are meant, settled ones too, in the order in which they died. What is no
        letter is named in `foreign` and passed over, unless a letter tells of it already."""
        noted: dict[str, str] = {}

        def note(record: Incoming, fault: InvalidMessage) -> None:
            place = f"{record.topic}-{record.partition}-{record.offset}"
            noted[place] = f"{place} is no dead letter: {fault}"

        found = read_letters(
            self._history.read(self._spans),
            wanted=lambda letter: letter.topic == DEAD.name or wanted.wants(letter),
            on_foreign=note,
        )
        told = {one.letter.origin for one in found}
        self.foreign = [said for place, said in noted.items() if place not in told]
        meant = [one for one in found if wanted.wants(one.letter)]
        return sorted(meant, key=lambda one: (one.letter.died_at, one.letter.origin))

    def whole(self, chosen: Iterable[SetAside]) -> Iterator[DeadLetter]:
        """The letters with their values, one at a time, by partition."""
        places = {(one.partition, one.offset) for one in chosen}
        spans = {
            (DEAD.name, number): Span(
                min(offset for part, offset in places if part == number),
                max(offset for part, offset in places if part == number) + 1,
            )
            for number in {part for part, _ in places}
        }
        for record in self._history.read(spans):
            if (record.partition, record.offset) in places and record.value is not None:
                yield decode(DeadLetter, record.value, record.headers)

    def died_since(self) -> list[DeadLetter]:
        """The letters that have come after that moment, but for those that were settled again."""
        now = self._history.spans(DEAD)
        new = {part: Span(self._spans.get(part, span).end, span.end) for part, span in now.items()}
        return [one.letter for one in read_letters(self._history.read(new)) if one.mark is None]


def choose(found: list[SetAside], wanted: Filter, *, settled: bool) -> list[SetAside]:
    """The letters to do something with. Raises TidingsError where one that is named is not there,
    or is settled and those are not meant."""
    for origin in sorted(wanted.origins):
        of_it = [one for one in found if one.letter.origin == origin]
        if not of_it:
            raise TidingsError(
                f"no dead letter comes from {origin!r}; `tidings dead list` names them."
            )
        if not settled and all(one.mark for one in of_it):
            raise TidingsError(
                f"the dead letter from {origin} is settled: {of_it[-1].mark}; "
                "`tidings dead list --settled` shows it, `replay --settled` sends it once more."
            )
    return [one for one in found if settled or one.mark is None]


def count(found: Iterable[SetAside]) -> list[tuple[str, str, int]]:
    """Letters by stage and reason."""
    counts = Counter((one.letter.stage, one.letter.code) for one in found)
    return [(stage, code, number) for (stage, code), number in sorted(counts.items())]


def in_total(found: list[SetAside]) -> str:
    """An undecodable record is set aside by every stage that reads it."""
    records = len({one.letter.identity for one in found})
    return f"{_number(len(found), 'dead letter')} of {_number(records, 'record')}"


def as_json(one: SetAside) -> dict[str, Any]:
    letter, mark = one.letter, one.mark
    return {
        "origin": letter.origin,
        "stage": letter.stage,
        "reason": letter.code,
        "sentence": letter.reason,
        "article_id": letter.article_id,
        "version": letter.version,
        "died_at": letter.died_at.isoformat(),
        "truncated": letter.truncated,
        "state": mark.outcome if mark else "open",
        "sent_to": mark.sent_to if mark else None,
    }


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"

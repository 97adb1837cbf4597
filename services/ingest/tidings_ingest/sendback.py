"""Dead letters that go back to the topic they came from, and what becomes of each."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from kafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from tidings import topics
from tidings.deadletters import Mark, SetAside
from tidings.messages import DeadLetter, Stage
from tidings.portions import portions
from tidings.topics import DEAD
from tidings_ingest.delivery import Outgoing, Place, Producers, deliver

_MOST_AT_ONCE: Final = 500
_MOST_BYTES_AT_ONCE: Final = 64 * 1024 * 1024
_KNOWN: Final = frozenset(topic.name for topic in topics.ALL)


@dataclass(frozen=True)
class Fate:
    """What became of one record: `sent_to` is its new place, `detail` a clause for people,
    `unmarked` why its letter stays open all the same."""

    origin: str
    outcome: Literal["done", "sent", "set-aside", "waiting", "refused"]
    detail: str
    sent_to: Place | None = None
    unmarked: str | None = None

    @property
    def is_well(self) -> bool:
        return self.outcome in ("done", "sent") and not self.unmarked

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "sent_to": str(self.sent_to) if self.sent_to else None}

    def __str__(self) -> str:
        open_still = f"; its letter stays open ({self.unmarked})" if self.unmarked else ""
        return f"{self.origin}\t{self.sent_to or '-'}\t{self.detail}{open_still}"


def send_back(
    letters: Iterable[DeadLetter],
    marks: Callable[[DeadLetter, Mark], list[Outgoing]],
    producers: Producers,
) -> Iterator[Fate]:
    """Sends each record once, as it was: bytes, key, headers, time; then marks its letters. Each
    fate is `sent` or `refused`. Raises EngineUnavailable.

    A crash between the two leaves a letter open whose record went back: sending it again changes
    nothing.
    """
    once = _once_each(letters)
    for some in portions(once, _size, most=_MOST_AT_ONCE, most_bytes=_MOST_BYTES_AT_ONCE):
        good = [letter for letter in some if not _cannot_go_back(letter)]
        answers = deliver([_as_it_was(letter) for letter in good], producers)
        sent_to = {one.identity: answer for one, answer in zip(good, answers, strict=True)}
        records = [
            mark
            for letter, place in zip(good, answers, strict=True)
            if isinstance(place, Place)
            for mark in marks(letter, Mark("replayed", str(place), letter.timestamp))
        ]
        unmarked = mark_all(records, producers)
        yield from (_fate(letter, sent_to.get(letter.identity), unmarked) for letter in some)


def marks_for(chosen: Iterable[SetAside]) -> Callable[[DeadLetter, Mark], list[Outgoing]]:
    """Makes the records that settle the letters of a record: where they lie, since a mark in
    another partition (their number has grown) would not be behind them."""
    partitions: dict[tuple[str, int], set[int]] = {}
    for one in chosen:
        partitions.setdefault(one.letter.identity, set()).add(one.partition)

    def marks(letter: DeadLetter, mark: Mark) -> list[Outgoing]:
        return [
            Outgoing(DEAD.name, letter.origin.encode(), None, mark.headers(), partition)
            for partition in sorted(partitions[letter.identity])
        ]

    return marks


def mark_all(marks: list[Outgoing], producers: Producers) -> dict[str, KafkaError]:
    """The origins that could not be marked, with the reason."""
    answers = zip(marks, deliver(marks, producers), strict=True)
    return {
        (mark.key or b"").decode(): answer
        for mark, answer in answers
        if isinstance(answer, KafkaError)
    }


def fate_of(
    sent: Fate, waiting: Mapping[Place, list[Stage]], died: Mapping[str, list[DeadLetter]]
) -> Fate:
    """What became of a record that was sent: set aside again, yet to be taken, or done."""
    if sent.sent_to is None:
        return sent
    if again := died.get(str(sent.sent_to)):
        told = "; ".join(f"{one.stage}: {one.code}: {_one_line(one.reason)}" for one in again)
        return replace(sent, outcome="set-aside", detail=f"set aside again by {told}")
    if stages := waiting.get(sent.sent_to):
        who = " and ".join(stages)
        told = f"not yet taken by {who} (it waits, or does not run)"
        return replace(sent, outcome="waiting", detail=told)
    return replace(sent, outcome="done", detail="done")


def _fate(
    letter: DeadLetter, answer: Place | KafkaError | None, unmarked: Mapping[str, KafkaError]
) -> Fate:
    if isinstance(answer, Place):
        error = unmarked.get(letter.origin)
        unsettled = f"its mark is not confirmed: {error}" if error else None
        return Fate(letter.origin, "sent", "sent", answer, unsettled)
    why = _cannot_go_back(letter) or f"not confirmed ({answer})"
    if isinstance(answer, MessageSizeTooLargeError | RecordListTooLargeError):
        why = "it is larger than Kafka takes now (TIDINGS_MESSAGE_MAX_BYTES)"
    return Fate(letter.origin, "refused", f"refused: {why}")


def _cannot_go_back(letter: DeadLetter) -> str | None:
    if letter.truncated:
        return "its value was cut when it was set aside; push the article again"
    if letter.key is None and letter.value is None:
        return "it has neither key nor value"
    if letter.topic not in _KNOWN:
        return f"it comes from {letter.topic!r}, which is no topic of Tidings"
    return None


def _as_it_was(letter: DeadLetter) -> Outgoing:
    return Outgoing(
        letter.topic,
        letter.key,
        letter.value,
        {name: text.encode("latin-1") for name, text in letter.headers.items()},
        timestamp=letter.timestamp,
    )


def _once_each(letters: Iterable[DeadLetter]) -> Iterator[DeadLetter]:
    """A record that several stages have set aside goes back once."""
    met: set[tuple[str, int]] = set()
    for letter in letters:
        if letter.identity not in met:
            met.add(letter.identity)
            yield letter


def _size(letter: DeadLetter) -> int:
    return len(letter.value or b"")


def _one_line(reason: str) -> str:
    return " ".join(reason.split())[:200]

"""A batch is in the index or set aside with its reason once it is handled."""

from collections.abc import Sequence
from typing import cast

from tests.factories import an_article, an_incoming
from tidings.deadletters import Incoming, dead_letter
from tidings.errors import InvalidMessage
from tidings.messages import Article
from tidings.outbox import Outbox
from tidings.settings import Settings
from tidings.streaming import Handle
from tidings.topics import DEAD
from tidings_index.app import build_handle
from tidings_index.received import Received
from tidings_index.writer import Refusal, Writer


class FakeWriter:
    """Refuses the articles whose id it is given."""

    def __init__(self, *refused: str) -> None:
        self.refused = refused
        self.written: list[str] = []

    async def write(self, batch: Sequence[Received]) -> list[Refusal]:
        self.written = [one.article_id for one in batch if one.article_id not in self.refused]
        return [
            Refusal(position, "failed to parse field [title]")
            for position, one in enumerate(batch)
            if one.article_id in self.refused
        ]


class FakeOutbox:
    def __init__(self) -> None:
        self.letters: list[tuple[int, str]] = []
        self.taken = 0

    async def set_aside(
        self,
        stage: str,
        faults: Sequence[tuple[Incoming, InvalidMessage, Article | None]],
        *,
        of: int,
    ) -> None:
        self.taken += of
        self.letters += [(incoming.offset, fault.code) for incoming, fault, _ in faults]


def handle_of(writer: FakeWriter, outbox: FakeOutbox) -> Handle:
    return build_handle(cast(Writer, writer), cast(Outbox, outbox), Settings())


def record(offset: int, article_id: str) -> Incoming:
    value = an_article(article_id=article_id).to_bytes()
    return an_incoming(value, offset=offset, key=article_id.encode())


async def test_unreadable_and_refused_records_are_set_aside_and_the_others_written() -> None:
    writer, outbox = FakeWriter("b"), FakeOutbox()
    batch = [record(1, "a"), an_incoming(b"{", offset=2), record(3, "b"), record(4, "c")]
    await handle_of(writer, outbox)(batch)
    assert writer.written == ["a", "c"]
    assert sorted(outbox.letters) == [(2, "not-json"), (3, "index-refused")]
    assert outbox.taken == len(batch), "by which it is judged whether most are bad"


async def test_a_batch_of_nothing_readable_is_handled() -> None:
    outbox = FakeOutbox()
    await handle_of(FakeWriter(), outbox)([an_incoming(b"\xff", offset=7)])
    assert outbox.letters == [(7, "not-json")]


async def test_letters_that_come_back_to_the_index_do_not_hide_that_most_records_are_bad() -> None:
    outbox = FakeOutbox()
    bad = an_incoming(b"{", offset=1)
    fault = InvalidMessage("not-json", "ends inside an object")
    letter = dead_letter("index", bad, fault, article=None, max_bytes=1_000_000)
    await handle_of(FakeWriter(), outbox)([bad, an_incoming(letter.to_bytes(), topic=DEAD.name)])
    assert (len(outbox.letters), outbox.taken) == (1, 1)

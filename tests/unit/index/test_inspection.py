"""What the topics say, but for what the index has set aside."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from tests.factories import an_article, an_incoming
from tidings.bar import Bar
from tidings.deadletters import Incoming, dead_letter
from tidings.elastic import Outage
from tidings.errors import InvalidMessage
from tidings.history import History, Span
from tidings.settings import Settings
from tidings.topics import DEAD, Partition
from tidings_index.inspection import Inspection


class FakeHistory:
    def __init__(self, *records: Incoming) -> None:
        self.records = records

    def read(self, spans: Mapping[Partition, Span]) -> Iterator[Incoming]:
        return (one for one in self.records if (one.topic, one.partition) in spans)


def test_a_record_that_the_index_refused_is_not_expected_in_it() -> None:
    good, bad = (
        an_incoming(an_article(article_id=name).to_bytes(), offset=offset)
        for offset, name in enumerate(("good", "bad"))
    )
    fault = InvalidMessage("index-refused", "failed to parse field [title]")
    letter = dead_letter("index", bad, fault, article=None, max_bytes=1_000_000)
    set_aside = an_incoming(letter.to_bytes(), topic=DEAD.name, partition=0, offset=0)
    history: Any = FakeHistory(good, bad, set_aside)
    inspection = Inspection(
        cast(Any, None), cast(History, history), Settings(), Bar("check"), Outage()
    )
    spans = {("articles.raw", 3): Span(0, 2), (DEAD.name, 0): Span(0, 1)}
    assert set(inspection.heads(spans)) == {"good"}


def test_a_letter_of_another_cluster_does_not_hide_the_record_that_lies_there_now() -> None:
    there_now = an_incoming(an_article(article_id="good").to_bytes(), offset=4)
    before_the_move = replace(there_now, timestamp=there_now.timestamp - 1, value=b"{")
    fault = InvalidMessage("not-json", "ends inside an object")
    letter = dead_letter("index", before_the_move, fault, article=None, max_bytes=1_000_000)
    set_aside = an_incoming(letter.to_bytes(), topic=DEAD.name, partition=0, offset=0)
    history: Any = FakeHistory(there_now, set_aside)
    inspection = Inspection(
        cast(Any, None), cast(History, history), Settings(), Bar("check"), Outage()
    )
    spans = {("articles.raw", 3): Span(4, 5), (DEAD.name, 0): Span(0, 1)}
    assert set(inspection.heads(spans)) == {"good"}

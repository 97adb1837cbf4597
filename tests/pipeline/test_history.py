"""What topics hold, read from a broker by one consumer again and again."""

from tests.pipeline.records import write
from tidings.history import open_history
from tidings.settings import Settings
from tidings.topics import ARTICLES

MANY = 4000
"""More of them than one poll gives, in each partition."""


def test_the_first_record_of_each_partition_is_found_wherever_the_last_look_ended(
    empty_topics: Settings,
) -> None:
    write(empty_topics, [(f"{number}".encode(), None) for number in range(MANY)])
    with open_history(empty_topics) as history:
        spans = history.spans(ARTICLES)
        assert sum(span.records for span in spans.values()) == MANY
        assert min(span.records for span in spans.values()) > 500
        for start in (0, 3, 100, 99):
            later = {part: span._replace(start=start) for part, span in spans.items()}
            firsts = history.first(later)
            assert {part: record.offset for part, record in firsts.items()} == dict.fromkeys(
                spans, start
            )
        some = dict(list(later.items())[:2])
        assert history.first(some).keys() == some.keys()
        assert len(list(history.read(spans))) == MANY

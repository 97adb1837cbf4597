"""More partitions, and where extractors go on after a load."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from tests.factories import an_incoming
from tidings.errors import TidingsError
from tidings.topics import ALL, ARTICLES, DEAD
from tidings_ingest.topics import Bookmark, grow

NOT_AUTHORISED = 29


@dataclass
class FakeAdmin:
    """A cluster as far as adding partitions sees it."""

    partitions: dict[str, int] = field(default_factory=dict)
    refuses: int = 0

    def describe_topics(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "partitions": [{}] * count, "error_code": 0}
            for name, count in self.partitions.items()
        ]

    def create_partitions(self, wanted: dict[str, int], raise_errors: bool) -> Any:
        if not self.refuses:
            self.partitions |= wanted
        return SimpleNamespace(
            results=[
                SimpleNamespace(name=name, error_code=self.refuses, error_message=None)
                for name in wanted
            ]
        )


def a_cluster(**others: int) -> FakeAdmin:
    return FakeAdmin({topic.name: 4 for topic in ALL} | {"others": 2} | others)


def test_every_topic_of_ours_gets_the_partitions_and_no_other() -> None:
    admin = a_cluster()
    assert grow(admin, 6) == {topic.name: 4 for topic in ALL}
    assert admin.partitions == {topic.name: 6 for topic in ALL} | {"others": 2}


def test_only_topics_with_too_few_are_changed() -> None:
    admin = a_cluster()
    admin.partitions[DEAD.name] = 2
    assert grow(admin, 4) == {DEAD.name: 2}
    assert grow(admin, 4) == {}


def test_partitions_are_never_taken_away_and_then_nothing_is_changed() -> None:
    admin = a_cluster()
    admin.partitions[DEAD.name] = 8
    with pytest.raises(TidingsError, match=r"articles\.dead has 8 partitions"):
        grow(admin, 6)
    assert admin.partitions[ARTICLES.name] == 4


def test_a_topic_that_is_missing_is_named() -> None:
    admin = a_cluster()
    del admin.partitions[ARTICLES.name]
    with pytest.raises(TidingsError, match=r"no topic articles\.raw"):
        grow(admin, 6)


def test_a_refusal_is_named() -> None:
    admin = a_cluster()
    admin.refuses = NOT_AUTHORISED
    with pytest.raises(TidingsError, match=r"refuses more partitions of articles\.raw: Topic"):
        grow(admin, 6)


@dataclass
class Where:
    partition: int
    offset: int


def test_an_extractor_goes_on_at_the_first_article_that_it_had_not_acknowledged() -> None:
    place = Bookmark({0: 2, 1: 1})
    for partition, offset, where in [
        (0, 0, Where(5, 0)),
        (0, 1, Where(5, 1)),
        (1, 0, Where(6, 0)),
        (1, 1, Where(5, 2)),  # not acknowledged
        (0, 2, Where(6, 1)),  # not acknowledged
        (0, 0, Where(5, 3)),  # behind one that was not
    ]:
        place.confirmed(an_incoming(partition=partition, offset=offset), where)
    assert place.next == {5: 2, 6: 1}


def test_an_extractor_reads_what_others_wrote_during_the_load() -> None:
    place = Bookmark({0: 9})
    for offset, where in [(0, Where(5, 0)), (1, Where(5, 2)), (2, Where(5, 3))]:
        place.confirmed(an_incoming(partition=0, offset=offset), where)
    assert place.next == {5: 1}


def test_records_of_other_topics_do_not_matter_to_an_extractor() -> None:
    place = Bookmark({0: 9})
    place.confirmed(an_incoming(topic=DEAD.name, partition=0, offset=0), Where(5, 0))
    assert place.next == {}

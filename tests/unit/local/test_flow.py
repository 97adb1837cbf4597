"""The lags of partitions, summed up by stage as `tidings status` shows them."""

from tidings.lag import PartitionLag
from tidings.messages import Stage
from tidings_local.flow import Lag, sum_lags


def lag(stage: Stage, group: str, records: int, seconds: float | None) -> PartitionLag:
    return PartitionLag(stage, group, "articles.raw", 0, 0, records, seconds)


def test_a_stage_has_the_sum_of_what_waits_and_the_age_of_the_oldest() -> None:
    parts = [lag("events", "tidings-events", 4, 20.0), lag("events", "tidings-events", 2, 300.0)]
    assert Lag("events", "tidings-events", 6, 300.0) in sum_lags(parts)


def test_a_stage_is_told_of_even_where_there_are_no_topics() -> None:
    assert [one.stage for one in sum_lags([])] == ["entities", "events", "index"]


def test_a_back_fill_is_told_of_only_where_something_waits_in_it() -> None:
    group = "tidings-events-backfill"
    assert len(sum_lags([lag("events", group, 0, None)])) == 3
    assert sum_lags([lag("events", group, 5, None)])[-1] == Lag("events", group, 5, None)

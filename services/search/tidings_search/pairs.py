"""Who acted on whom: the pairs of actors of events. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tidings.documents import read_pair
from tidings_search.conditions import Conditions
from tidings_search.labels import label_of
from tidings_search.querying.clauses import Clause, all_of
from tidings_search.request import PairsRequest
from tidings_search.shown import Shown

_PATHS: Final = {"name": "events.pair", "country": "events.country_pair"}
_LABELLED_AS: Final = {"name": "people", "country": "countries"}
MATRIX: Final = 12
"""Rows and columns of the matrix on the page."""


class Pair(Shown):
    """`intensity`: the mean on the Goldstein scale, -10 (conflict) to 10 (cooperation). Labels are
    what people call a source or target that is a code."""

    source: str
    source_label: str
    target: str
    target_label: str
    count: int
    intensity: float


class Pairs(Shown):
    """The most frequent pairs. `events` counts all that have both a source and a target, where a
    pronoun is none. `more`: there are other pairs."""

    by: str
    events: int
    more: bool
    pairs: tuple[Pair, ...]


class Matrix(Shown):
    """The actors with most events in these pairs as rows (who acts) and columns (on whom)."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    labels: Mapping[str, str]
    cells: Mapping[tuple[str, str], Pair]

    @property
    def highest(self) -> int:
        return max((pair.count for pair in self.cells.values()), default=0)


def build_pairs(asked: PairsRequest) -> Clause:
    """The body that counts the pairs."""
    conditions = Conditions(asked)
    path = _PATHS[asked.by]
    both = all_of([conditions.event(), {"exists": {"field": path}}])
    counted = {
        "terms": {"field": path, "size": asked.size},
        "aggs": {"intensity": {"avg": {"field": "events.intensity"}}},
    }
    matching = {"matching": {"filter": both, "aggs": {"pairs": counted}}}
    return {
        "query": conditions.all(),
        "size": 0,
        "track_total_hits": False,
        "aggs": {"events": {"nested": {"path": "events"}, "aggs": matching}},
    }


def read_pairs(answer: Mapping[str, Any], asked: PairsRequest) -> Pairs:
    found = answer["aggregations"]["events"]["matching"]
    return Pairs(
        by=asked.by,
        events=found["doc_count"],
        more=found["pairs"]["sum_other_doc_count"] > 0,
        pairs=tuple(_pair(bucket, asked.by) for bucket in found["pairs"]["buckets"]),
    )


def matrix_of(pairs: Sequence[Pair], size: int = MATRIX) -> Matrix:
    labels = {
        **{pair.source: pair.source_label for pair in pairs},
        **{pair.target: pair.target_label for pair in pairs},
    }
    sources = _most_frequent([(pair.source, pair.count) for pair in pairs], size)
    targets = _most_frequent([(pair.target, pair.count) for pair in pairs], size)
    cells = {
        (pair.source, pair.target): pair
        for pair in pairs
        if pair.source in sources and pair.target in targets
    }
    return Matrix(sources=sources, targets=targets, labels=labels, cells=cells)


def _most_frequent(counted: Sequence[tuple[str, int]], size: int) -> tuple[str, ...]:
    totals: dict[str, int] = {}
    for name, count in counted:
        totals[name] = totals.get(name, 0) + count
    return tuple(sorted(totals, key=lambda name: (-totals[name], name))[:size])


def _pair(bucket: Mapping[str, Any], by: str) -> Pair:
    source, target = read_pair(bucket["key"])
    return Pair(
        source=source,
        source_label=label_of(_LABELLED_AS[by], source),
        target=target,
        target_label=label_of(_LABELLED_AS[by], target),
        count=bucket["doc_count"],
        intensity=round(bucket["intensity"]["value"], 2),
    )

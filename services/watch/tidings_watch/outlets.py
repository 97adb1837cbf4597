"""When each outlet was last heard, and how long it usually pauses."""

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from elasticsearch import Elasticsearch

from tidings import metrics

LARGEST: Final = 200
"""More outlets than that are not told apart: those with most articles are."""
WINDOW_DAYS: Final = 120
LEAST_DAYS: Final = 5
"""So many days with articles make a habit."""
USUAL: Final = 0.95
PATIENCE: Final = 1.5
"""Silent is an outlet that pauses for so many times as long as it usually does,"""
LEAST_SILENCE_SECONDS: Final = 86_400.0
"""and for no less than a day. The alert OutletSilent says the same."""
COUNTRIES: Final = 50

_PUSHED_MS: Final = "parts.raw.version"
"""The moment of the push, which every article has."""


@dataclass(frozen=True)
class Day:
    """When the first and the last article of a day were pushed, in seconds since 1970."""

    first: float
    last: float


@dataclass(frozen=True)
class Outlet:
    """`gap_seconds` is the pause that it does not exceed 95 times of 100; None where it has been
    heard on too few days to have a habit."""

    name: str
    articles: int
    last: float
    gap_seconds: float | None

    def is_silent(self, now: float) -> bool:
        if self.gap_seconds is None:
            return False
        return now - self.last > max(LEAST_SILENCE_SECONDS, PATIENCE * self.gap_seconds)


class OutletLook:
    def __init__(
        self, client: Elasticsearch, alias: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self._alias = alias
        self._clock = clock

    def __call__(self) -> None:
        """Raises what the client raises."""
        now = self._clock()
        found = read_outlets(self._client, self._alias, now)
        metrics.OUTLET_LAST.replace({(one.name,): one.last for one in found})
        metrics.OUTLET_ARTICLES.replace({(one.name,): one.articles for one in found})
        gaps = {one.name: one.gap_seconds for one in found if one.gap_seconds is not None}
        metrics.OUTLET_GAP.replace({(name,): gap for name, gap in gaps.items()})
        metrics.COUNTRY_ARTICLES.replace(_countries(self._client, self._alias, now))

    def forget(self) -> None:
        """Keeps what was found: it is not less true because nobody can ask just now."""


def read_outlets(client: Elasticsearch, alias: str, now: float) -> list[Outlet]:
    """Those with most articles in the window, the one that was heard last first. Raises what the
    client raises; without an index there are none."""
    answer = client.search(
        index=alias, size=0, ignore_unavailable=True, query=_since(now - WINDOW_DAYS * 86_400),
        aggregations={"outlets": {"terms": {"field": "outlet", "size": LARGEST}, **_BY_DAY}},
    )  # fmt: skip
    outlets = [_outlet(bucket) for bucket in _buckets(answer.body, "outlets")]
    return sorted(outlets, key=lambda outlet: -outlet.last)


def usual_gap(days: Sequence[Day]) -> float | None:
    """Of the pauses between one day's last article and the next one's first, the one that 95 of
    100 do not exceed; None where the days are too few."""
    if len(days) < LEAST_DAYS:
        return None
    gaps = sorted(later.first - earlier.last for earlier, later in itertools.pairwise(days))
    return gaps[min(len(gaps) - 1, int(USUAL * len(gaps)))]


_BY_DAY: Final[dict[str, Any]] = {
    "aggs": {
        "days": {
            "histogram": {"field": _PUSHED_MS, "interval": 86_400_000, "min_doc_count": 1},
            "aggs": {
                "first": {"min": {"field": _PUSHED_MS}},
                "last": {"max": {"field": _PUSHED_MS}},
            },
        }
    }
}


def _countries(client: Elasticsearch, alias: str, now: float) -> dict[tuple[str, ...], float]:
    answer = client.search(
        index=alias, size=0, ignore_unavailable=True, query=_since(now - 86_400),
        aggregations={"countries": {"terms": {"field": "countries", "size": COUNTRIES}}},
    )  # fmt: skip
    buckets = _buckets(answer.body, "countries")
    return {(str(bucket["key"]),): float(bucket["doc_count"]) for bucket in buckets}


def _outlet(bucket: Mapping[str, Any]) -> Outlet:
    days = [
        Day(day["first"]["value"] / 1000, day["last"]["value"] / 1000)
        for day in bucket["days"]["buckets"]
    ]
    return Outlet(str(bucket["key"]), int(bucket["doc_count"]), days[-1].last, usual_gap(days))


def _buckets(answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return list(answer.get("aggregations", {}).get(name, {}).get("buckets", ()))


def _since(moment: float) -> dict[str, Any]:
    recent = {"range": {_PUSHED_MS: {"gte": int(moment * 1000)}}}
    return {"bool": {"filter": [{"term": {"visible": True}}, recent]}}

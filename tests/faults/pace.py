"""How the number of complete articles grew: where it stood still, and when it went on."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """At one moment, in seconds; `complete` is None where Elasticsearch did not say."""

    at: float
    complete: int | None
    expected: int


def longest_stall(samples: Sequence[Sample]) -> float:
    """The longest time, from the first complete article on, in which articles were missing and none
    became complete."""
    longest, since, before = 0.0, None, 0
    for sample in samples:
        if sample.complete is not None:
            if since is None and sample.complete == 0:
                continue
            if since is not None:
                longest = max(longest, sample.at - since)
            if sample.complete > before or sample.complete >= sample.expected:
                since = sample.at
            before = sample.complete
    if since is not None and samples:
        longest = max(longest, samples[-1].at - since)
    return longest


def recovery(samples: Sequence[Sample], ends: Sequence[float]) -> float:
    """The longest time from an end of a fault until the next article became complete; where that
    never came, until the last sample, unless none was missing."""
    return max((_recovery(samples, end) for end in ends), default=0.0)


def _recovery(samples: Sequence[Sample], end: float) -> float:
    before: int | None = None
    for sample in samples:
        if sample.complete is None:
            continue
        if sample.at > end and before is not None:
            if sample.complete > before:
                return sample.at - end
            if sample.complete >= sample.expected:
                return 0.0
        before = sample.complete
    return max(0.0, samples[-1].at - end) if samples else 0.0

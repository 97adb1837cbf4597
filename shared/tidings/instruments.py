"""How a metric is declared: once, with the services that have it and the values of its labels, so
that its documentation, its zeros and its series all come from one place."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

Kind = Literal["counter", "gauge", "histogram", "info"]
Values = tuple[str, ...] | str
"""Every value that a label can have, or words on what bounds them."""

STAGE: Final = "stage"
"""The label whose value, in a worker, is the worker's own stage."""


@dataclass(frozen=True)
class Declared:
    """`name` is as it is scraped; a histogram's series add `_bucket`, `_sum` and `_count`."""

    name: str
    kind: Kind
    help: str
    services: tuple[str, ...]
    labels: Mapping[str, Values]
    collector: Collector

    @property
    def series(self) -> tuple[str, ...]:
        """The names by which queries know it."""
        if self.kind != "histogram":
            return (self.name,)
        return tuple(f"{self.name}_{part}" for part in ("bucket", "sum", "count"))


class Snapshot(Collector):
    """What one look at an engine found: the next look replaces all series at once, and where it
    fails there are none, so that no figure outlives what it speaks of."""

    def __init__(self, name: str, help: str, labels: Sequence[str], *, counts: bool) -> None:
        self._family = CounterMetricFamily if counts else GaugeMetricFamily
        self._name = name.removesuffix("_total") if counts else name
        self._help = help
        self._labels = tuple(labels)
        self._series: Mapping[tuple[str, ...], float] = {}
        self._lock = Lock()

    def replace(self, series: Mapping[tuple[str, ...], float]) -> None:
        """Values by those of the labels, in their order; a metric without labels has one, of ()."""
        with self._lock:
            self._series = dict(series)

    def renew(self, first: str, series: Mapping[tuple[str, ...], float]) -> None:
        """The same for those alone whose first label is `first`."""
        with self._lock:
            others = {key: value for key, value in self._series.items() if key[0] != first}
            self._series = {**others, **series}

    def only(self, value: float | None) -> None:
        """The value of a metric without labels; None where it is not known."""
        self.replace({} if value is None else {(): value})

    def collect(self) -> Iterator[Any]:
        family = self._family(self._name, self._help, labels=self._labels)
        for values, value in self._series.items():
            family.add_metric([str(one) for one in values], value)
        yield family


class Instruments:
    """All metrics, in the order in which they were declared. None is on any page before a process
    says which service it is."""

    def __init__(self) -> None:
        self.declared: Final[list[Declared]] = []

    def counter(self, name: str, help: str, services: Sequence[str], **labels: Values) -> Counter:
        metric = Counter(name, help, list(labels), registry=None)
        self._add(name, "counter", help, services, labels, metric)
        return metric

    def gauge(self, name: str, help: str, services: Sequence[str], **labels: Values) -> Gauge:
        metric = Gauge(name, help, list(labels), registry=None)
        self._add(name, "gauge", help, services, labels, metric)
        return metric

    def histogram(
        self, name: str, help: str, services: Sequence[str], buckets: Sequence[float],
        **labels: Values,
    ) -> Histogram:  # fmt: skip
        metric = Histogram(name, help, list(labels), registry=None, buckets=buckets)
        self._add(name, "histogram", help, services, labels, metric)
        return metric

    def info(self, name: str, help: str, services: Sequence[str], **labels: Values) -> Info:
        metric = Info(name.removesuffix("_info"), help, registry=None)
        self._add(name, "info", help, services, labels, metric)
        return metric

    def snapshot(self, name: str, help: str, services: Sequence[str], **labels: Values) -> Snapshot:
        """A gauge, or a counter where the name ends in `_total`, of what somebody else counts."""
        counts = name.endswith("_total")
        metric = Snapshot(name, help, list(labels), counts=counts)
        self._add(name, "counter" if counts else "gauge", help, services, labels, metric)
        return metric

    def expose(self, service: str, registry: CollectorRegistry = REGISTRY) -> None:
        """Puts the service's metrics on its page, each series whose labels are known at 0."""
        disable_created_metrics()  # type: ignore[no-untyped-call]
        for one in self.declared:
            if service in one.services:
                registry.register(one.collector)
                _start_at_zero(one, service)

    def _add(
        self, name: str, kind: Kind, help: str, services: Sequence[str],
        labels: Mapping[str, Values], metric: Collector,
    ) -> None:  # fmt: skip
        if any(one.name == name for one in self.declared):
            raise ValueError(f"{name} is declared twice")
        self.declared.append(Declared(name, kind, help, tuple(services), dict(labels), metric))


def memory_limit() -> int:
    """Bytes that this process may use: its container's limit, or else the machine's memory."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            said = Path(file).read_text("ascii").strip()
        except OSError:
            continue
        if said.isdecimal():
            return min(int(said), there)
    return there


def _start_at_zero(one: Declared, service: str) -> None:
    if one.kind == "info" or isinstance(one.collector, Snapshot) or not one.labels:
        return
    values = [
        (service,) if name == STAGE else some
        for name, some in one.labels.items()
        if not isinstance(some, str)
    ]
    if len(values) == len(one.labels):
        assert isinstance(one.collector, (Counter, Gauge, Histogram))
        for combination in product(*values):
            one.collector.labels(*combination)

"""What is measured of the pipeline at a moment, and the words for it. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tidings.metrics import SERVICES
from tidings.overview import (
    ANSWERING,
    BACKFILL,
    BEHIND,
    ENGINES_ANSWERING,
    FLOW,
    NOW,
    PROCESSES,
    WAITING,
    Figure,
    Grade,
    Reading,
)
from tidings_search.amounts import in_words

FIGURES = (*NOW, *FLOW, *PROCESSES)


class Line(NamedTuple):
    """One series of a figure. `now` is None where there is none at the moment, `past` are pairs of
    seconds since 1970 and value."""

    name: str
    now: float | None
    past: tuple[tuple[float, float], ...] = ()


class Alert(NamedTuple):
    name: str
    severity: str
    summary: str
    since: datetime


@dataclass(frozen=True)
class Measured:
    """`source` says who told it. `alerts` and the figures that are missing in `lines` are what this
    source cannot tell."""

    source: str
    at: datetime
    lines: Mapping[Figure, tuple[Line, ...]]
    alerts: tuple[Alert, ...] | None

    def value(self, figure: Figure) -> float | None:
        """Of one that is a number."""
        return next((line.now for line in self.lines.get(figure, ())), None)

    @property
    def gone(self) -> tuple[str, ...]:
        """The services of which no process answers."""
        answering = {line.name for line in self.lines.get(ANSWERING, ()) if line.now}
        return tuple(one for one in SERVICES if one not in answering)

    @property
    def untold(self) -> tuple[Figure, ...]:
        """What nobody but Prometheus can tell, where it does not."""
        return tuple(one for one in FIGURES if self.alerts is None and one.reading is None)


class Sample(NamedTuple):
    """One series on the page of a process, which `process` names; `labels` include its job."""

    process: str
    metric: str
    labels: Mapping[str, str]
    value: float


def read(reading: Reading, samples: Iterable[Sample]) -> dict[str, float]:
    """What the reading finds, by the value of its label ('' without one); empty where no process
    has the metric."""
    known = tuple(samples)
    wholes = {one.process: one.value for one in known if one.metric == reading.of and one.value}
    found: defaultdict[str, list[float]] = defaultdict(list)
    for one in known:
        if one.metric != reading.metric or one.labels.get("topic", "").startswith(BACKFILL):
            continue
        if not reading.of:
            found[one.labels.get(reading.by, "")].append(one.value)
        elif whole := wholes.get(one.process):
            found[one.labels.get(reading.by, "")].append(one.value / whole)
    combine = max if reading.how == "max" else sum
    values = {name: combine(some) for name, some in found.items()}
    if reading.how == "zeros" and values:
        return {"": sum(value == 0 for value in values.values())}
    return values


def grade_of(figure: Figure, value: float | None) -> Grade | None:
    """How bad the value is; None where it is well, or not known."""
    if value is None:
        return None
    return next((level.grade for level in reversed(figure.levels) if value >= level.value), None)


class Reason(NamedTuple):
    """Why not all is well; `runbook` names the page that says what to do."""

    grade: Grade
    sentence: str
    runbook: str
    since: datetime | None = None


def reasons(measured: Measured) -> list[Reason]:
    """The worst first."""
    found = [
        Reason(
            "bad" if one.severity == "critical" else "warning", f"{one.summary}.", one.name,
            one.since,
        )
        for one in measured.alerts or ()
    ]  # fmt: skip
    told = {one.runbook for one in found}
    found += [one for one in _at_once(measured) if one.runbook not in told]
    return sorted(found, key=lambda one: one.grade != "bad")


def _at_once(measured: Measured) -> Iterable[Reason]:
    """What need not wait for an alert, which takes minutes to be sure."""
    if gone := measured.gone:
        yield Reason("bad", f"No process of {_listed(gone)} answers.", "ServiceGone")
    for engine in measured.lines.get(ENGINES_ANSWERING, ()):
        if engine.now == 0:
            yield Reason("bad", f"{engine.name.capitalize()} does not answer.", "EngineDown")


class Verdict(NamedTuple):
    """`grade` is None where all is well."""

    words: str
    grade: Grade | None


def verdict(measured: Measured, found: Sequence[Reason]) -> Verdict:
    """In two or three words, from the reasons and from how far it is behind."""
    if found and found[0].grade == "bad":
        return Verdict("Not healthy", "bad")
    if found:
        return Verdict("Healthy, with a warning", "warning")
    if grade_of(BEHIND, measured.value(BEHIND)) == "bad":
        return Verdict("Healthy, but behind", "warning")
    return Verdict("Healthy", None)


def waiting(measured: Measured) -> str:
    """A sentence on what waits."""
    behind = measured.value(BEHIND)
    records = [line for line in measured.lines.get(WAITING, ()) if line.now is not None]
    if behind is None or not records:
        return "What waits is not known: the watch does not tell."
    total = sum(line.now or 0 for line in records)
    if not total:
        return "Nothing waits."
    parts = ", ".join(f"{line.now:,.0f} for {line.name}" for line in records if line.now)
    return f"Records wait ({parts}), the oldest for {in_words(behind, 's')}."


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last

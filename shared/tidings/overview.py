"""What the overview shows, declared once: the Grafana dashboard *Overview* and the page /status of
the search service are made of it."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from tidings.metrics import ENGINES, SERVICES

Grade: TypeAlias = Literal["warning", "bad"]
WARNING: Final = "warning"
BAD: Final = "bad"

ONLY_OURS: Final = f'job=~"{"|".join(SERVICES)}"'
BACKFILL: Final = "articles.backfill"
"""Topics that begin so wait by design, and are left out of what waits."""

COMPLETE: Final = "tidings_complete_seconds"


@dataclass(frozen=True)
class Query:
    """PromQL as Grafana reads it, with $__rate_interval and $__range."""

    expr: str
    legend: str = "__auto"


@dataclass(frozen=True)
class Level:
    """From `value` on it is so bad."""

    value: float
    grade: Grade


@dataclass(frozen=True)
class Reading:
    """What stands for a figure where there is no Prometheus: of the metric's series on the
    services' own pages, the sum or the greatest for each value of the label `by`; `zeros`: how many
    of these sums are 0. With `of`, each is divided by that metric of the same process. `title`:
    what that is called where it is not quite the same."""

    metric: str
    how: Literal["sum", "max", "zeros"]
    by: str = ""
    of: str = ""
    title: str = ""


@dataclass(frozen=True)
class Figure:
    """One number, or one line for each series. `unit` is Grafana's name for it, `bad` says what a
    bad one means, `reading` is None where only Prometheus can tell."""

    title: str
    unit: str
    bad: str
    queries: tuple[Query, ...]
    levels: tuple[Level, ...] = ()
    runbook: str | None = None
    decimals: int | None = None
    most: float | None = None
    reading: Reading | None = None


def latency(share: float) -> str:
    """The seconds within which that share of articles was complete."""
    buckets = f"sum by (le) (rate({COMPLETE}_bucket[5m]))"
    return f"histogram_quantile({share}, {buckets})"


_COMPLETE_RATE: Final = f"sum(rate({COMPLETE}_count[$__rate_interval]))"
_LATE: Final = (
    f"(sum(increase({COMPLETE}_count[$__range]))"
    f' - sum(increase({COMPLETE}_bucket{{le="1.5"}}[$__range])))'
    f" / clamp_min(sum(increase({COMPLETE}_count[$__range])), 1)"
)

_WITHOUT_PROCESS: Final = Figure(
    "Services without a process", "short",
    "Above 0, a service has no process that answers: what it does is not done.",
    (
        Query(
            f"{len(SERVICES)} - (count(count by (job) (up{{{ONLY_OURS}}} == 1)) or vector(0))"
        ),
    ),
    (Level(1, BAD),), "ServiceGone", reading=Reading("up", "zeros", by="job"),
)  # fmt: skip
_ENGINES_AWAY: Final = Figure(
    "Engines that do not answer", "short", "Above 0: everything waits for it.",
    (Query(f"{len(ENGINES)} - sum(tidings_engine_up)"),),
    (Level(1, BAD),), "EngineDown", reading=Reading("tidings_engine_up", "zeros", by="engine"),
)  # fmt: skip
BEHIND: Final = Figure(
    "Behind", "s",
    "The age of the oldest record that a stage has yet to take. Beyond some seconds, more comes in "
    "than is done, or a worker stands still.",
    (Query("max(stage:tidings_lag_seconds:max)"),),
    (Level(10, WARNING), Level(60, BAD)), "StageBehind", 1,
    reading=Reading("tidings_lag_seconds", "max"),
)  # fmt: skip

NOW: Final[tuple[Figure, ...]] = (
    _WITHOUT_PROCESS,
    _ENGINES_AWAY,
    Figure(
        "Alerts that fire", "short", "Above 0, somebody should look: the list is below.",
        (Query('count(ALERTS{alertstate="firing"}) or vector(0)'),), (Level(1, BAD),),
    ),
    BEHIND,
    Figure(
        "Complete", "cps", "Articles a second. At 0 while records wait: nothing gets through.",
        (Query(_COMPLETE_RATE),), (), "StageStalled", 1,
    ),
    Figure(
        "Pushed to complete, 99 of 100 within", "s",
        "The promise is 2 s, of which half a second is the index's refresh. Higher: see which "
        "stage's queue is long on the pipeline dashboard. After a bulk push it is high by itself.",
        (Query(latency(0.99)),), (Level(1.5, WARNING),), "LatencyBudgetBurns", 2,
    ),
    Figure(
        "Late articles in this time", "percentunit",
        "The promise allows 1 % to take longer than 2 s. Of many that are pushed at once most do, "
        "and nobody is called for that.",
        (Query(_LATE),), (Level(0.01, WARNING),), "LatencyBudgetBurns", 2,
    ),
    Figure(
        "Dead letters in this time", "short",
        "Records that were set aside. `tidings dead list` shows each with its reason.",
        (Query("sum(increase(tidings_dead_letters_total[$__range]))"),),
        (Level(1, WARNING),), "DeadLetters", 0,
        reading=Reading(
            "tidings_dead_letters_total", "sum", title="Dead letters since the workers started"
        ),
    ),
)  # fmt: skip

WAITING: Final = Figure(
    "Records that wait, by stage", "short",
    "The index reads three records of each article, so its line is the highest. A line that "
    "grows for long: start more workers of that stage.",
    (Query("stage:tidings_lag_records:sum", "{{stage}}"),),
    runbook="StageBehind", reading=Reading("tidings_lag_records", "sum", by="stage"),
)  # fmt: skip
FLOW: Final[tuple[Figure, ...]] = (
    Figure(
        "Articles in and out", "cps",
        "Out below in for long: the stages fall behind. In at 0: nobody pushes.",
        (
            Query(
                'sum(rate(tidings_topic_end_offset{topic="articles.raw"}[$__rate_interval]))', "in"
            ),
            Query(_COMPLETE_RATE, "complete"),
        ),
        runbook="NothingPushed",
    ),
    Figure(
        "Pushed to complete", "s",
        "A p99 above the p50 by much: single long articles, or workers that restart. All three "
        "high: more comes in than is done.",
        tuple(Query(latency(share), f"p{share * 100:.0f}") for share in (0.5, 0.95, 0.99)),
        runbook="LatencyBudgetBurns",
    ),
    Figure(
        "Behind, by stage", "s",
        "A line that climbs second by second: that stage does nothing. One that climbs slower: it "
        "does less than comes in.",
        (Query("stage:tidings_lag_seconds:max", "{{stage}}"),),
        runbook="StageStalled", reading=Reading("tidings_lag_seconds", "max", by="stage"),
    ),
    WAITING,
)  # fmt: skip

ANSWERING: Final = Figure(
    "Processes that answer", "short", "A line at 0 or a missing one: the service is gone.",
    (Query(f"sum by (job) (up{{{ONLY_OURS}}})", "{{job}}"),),
    runbook="ServiceGone", reading=Reading("up", "sum", by="job"),
)  # fmt: skip
ENGINES_ANSWERING: Final = Figure(
    "Engines that answer", "short", "A line at 0: everything that needs it waits.",
    (Query("tidings_engine_up", "{{engine}}"),),
    runbook="EngineDown", reading=Reading("tidings_engine_up", "sum", by="engine"),
)  # fmt: skip
PROCESSES: Final[tuple[Figure, ...]] = (
    ANSWERING,
    Figure(
        "Memory of what it may use", "percentunit",
        "Near 100 % the system ends the process. A line that only climbs: a leak.",
        (
            Query(
                f"max by (job) (process_resident_memory_bytes{{{ONLY_OURS}}}"
                " / tidings_memory_limit_bytes)",
                "{{job}}",
            ),
        ),
        runbook="MemoryNearLimit", most=1,
        reading=Reading(
            "process_resident_memory_bytes", "max", by="job", of="tidings_memory_limit_bytes"
        ),
    ),
    ENGINES_ANSWERING,
)  # fmt: skip

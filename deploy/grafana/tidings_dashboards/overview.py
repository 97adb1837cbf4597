"""Is it healthy, how far is it behind, how fast is it?"""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tidings_dashboards.parts import (
    BAD,
    ONLY_OURS,
    WARNING,
    Level,
    Panel,
    Query,
    board,
    graph,
    number,
    rows,
)

COMPLETE = "tidings_complete_seconds"


def latency(share: float) -> str:
    """The seconds within which that share of articles was complete."""
    buckets = f"sum by (le) (rate({COMPLETE}_bucket[5m]))"
    return f"histogram_quantile({share}, {buckets})"


def overview() -> Dashboard:
    late = (
        f"(sum(increase({COMPLETE}_count[$__range]))"
        f' - sum(increase({COMPLETE}_bucket{{le="1.5"}}[$__range])))'
        f" / clamp_min(sum(increase({COMPLETE}_count[$__range])), 1)"
    )
    now: list[Panel] = [
        number(
            "Services without a process", "short",
            "Above 0, a service has no process that answers: what it does is not done.",
            f"6 - count(count by (job) (up{{{ONLY_OURS}}} == 1))",
            levels=[Level(1, BAD)], runbook="ServiceGone",
        ),
        number(
            "Alerts that fire", "short", "Above 0, somebody should look: the list is below.",
            'count(ALERTS{alertstate="firing"}) or vector(0)', levels=[Level(1, BAD)],
        ),
        number(
            "Behind", "s",
            "The age of the oldest record that a stage has yet to take. Beyond some seconds, more "
            "comes in than is done, or a worker stands still.",
            "max(stage:tidings_lag_seconds:max)",
            levels=[Level(10, WARNING), Level(60, BAD)], runbook="StageBehind", decimals=1,
        ),
        number(
            "Pushed to complete, 99 of 100 within", "s",
            "The promise is 2 s, of which half a second is the index's refresh. Higher: see which "
            "stage's queue is long on the pipeline dashboard.",
            latency(0.99), levels=[Level(1.5, WARNING), Level(5, BAD)],
            runbook="LatencyBudgetBurns", decimals=2,
        ),
        number(
            "Late articles in this time", "percentunit",
            "The promise allows 1 % to take longer than 2 s.",
            late, levels=[Level(0.01, BAD)], runbook="LatencyBudgetBurns", decimals=2,
        ),
        number(
            "Dead letters in this time", "short",
            "Records that were set aside. `tidings dead list` shows each with its reason.",
            "sum(increase(tidings_dead_letters_total[$__range]))",
            levels=[Level(1, WARNING)], runbook="DeadLetters", decimals=0,
        ),
    ]  # fmt: skip
    flow: list[Panel] = [
        graph(
            "Articles in and out", "cps",
            "Out below in for long: the stages fall behind. In at 0: nobody pushes.",
            Query(
                'sum(rate(tidings_topic_end_offset{topic="articles.raw"}[$__rate_interval]))', "in"
            ),
            Query(f"sum(rate({COMPLETE}_count[$__rate_interval]))", "complete"),
            runbook="NothingPushed",
        ),
        graph(
            "Pushed to complete", "s",
            "A p99 above the p50 by much: single long articles, or workers that restart. All "
            "three high: more comes in than is done.",
            *(Query(latency(share), f"p{share * 100:.0f}") for share in (0.5, 0.95, 0.99)),
            runbook="LatencyBudgetBurns",
        ),
        graph(
            "Behind, by stage", "s",
            "A line that climbs second by second: that stage does nothing. One that climbs "
            "slower: it does less than comes in.",
            Query("stage:tidings_lag_seconds:max", "{{stage}}"), runbook="StageStalled",
        ),
        graph(
            "Records that wait, by stage", "short",
            "The index reads three records of each article, so its line is the highest. A line "
            "that grows for long: start more workers of that stage.",
            Query("stage:tidings_lag_records:sum", "{{stage}}"), runbook="StageBehind",
        ),
    ]  # fmt: skip
    processes: list[Panel] = [
        graph(
            "Processes that answer", "short",
            "A line at 0 or a missing one: the service is gone.",
            Query(f"sum by (job) (up{{{ONLY_OURS}}})", "{{job}}"), runbook="ServiceGone",
        ),
        graph(
            "Memory of what it may use", "percentunit",
            "Near 100 % the system ends the process. A line that only climbs: a leak.",
            Query(
                f"max by (job) (process_resident_memory_bytes{{{ONLY_OURS}}}"
                " / tidings_memory_limit_bytes)",
                "{{job}}",
            ),
            runbook="MemoryNearLimit", most=1,
        ),
        rows(
            "Alerts that fire now", "short", "Each has a runbook of its name.",
            Query(
                'count by (alertname, severity) (ALERTS{alertstate="firing"})'
                ' or label_replace(vector(0), "alertname", "none", "", "")',
                "how many",
            ),
        ),
    ]  # fmt: skip
    return board(
        "overview", "Overview", "Is it healthy, how far is it behind, how fast is it?",
        [("Now", now), ("Flow", flow), ("Processes", processes)],
    )  # fmt: skip

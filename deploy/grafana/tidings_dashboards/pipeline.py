"""What each stage and each worker does."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tidings.overview import Query
from tidings_dashboards.parts import Panel, board, choice, graph

STAGE = 'stage=~"$stage"'
WORKERS = 'job=~"$stage"'
LIVE = 'topic!~"articles.backfill.*"'


def quantile(share: float, metric: str, by: str, only: str) -> str:
    """By the label, of those alone that did something."""
    buckets = f"sum by (le, {by}) (rate({metric}_bucket{{{only}}}[5m]))"
    busy = f"sum by ({by}) (rate({metric}_count{{{only}}}[5m])) > 0"
    return f"histogram_quantile({share}, {buckets}) and on ({by}) {busy}"


def pipeline() -> Dashboard:
    return board(
        "pipeline", "Pipeline", "What each stage and each worker does.",
        [
            ("What waits", _waits()), ("What is done", _work()), ("What goes wrong", _trouble()),
            ("Writing to the index", _writing()), ("Workers", _workers()),
        ],
        [choice("stage", "Stage", "label_values(tidings_lag_records, stage)")],
    )  # fmt: skip


def _waits() -> list[Panel]:
    return [
        graph(
            "Behind", "s",
            "Climbing second by second: the stage stands still. It is read from Kafka, so that it "
            "is there when the workers are not.",
            Query(f"stage:tidings_lag_seconds:max{{{STAGE}}}", "{{stage}}"),
            runbook="StageStalled",
        ),
        graph(
            "Records that wait", "short", "Growing for long: more workers of the stage are needed.",
            Query(f"stage:tidings_lag_records:sum{{{STAGE}}}", "{{stage}}"), runbook="StageBehind",
        ),
        graph(
            "Behind, by partition", "s",
            "One partition far above the others: its worker hangs, or a huge article holds it up.",
            Query(
                f"topk(12, max by (stage, topic, partition) (tidings_lag_seconds{{{STAGE}}}))",
                "{{stage}} {{topic}}-{{partition}}",
            ),
            runbook="StageStalled",
        ),
        graph(
            "Records that wait for a back-fill", "short",
            "Old articles that `tidings replay` has the stage read again. They wait while newer "
            "ones come: a line that does not fall for hours means that the stage is never idle.",
            Query(
                "sum by (stage) (tidings_lag_records{" + STAGE + ',topic=~"articles.backfill.*"})',
                "{{stage}}",
            ),
        ),
    ]  # fmt: skip


def _work() -> list[Panel]:
    return [
        graph(
            "Records done", "cps",
            "`dead` is what was set aside, `skipped` what the stage does not read (such as another "
            "language), `ignored` what says nothing to it.",
            Query(
                f"sum by (stage, outcome) (rate(tidings_records_total{{{STAGE}}}"
                "[$__rate_interval]))",
                "{{stage}} {{outcome}}",
            ),
            stacked=True,
        ),
        graph(
            "Work on one record, p95", "s",
            "Higher than before: longer articles, a slower machine, or new rules that cost.",
            Query(quantile(0.95, "tidings_stage_seconds", "stage", STAGE), "{{stage}}"),
        ),
        graph(
            "Wait before the work, p95", "s",
            "From the record's time to its start. High with short work: too few workers.",
            Query(quantile(0.95, "tidings_queue_seconds", "stage", STAGE), "{{stage}}"),
            runbook="StageBehind",
        ),
        graph(
            "Records in hand", "short",
            "Taken and not yet acknowledged. Constant above 0 while nothing is done: it hangs.",
            Query(f"sum by (stage) (tidings_in_flight_records{{{STAGE}}})", "{{stage}}"),
            runbook="StageStalled",
        ),
    ]  # fmt: skip


def _trouble() -> list[Panel]:
    return [
        graph(
            "Dead letters a minute", "short",
            "One reason at many: a producer or a release. See `tidings dead list`.",
            Query(
                "60 * sum by (stage, reason) (rate(tidings_dead_letters_total{"
                + STAGE + "}[$__rate_interval]))",
                "{{stage}} {{reason}}",
            ),
            runbook="DeadLetters",
        ),
        graph(
            "Attempts repeated", "cps", "Above 0: the engine does not take what it is given.",
            Query(
                f"sum by (stage, engine) (rate(tidings_retries_total{{{STAGE}}}"
                "[$__rate_interval]))",
                "{{stage}} {{engine}}",
            ),
            runbook="EngineDown",
        ),
        graph(
            "Held up by an engine", "short", "Workers that wait for it and do nothing else.",
            Query(
                f"sum by (stage, engine) (tidings_waiting_for_engine{{{STAGE}}})",
                "{{stage}} {{engine}}",
            ),
            runbook="EngineDown",
        ),
        graph(
            "Workers that have stopped", "short",
            "Most of the last records were bad: the worker waits until somebody looks. With its "
            "back-fill alone, live articles go on.",
            Query(f"sum by (stage) (tidings_stopped{{{STAGE}}})", "{{stage}}"),
            Query(
                f"sum by (stage) (tidings_backfill_stopped{{{STAGE}}})", "{{stage}}, back-fill"
            ),
            runbook="StageStopped",
        ),
    ]  # fmt: skip


def _writing() -> list[Panel]:
    return [
        graph(
            "Documents of bulk writes", "cps",
            "`retried`: Elasticsearch would not take them now. `refused`: it cannot parse them. "
            "`conflict`: two workers wrote one article, which is harmless.",
            Query(
                "sum by (outcome) (rate(tidings_bulk_documents_total[$__rate_interval]))",
                "{{outcome}}",
            ),
            runbook="ElasticsearchRejects",
        ),
        graph(
            "One bulk write", "s", "Above a second: Elasticsearch is the bottleneck.",
            Query(
                "histogram_quantile(0.95, sum by (le) (rate(tidings_bulk_seconds_bucket[5m])))",
                "p95",
            ),
            Query(
                "histogram_quantile(0.5, sum by (le) (rate(tidings_bulk_seconds_bucket[5m])))",
                "p50",
            ),
        ),
        graph(
            "Documents in one bulk write", "short",
            "At the limit (`TIDINGS_INDEX_BATCH`) all the time: the index is behind.",
            Query(
                "histogram_quantile(0.95, sum by (le) (rate("
                "tidings_bulk_size_documents_bucket[5m])))",
                "p95",
            ),
        ),
    ]  # fmt: skip


def _workers() -> list[Panel]:
    return [
        graph(
            "Processor time of each worker", "percentunit",
            "A worker is one process on one core: at 100 % it can do no more.",
            Query(
                f"rate(process_cpu_seconds_total{{{WORKERS}}}[$__rate_interval])",
                "{{job}} {{instance}}",
            ),
        ),
        graph(
            "Memory of each worker", "bytes", "A line that only climbs: a leak.",
            Query(f"process_resident_memory_bytes{{{WORKERS}}}", "{{job}} {{instance}}"),
            runbook="MemoryNearLimit",
        ),
        graph(
            "Restarts in the last 15 minutes", "short",
            "More than two: it is started again and again.",
            Query(
                f"sum by (job) (changes(process_start_time_seconds{{{WORKERS}}}[15m]))", "{{job}}"
            ),
            runbook="RestartLoop",
        ),
        graph(
            "Workers", "short", "Fewer than were started: see which one is gone.",
            Query(f"sum by (job) (up{{{WORKERS}}})", "{{job}}"), runbook="ServiceGone",
        ),
    ]  # fmt: skip

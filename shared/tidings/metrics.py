"""Every metric, declared once: name, help, labels. Labels have few and known values."""

import time
from typing import Final

from prometheus_client import Counter, Gauge, Histogram, Info

from tidings.errors import REASONS

_LATENCY: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60, 300, 1800)
_WORK: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

RECORDS = Counter(
    "tidings_records", "Records a stage has finished.", ["stage", "outcome"]
)  # outcome: done, skipped, dead, ignored
STAGE_SECONDS = Histogram(
    "tidings_stage_seconds", "Seconds of work on one record.", ["stage"], buckets=_WORK
)
QUEUE_SECONDS = Histogram(
    "tidings_queue_seconds",
    "Seconds from a record's timestamp to its start in a stage.",
    ["stage"],
    buckets=_LATENCY,
)
COMPLETE_SECONDS = Histogram(
    "tidings_complete_seconds",
    "Seconds from an article's push until the index accepted its last part; "
    "search sees it one refresh later.",
    buckets=_LATENCY,
)
DEAD_LETTERS = Counter("tidings_dead_letters", "Records set aside.", ["stage", "reason"])
RETRIES = Counter(
    "tidings_retries", "Attempts repeated because an engine did not answer.", ["stage", "engine"]
)
IN_FLIGHT = Gauge("tidings_in_flight_records", "Records taken and not yet acknowledged.", ["stage"])
LAG = Gauge(
    "tidings_lag_records",
    "Records in the partitions of this worker that it has yet to acknowledge.",
    ["stage"],
)
STOPPED = Gauge(
    "tidings_stopped", "1 while a stage has stopped since most records are bad.", ["stage"]
)
PROGRESS = Gauge(
    "tidings_last_progress_timestamp_seconds",
    "When the stage last acknowledged records.",
    ["stage"],
)
ENTITIES = Counter("tidings_entities", "Entities found.", ["kind"])
EVENTS = Counter("tidings_events", "Events found.", ["event_type"])
PUSHED = Counter("tidings_pushed", "Articles offered to ingest.", ["outcome"])
# outcome: pushed, repeated, refused, failed
BULK_SECONDS = Histogram("tidings_bulk_seconds", "Seconds of one bulk write.", buckets=_WORK)
BULK_DOCUMENTS = Counter("tidings_bulk_documents", "Documents of bulk writes.", ["outcome"])
# outcome: written, unchanged, conflict, refused, retried
SEARCH_SECONDS = Histogram(
    "tidings_search_seconds", "Seconds to answer a request.", ["route"], buckets=_WORK
)
SEARCHES = Counter("tidings_searches", "Requests answered.", ["route", "status"])
BUILD = Info("tidings_build", "Versions that this process runs.")


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def declare_stage(stage: str) -> None:
    """Sets a stage's counters to 0, so that the first dead letter is seen as an increase."""
    for outcome in ("done", "skipped", "dead", "ignored"):
        RECORDS.labels(stage, outcome)
    for reason in REASONS:
        DEAD_LETTERS.labels(stage, reason)
    for engine in ("kafka", "elasticsearch"):
        RETRIES.labels(stage, engine)
    IN_FLIGHT.labels(stage).set(0)
    STOPPED.labels(stage).set(0)
    STAGE_SECONDS.labels(stage)
    QUEUE_SECONDS.labels(stage)

"""Every metric, declared once: name, help, the services that have it, labels with their values."""

import time
from collections.abc import Iterable
from typing import Final, get_args

from tidings.errors import REASONS
from tidings.instruments import Instruments, memory_limit
from tidings.messages import EntityKind, EventType, Stage

STAGES: Final[tuple[str, ...]] = get_args(Stage)
ENGINES: Final = ("kafka", "elasticsearch")
WATCH: Final = ("watch",)
SERVICES: Final = ("search", "ingest", *STAGES, *WATCH)
SEARCH_STATUSES: Final = ("200", "400", "401", "403", "404", "422", "429", "500", "503")

_LATENCY: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60, 300, 1800)
_WORK: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_SIZES: Final = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000)

_TOPICS: Final = "the topics that the stage reads"
_PARTITIONS: Final = "the topic's partitions"
_NODES: Final = "the cluster's nodes"
_OUTLETS: Final = "the 200 outlets with most articles"

ALL: Final = Instruments()

# Every service
BUILD = ALL.info(
    "tidings_build_info", "1, with the versions that this process runs.", SERVICES,
    service=SERVICES, version="the release's",
    extractor="that of the rules and of their model, or of the mapping",
)  # fmt: skip
MEMORY_LIMIT = ALL.gauge(
    "tidings_memory_limit_bytes",
    "What the process may use: its container's limit, or else the machine's memory.",
    SERVICES,
)

# Stages
RECORDS = ALL.counter(
    "tidings_records_total", "Records that the stage has finished.", STAGES,
    stage=STAGES, outcome=("done", "skipped", "dead", "ignored"),
)  # fmt: skip
STAGE_SECONDS = ALL.histogram(
    "tidings_stage_seconds", "Seconds of work on one record.", STAGES, _WORK, stage=STAGES
)
QUEUE_SECONDS = ALL.histogram(
    "tidings_queue_seconds", "Seconds from a record's timestamp to its start in the stage.",
    STAGES, _LATENCY, stage=STAGES,
)  # fmt: skip
DEAD_LETTERS = ALL.counter(
    "tidings_dead_letters_total", "Records set aside.", STAGES, stage=STAGES, reason=tuple(REASONS)
)
RETRIES = ALL.counter(
    "tidings_retries_total", "Attempts repeated because an engine did not do what was asked.",
    STAGES, stage=STAGES, engine=ENGINES,
)  # fmt: skip
IN_FLIGHT = ALL.gauge(
    "tidings_in_flight_records",
    "Records taken and not yet acknowledged, live ones and those of the back-fill.",
    STAGES, stage=STAGES,
)  # fmt: skip
WORKER_LAG = ALL.gauge(
    "tidings_worker_lag_records",
    "Records in the worker's partitions that it has yet to acknowledge, as it sees them; the "
    "broker's word is tidings_lag_records.",
    STAGES,
    stage=STAGES,
)
WAITING = ALL.gauge(
    "tidings_waiting_for_engine", "1 while the worker is held up by that engine.", STAGES,
    stage=STAGES, engine=ENGINES,
)  # fmt: skip
STOPPED = ALL.gauge(
    "tidings_stopped", "1 while the stage has stopped since most records are bad.", STAGES,
    stage=STAGES,
)  # fmt: skip
BACKFILL_STOPPED = ALL.gauge(
    "tidings_backfill_stopped",
    "1 while the stage's back-fill has stopped since most records are bad; live ones go on.",
    ("entities", "events"),
    stage=STAGES,
)
PROGRESS = ALL.gauge(
    "tidings_last_progress_timestamp_seconds",
    "When the worker last acknowledged records; 0 before the first.", STAGES, stage=STAGES,
)  # fmt: skip
ENTITIES = ALL.counter(
    "tidings_entities_total", "Entities found.", ("entities",), kind=get_args(EntityKind)
)
EVENTS = ALL.counter(
    "tidings_events_total", "Events found.", ("events",), event_type=get_args(EventType)
)
WITHOUT_EVENTS = ALL.counter(
    "tidings_articles_without_events_total", "Articles that were read and told of no event.",
    ("events",),
)  # fmt: skip

# Index
COMPLETE_SECONDS = ALL.histogram(
    "tidings_complete_seconds",
    "Seconds from an article's push until the index accepted its last part; search sees it one "
    "refresh later.",
    ("index",),
    _LATENCY,
)
BULK_SECONDS = ALL.histogram(
    "tidings_bulk_seconds", "Seconds of one bulk write.", ("index",), _WORK
)
BULK_SIZE = ALL.histogram(
    "tidings_bulk_size_documents", "Documents in one bulk write.", ("index",), _SIZES
)
BULK_DOCUMENTS = ALL.counter(
    "tidings_bulk_documents_total",
    "Documents of bulk writes; retried are those that Elasticsearch would not take now, conflicts "
    "those that another worker had changed.",
    ("index",),
    outcome=("written", "unchanged", "conflict", "refused", "retried"),
)

# Ingest and search
PUSHED = ALL.counter(
    "tidings_pushed_total", "Articles offered to the ingest service.", ("ingest",),
    outcome=("pushed", "repeated", "refused", "failed"),
)  # fmt: skip
REFUSED = ALL.counter(
    "tidings_requests_refused_total",
    "Requests refused: without a key, with one that is not known, without its scope, beyond its "
    "rate, or since the keys could not be read yet.",
    ("search", "ingest"),
    reason=("missing", "unknown", "scope", "rate", "not-read"),
)
SEARCHES = ALL.counter(
    "tidings_searches_total", "Requests answered.", ("search",),
    route="the service's routes, or unknown", status="HTTP statuses",
)  # fmt: skip
SEARCH_SECONDS = ALL.histogram(
    "tidings_search_seconds", "Seconds to answer a request.", ("search",), _WORK,
    route="the service's routes, or unknown",
)  # fmt: skip

# Watch: what Kafka tells
ENGINE_UP = ALL.snapshot(
    "tidings_engine_up", "1 where the engine answers the watch.", WATCH, engine=ENGINES
)
LOOK_SECONDS = ALL.snapshot(
    "tidings_watch_look_seconds", "Seconds that the last look of this kind took.", WATCH,
    what=("kafka", "elasticsearch", "outlets"),
)  # fmt: skip
LAG_RECORDS = ALL.snapshot(
    "tidings_lag_records", "Records that the stage has yet to acknowledge, as the broker tells.",
    WATCH, stage=STAGES, topic=_TOPICS, partition=_PARTITIONS,
)  # fmt: skip
LAG_SECONDS = ALL.snapshot(
    "tidings_lag_seconds",
    "Age of the oldest record that the stage has yet to acknowledge; 0 where none waits. Not of a "
    "back-fill, whose copies are as old as their articles.",
    WATCH,
    stage=STAGES,
    topic=_TOPICS,
    partition=_PARTITIONS,
)
COMMITTED = ALL.snapshot(
    "tidings_committed_offset", "The offset that the stage will read next.", WATCH,
    stage=STAGES, topic=_TOPICS, partition=_PARTITIONS,
)  # fmt: skip
END_OFFSET = ALL.snapshot(
    "tidings_topic_end_offset", "The offset that the topic's next record gets.", WATCH,
    topic="the topics", partition=_PARTITIONS,
)  # fmt: skip
LAST_PUSHED = ALL.snapshot(
    "tidings_last_pushed_timestamp_seconds", "When the newest record of articles.raw was written.",
    WATCH,
)  # fmt: skip
TOPIC_BYTES = ALL.snapshot(
    "tidings_topic_bytes", "What the topic takes on the brokers' disks.", WATCH, topic="the topics"
)
BROKERS = ALL.snapshot("tidings_kafka_brokers", "Brokers that are in the cluster.", WATCH)
UNDER_REPLICATED = ALL.snapshot(
    "tidings_kafka_under_replicated_partitions", "Partitions of which a replica lags or is away.",
    WATCH,
)  # fmt: skip
DISK_SIZE = ALL.snapshot(
    "tidings_disk_size_bytes", "Size of the disk that holds the engine's data.", WATCH,
    engine=ENGINES, node=_NODES,
)  # fmt: skip
DISK_AVAILABLE = ALL.snapshot(
    "tidings_disk_available_bytes", "What is free on the disk that holds the engine's data.", WATCH,
    engine=ENGINES, node=_NODES,
)  # fmt: skip

# Watch: what Elasticsearch tells
CLUSTER_STATUS = ALL.snapshot(
    "tidings_elasticsearch_status", "1 for the cluster's colour, 0 for the others.", WATCH,
    status=("green", "yellow", "red"),
)  # fmt: skip
INDEX_STATE = ALL.snapshot(
    "tidings_index_state",
    "1 where the index is so: missing, read_only, or incomplete since it was made anew.", WATCH,
    state=("missing", "read_only", "incomplete"),
)  # fmt: skip
DOCUMENTS = ALL.snapshot("tidings_index_documents", "Documents that the index holds.", WATCH)
INDEX_BYTES = ALL.snapshot("tidings_index_bytes", "What the index takes on disk.", WATCH)
HEAP_USED = ALL.snapshot(
    "tidings_elasticsearch_heap_used_bytes", "Java heap in use.", WATCH, node=_NODES
)
HEAP_MAX = ALL.snapshot(
    "tidings_elasticsearch_heap_max_bytes", "Most Java heap that the node may use.", WATCH,
    node=_NODES,
)  # fmt: skip
GC_SECONDS = ALL.snapshot(
    "tidings_elasticsearch_gc_seconds_total", "Seconds spent on collecting garbage.", WATCH,
    node=_NODES,
)  # fmt: skip
REJECTED = ALL.snapshot(
    "tidings_elasticsearch_rejected_total", "Requests refused since a queue was full.", WATCH,
    node=_NODES, pool=("write", "search"),
)  # fmt: skip
QUEUED = ALL.snapshot(
    "tidings_elasticsearch_queued_requests", "Requests that wait for a thread.", WATCH,
    node=_NODES, pool=("write", "search"),
)  # fmt: skip
QUERIES = ALL.snapshot(
    "tidings_elasticsearch_queries_total", "Shards searched, of all indexes.", WATCH
)
QUERY_SECONDS = ALL.snapshot(
    "tidings_elasticsearch_query_seconds_total", "Seconds spent on searching shards.", WATCH
)
INDEXING_SECONDS = ALL.snapshot(
    "tidings_elasticsearch_indexing_seconds_total", "Seconds spent on indexing.", WATCH
)

# Watch: what the index tells of its articles
OUTLET_LAST = ALL.snapshot(
    "tidings_outlet_last_article_timestamp_seconds", "When the outlet's newest article was pushed.",
    WATCH, outlet=_OUTLETS,
)  # fmt: skip
OUTLET_GAP = ALL.snapshot(
    "tidings_outlet_expected_gap_seconds",
    "Of the outlet's pauses between days with articles, the one that 95 of 100 do not exceed. Not "
    "of outlets with fewer than five such days, of which no habit is known.",
    WATCH,
    outlet=_OUTLETS,
)
OUTLET_ARTICLES = ALL.snapshot(
    "tidings_outlet_articles", "Articles of the outlet in the last 120 days.", WATCH,
    outlet=_OUTLETS,
)  # fmt: skip
COUNTRY_ARTICLES = ALL.snapshot(
    "tidings_country_articles", "Articles of the last 24 hours that name the country.", WATCH,
    country="the 50 countries with most articles",
)  # fmt: skip


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def expose(service: str, *, version: str, extractor: str = "") -> None:
    """Puts the metrics of this service on this process's page, once, with every counter at 0 so
    that the first error is seen as an increase."""
    ALL.expose(service)
    BUILD.info({"service": service, "version": version, "extractor": extractor})
    MEMORY_LIMIT.set(memory_limit())


def declare_routes(routes: Iterable[str]) -> None:
    """Sets the counters of the search service's routes to 0."""
    for route in routes:
        SEARCH_SECONDS.labels(route)
        for status in SEARCH_STATUSES:
            SEARCHES.labels(route, status)

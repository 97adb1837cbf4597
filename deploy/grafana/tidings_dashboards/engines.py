"""How Kafka and Elasticsearch fare, as the watch sees them and as the broker tells."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tidings.overview import BAD, WARNING, Level, Query
from tidings_dashboards.parts import Panel, board, choice, graph, number

NODE = 'node=~"$node"'
USED = f"1 - tidings_disk_available_bytes{{{NODE}}} / tidings_disk_size_bytes{{{NODE}}}"


def engines() -> Dashboard:
    return board(
        "engines", "Engines", "How Kafka and Elasticsearch fare, as the watch sees them.",
        [
            ("Now", _now()),
            ("Disks", _disks()),
            ("Elasticsearch", _elasticsearch()),
            ("Kafka", _kafka()),
            ("Kafka's broker, where it runs with the JMX exporter", _broker()),
        ],
        [choice("node", "Node", "label_values(tidings_disk_size_bytes, node)")],
    )  # fmt: skip


def _now() -> list[Panel]:
    return [
        number(
            "Engines that do not answer", "short", "Above 0: everything waits for it.",
            "2 - sum(tidings_engine_up)", levels=[Level(1, BAD)], runbook="EngineDown",
        ),
        number(
            "The index: trouble", "short",
            "Above 0 it is missing, read-only, or lacks what was indexed before.",
            "sum(tidings_index_state)", levels=[Level(1, BAD)], runbook="IndexBroken",
        ),
        number(
            "Elasticsearch is red or yellow", "short",
            "Red: data is missing. Yellow: a copy is missing, as always on one node with replicas.",
            '2 * tidings_elasticsearch_status{status="red"}'
            ' + ignoring (status) tidings_elasticsearch_status{status="yellow"}',
            levels=[Level(1, WARNING), Level(2, BAD)], runbook="EngineDown",
        ),
        number(
            "Brokers", "short", "Fewer than there are: one is away.", "tidings_kafka_brokers",
            runbook="EngineDown",
        ),
        number(
            "Partitions that lack a copy", "short", "Above 0: a broker is away or slow.",
            "tidings_kafka_under_replicated_partitions", levels=[Level(1, WARNING)],
            runbook="EngineDown",
        ),
        number(
            "Fullest disk", "percentunit", "At 95 % Elasticsearch makes the index read-only.",
            f"max({USED})", levels=[Level(0.8, WARNING), Level(0.9, BAD)], runbook="DiskFills",
            decimals=1,
        ),
    ]  # fmt: skip


def _disks() -> list[Panel]:
    return [
        graph(
            "Disk in use", "percentunit",
            "At 85 % Elasticsearch places no shard there, at 95 % it makes the index read-only. "
            "Kafka stops at 100 %, and does not start again.",
            Query(USED, "{{engine}} {{node}}"), runbook="DiskFills", most=1,
        ),
        graph(
            "What is taken", "bytes", "A topic that grows for ever is meant to: see retention.",
            Query("tidings_topic_bytes", "{{topic}}"), Query("tidings_index_bytes", "index"),
            runbook="DiskFills",
        ),
    ]  # fmt: skip


def _elasticsearch() -> list[Panel]:
    return [
        graph(
            "Java heap in use", "percentunit",
            "Saw teeth are right. Above 90 % all the time: too small a heap.",
            Query(
                f"tidings_elasticsearch_heap_used_bytes{{{NODE}}}"
                f" / tidings_elasticsearch_heap_max_bytes{{{NODE}}}",
                "{{node}}",
            ),
            runbook="ElasticsearchHeap", most=1,
        ),
        graph(
            "Time for collecting garbage", "percentunit", "Above 10 %: too small a heap.",
            Query(
                f"rate(tidings_elasticsearch_gc_seconds_total{{{NODE}}}[$__rate_interval])",
                "{{node}}",
            ),
            runbook="ElasticsearchHeap",
        ),
        graph(
            "Requests that wait for a thread", "short", "Above 0 for long: it has too much to do.",
            Query(f"tidings_elasticsearch_queued_requests{{{NODE}}}", "{{node}} {{pool}}"),
            runbook="ElasticsearchRejects",
        ),
        graph(
            "Requests refused", "cps", "Above 0: its queues are full; our workers try again.",
            Query(
                f"rate(tidings_elasticsearch_rejected_total{{{NODE}}}[$__rate_interval])",
                "{{node}} {{pool}}",
            ),
            runbook="ElasticsearchRejects",
        ),
        graph(
            "Time for indexing", "percentunit", "Of one core. Near the cores that it has: full.",
            Query(
                "rate(tidings_elasticsearch_indexing_seconds_total[$__rate_interval])", "indexing"
            ),
            Query("rate(tidings_elasticsearch_query_seconds_total[$__rate_interval])", "searching"),
        ),
        graph(
            "State of the index", "short", "A line at 1 says what is wrong.",
            Query("tidings_index_state", "{{state}}"), runbook="IndexBroken", most=1,
        ),
    ]  # fmt: skip


def _kafka() -> list[Panel]:
    return [
        graph(
            "Records written, by topic", "cps",
            "`articles.dead` above 0: records are set aside. Results below articles: behind.",
            Query(
                "sum by (topic) (rate(tidings_topic_end_offset[$__rate_interval]))", "{{topic}}"
            ),
            runbook="DeadLetters",
        ),
        graph(
            "Records acknowledged, by stage", "cps", "At 0 while records wait: it stands still.",
            Query(
                "sum by (stage) (rate(tidings_committed_offset[$__rate_interval]))", "{{stage}}"
            ),
            runbook="StageStalled",
        ),
        graph(
            "How long the watch looks", "s",
            "It looks at Kafka every 5 s, at Elasticsearch every 10, at outlets every minute, and "
            "less often where that takes long: then figures here are older.",
            Query("tidings_watch_look_seconds", "{{what}}"), runbook="WatchBlind",
        ),
    ]  # fmt: skip


def _broker() -> list[Panel]:
    return [
        graph(
            "Bytes in and out", "Bps",
            "Out is several times in, since several read each record. In at 0: nobody writes.",
            Query("sum by (instance) (rate(kafka_bytes_in_total[$__rate_interval]))",
                  "{{instance}} in"),
            Query("sum by (instance) (rate(kafka_bytes_out_total[$__rate_interval]))",
                  "{{instance}} out"),
        ),
        graph(
            "Requests", "reqps", "Fetches by the hundred while nothing is written: many readers.",
            Query("sum by (request) (rate(kafka_requests_total[$__rate_interval]))", "{{request}}"),
            Query(
                "sum by (request) (rate(kafka_failed_requests_total[$__rate_interval]))",
                "{{request}}, failed",
            ),
        ),
        graph(
            "Time of a write, 99 of 100 within", "s",
            "High while the wait is low: the disk, or a copy on another broker, is slow. Both "
            "high: the broker has too much to do.",
            Query("kafka_request_seconds_p99", "{{instance}} answered"),
            Query("kafka_request_queue_seconds_p99", "{{instance}} waits"),
            runbook="PushFails",
        ),
        graph(
            "Java heap of the broker", "percentunit",
            "Saw teeth are right. Above 90 % all the time: too small a heap.",
            Query(
                'sum by (instance) (jvm_memory_used_bytes{job="kafka",area="heap"})'
                ' / sum by (instance) (jvm_memory_max_bytes{job="kafka",area="heap"})',
                "{{instance}}",
            ),
            most=1,
        ),
        graph(
            "What the broker lacks", "short",
            "Copies: another broker is away or slow. Folders: its disk is full or broken, and it "
            "ends when it has no other.",
            Query("kafka_broker_under_replicated_partitions", "{{instance}} copies of partitions"),
            Query("kafka_offline_log_directories", "{{instance}} folders"),
            runbook="DiskFills",
        ),
    ]  # fmt: skip

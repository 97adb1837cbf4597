"""How people and programs are answered."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tidings.overview import BAD, WARNING, Level, Query
from tidings_dashboards.parts import Panel, board, choice, graph, number
from tidings_dashboards.pipeline import quantile

ROUTE = 'route=~"$route"'
ERRORS = f'sum(rate(tidings_searches_total{{{ROUTE},status=~"5.."}}[5m]))'
EVERY = f"clamp_min(sum(rate(tidings_searches_total{{{ROUTE}}}[5m])), 0.000001)"


def answered(share: float) -> str:
    return (
        f"histogram_quantile({share},"
        f" sum by (le) (rate(tidings_search_seconds_bucket{{{ROUTE}}}[5m])))"
    )


def search() -> Dashboard:
    return board(
        "search", "Search", "How people and programs are answered.",
        [("Now", _now()), ("Requests", _requests()), ("Behind it", _behind())],
        [choice("route", "Route", "label_values(tidings_searches_total, route)")],
    )  # fmt: skip


def _now() -> list[Panel]:
    return [
        number(
            "Requests", "reqps", "At 0 by day: nobody gets through.",
            f"sum(rate(tidings_searches_total{{{ROUTE}}}[5m]))", width=6, decimals=2,
        ),
        number(
            "Errors", "percentunit",
            "Answers that say that it is our fault: mostly since Elasticsearch does not answer.",
            f"{ERRORS} / {EVERY}", levels=[Level(0.001, WARNING), Level(0.01, BAD)],
            runbook="SearchFails", width=6, decimals=2,
        ),
        number(
            "95 of 100 answered within", "s", "Above a second, people feel it.", answered(0.95),
            levels=[Level(0.5, WARNING), Level(1, BAD)], runbook="SearchSlow", width=6, decimals=3,
        ),
        number(
            "Processes", "short", "At 0, the page is gone.", 'sum(up{job="search"})',
            runbook="ServiceGone", width=6,
        ),
    ]  # fmt: skip


def _requests() -> list[Panel]:
    return [
        graph(
            "Requests by route", "reqps", "One route far above the others: a program that asks.",
            Query(
                f"sum by (route) (rate(tidings_searches_total{{{ROUTE}}}[$__rate_interval]))",
                "{{route}}",
            ),
            stacked=True,
        ),
        graph(
            "Answers by status", "reqps",
            "400 and 422: a mistake in the question. 401, 403 and 429: refused by the key. 404: "
            "not there. 503: Elasticsearch does not answer. 500: a fault of ours.",
            Query(
                f"sum by (status) (rate(tidings_searches_total{{{ROUTE}}}[$__rate_interval]))",
                "{{status}}",
            ),
            runbook="SearchFails", stacked=True,
        ),
        graph(
            "Requests refused, by reason", "reqps",
            "Of search and ingest. unknown: a key that was revoked or mistyped, so that its owner "
            "is shut out. rate: who asks more often than the key allows.",
            Query(
                "sum by (job, reason) (rate(tidings_requests_refused_total[$__rate_interval]))",
                "{{job}} {{reason}}",
            ),
            runbook="NothingPushed",
        ),
        graph(
            "Time to answer", "s", "A p99 that jumps: single costly questions. All: a busy engine.",
            *(Query(answered(share), f"p{share * 100:.0f}") for share in (0.5, 0.95, 0.99)),
            runbook="SearchSlow",
        ),
        graph(
            "Time to answer by route, p95", "s", "The route that is slow.",
            Query(quantile(0.95, "tidings_search_seconds", "route", ROUTE), "{{route}}"),
            runbook="SearchSlow",
        ),
    ]  # fmt: skip


def _behind() -> list[Panel]:
    return [
        graph(
            "Elasticsearch: shards searched", "cps",
            "The index service and the watch search too.",
            Query("rate(tidings_elasticsearch_queries_total[$__rate_interval])", "a second"),
        ),
        graph(
            "Elasticsearch: time of one query", "s", "High: too little memory, or a busy disk.",
            Query(
                "rate(tidings_elasticsearch_query_seconds_total[5m])"
                " / clamp_min(rate(tidings_elasticsearch_queries_total[5m]), 0.000001)",
                "mean",
            ),
            runbook="SearchSlow",
        ),
        graph(
            "Processor time of the service", "percentunit", "Near 100 %: start another process.",
            Query(
                'rate(process_cpu_seconds_total{job="search"}[$__rate_interval])', "{{instance}}"
            ),
        ),
        graph(
            "Memory of the service", "bytes", "A line that only climbs: a leak.",
            Query('process_resident_memory_bytes{job="search"}', "{{instance}}"),
            runbook="MemoryNearLimit",
        ),
    ]  # fmt: skip

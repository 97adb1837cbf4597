"""What the articles tell, and who has fallen silent."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tidings.overview import BAD, WARNING, Level, Query
from tidings_dashboards.parts import Panel, board, choice, graph, number, rows

OUTLET = 'outlet=~"$outlet"'
LAST = "tidings_outlet_last_article_timestamp_seconds"
GAP = "tidings_outlet_expected_gap_seconds"
SILENT = f"(time() - {LAST}) > clamp_min(1.5 * {GAP}, 86400)"
PER_HOUR = "3600 * sum by ({}) (rate({}[$__rate_interval]))"
DONE = 'sum(rate(tidings_records_total{stage="events",outcome="done"}[$__rate_interval]))'


def content() -> Dashboard:
    return board(
        "content", "Content", "What the articles tell, and who has fallen silent.",
        [("Outlets", _outlets()), ("What is found", _found())],
        [choice("outlet", "Outlet", "label_values(tidings_outlet_articles, outlet)")],
    )  # fmt: skip


def _outlets() -> list[Panel]:
    return [
        number(
            "Silent outlets", "short",
            "Outlets that pause for longer than they ever do: their feed is broken, or they are.",
            f"count({SILENT}) or vector(0)", levels=[Level(1, BAD)], runbook="OutletSilent",
            width=6,
        ),
        number(
            "Outlets", "short", "Those that were heard in the last 120 days, 200 at most.",
            "count(tidings_outlet_articles) or vector(0)", width=6,
        ),
        number(
            "Articles in the index", "short", "Falling: articles are taken down, or lost.",
            "tidings_index_documents", runbook="IndexBroken", width=6,
        ),
        number(
            "Since the newest article", "s", "Long: nobody pushes.",
            "time() - tidings_last_pushed_timestamp_seconds",
            levels=[Level(3600, WARNING), Level(7200, BAD)], runbook="NothingPushed", width=6,
        ),
        rows(
            "Outlets: habit and last article", "s",
            "`silence` above `usual pause` by half and more than a day: silent. Without a usual "
            "pause: heard on fewer than five days. `tidings outlets` prints the same.",
            Query(f"time() - {LAST}{{{OUTLET}}}", "silence"),
            Query(f"{GAP}{{{OUTLET}}}", "usual pause"),
            runbook="OutletSilent",
        ),
        graph(
            "Articles by outlet, last 120 days", "short",
            "An outlet that shrinks publishes less, or is read less.",
            Query(f"topk(20, tidings_outlet_articles{{{OUTLET}}})", "{{outlet}}"),
        ),
        graph(
            "Articles by country, last 24 hours", "short",
            "A country that vanishes: a feed is missing, or its names are not recognised any more.",
            Query("topk(20, tidings_country_articles)", "{{country}}"),
        ),
    ]  # fmt: skip


def _found() -> list[Panel]:
    return [
        graph(
            "Events an hour, by type", "short",
            "A type that falls to 0 after a release: its rules are broken.",
            Query(PER_HOUR.format("event_type", "tidings_events_total"), "{{event_type}}"),
            stacked=True,
        ),
        graph(
            "Event mix", "percentunit",
            "Shares change slowly with the news and at once with the rules.",
            Query(
                "sum by (event_type) (rate(tidings_events_total[$__rate_interval]))"
                " / ignoring (event_type) group_left clamp_min("
                "sum(rate(tidings_events_total[$__rate_interval])), 0.000001)",
                "{{event_type}}",
            ),
            stacked=True, most=1,
        ),
        graph(
            "Articles without an event", "percentunit",
            "Rising at once: rules that are broken, or articles of another kind.",
            Query(
                "sum(rate(tidings_articles_without_events_total[$__rate_interval]))"
                f" / clamp_min({DONE}, 0.000001)",
                "share",
            ),
            most=1,
        ),
        graph(
            "Events of an article", "short", "Halved: rules or model have lost something.",
            Query(
                "sum(rate(tidings_events_total[$__rate_interval]))"
                f" / clamp_min({DONE}, 0.000001)",
                "events",
            ),
        ),
        graph(
            "Entities an hour, by kind", "short", "A kind at 0: model or tables are broken.",
            Query(PER_HOUR.format("kind", "tidings_entities_total"), "{{kind}}"), stacked=True,
        ),
        graph(
            "Articles offered to ingest", "cps",
            "`refused`: the producer sends what is no article. `failed`: Kafka did not confirm.",
            Query("sum by (outcome) (rate(tidings_pushed_total[$__rate_interval]))", "{{outcome}}"),
            runbook="PushFails",
        ),
    ]  # fmt: skip

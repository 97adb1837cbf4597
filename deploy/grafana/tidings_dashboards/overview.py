"""Is it healthy, how far is it behind, how fast is it?"""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from tidings.overview import FLOW, NOW, PROCESSES, Figure, Query
from tidings_dashboards.parts import Panel, board, graph, number, rows


def overview() -> Dashboard:
    now: list[Panel] = [_number(one) for one in NOW]
    flow: list[Panel] = [_graph(one) for one in FLOW]
    processes: list[Panel] = [
        *(_graph(one) for one in PROCESSES),
        rows(
            "Alerts that fire now", "short", "Each has a runbook of its name.",
            Query(
                'count by (alertname, severity) (ALERTS{alertstate="firing"})'
                ' or (label_replace(vector(0), "alertname", "none", "", "")'
                ' unless on () ALERTS{alertstate="firing"})',
                "how many",
            ),
        ),
    ]  # fmt: skip
    return board(
        "overview", "Overview", "Is it healthy, how far is it behind, how fast is it?",
        [("Now", now), ("Flow", flow), ("Processes", processes)],
    )  # fmt: skip


def _number(one: Figure) -> Panel:
    [query] = one.queries
    return number(
        one.title, one.unit, one.bad, query.expr, levels=one.levels, runbook=one.runbook,
        decimals=one.decimals, width=6,
    )  # fmt: skip


def _graph(one: Figure) -> Panel:
    return graph(one.title, one.unit, one.bad, *one.queries, runbook=one.runbook, most=one.most)

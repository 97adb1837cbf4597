"""What every panel and dashboard has, so that none lacks it."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.builders import prometheus, stat, table, timeseries
from grafana_foundation_sdk.models import common, dashboard
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from tidings.overview import BAD, ONLY_OURS, WARNING, Level, Query

SOURCE: Final = dashboard.DataSourceRef(type_val="prometheus", uid="${datasource}")
RUNBOOKS: Final = "tidings-runbooks"
RUNBOOK_FILES: Final = Path("docs/runbooks")
TAG: Final = "tidings"

COLOURS: Final = {WARNING: "orange", BAD: "red"}

Panel: TypeAlias = timeseries.Panel | stat.Panel | table.Panel
P = TypeVar("P", timeseries.Panel, stat.Panel, table.Panel)


def graph(
    title: str, unit: str, bad: str, *queries: Query, runbook: str | None = None, width: int = 12,
    stacked: bool = False, most: float | None = None,
) -> timeseries.Panel:  # fmt: skip
    """Lines over time; `bad` says what a bad picture means."""
    legend = common_builders.VizLegendOptions().show_legend(True)
    legend.display_mode(common.LegendDisplayMode.LIST).placement(common.LegendPlacement.BOTTOM)
    panel = timeseries.Panel().unit(unit).min(0).height(8).span(width).legend(legend)
    panel.fill_opacity(25 if stacked else 8).show_points(common.VisibilityMode.NEVER)
    panel.tooltip(common_builders.VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI))
    if stacked:
        panel.stacking(common_builders.StackingConfig().mode(common.StackingMode.NORMAL))
    if most is not None:
        panel.max(most)
    for number, query in enumerate(queries):
        panel.with_target(_target(query, number))
    return _described(panel, title, bad, runbook)


def number(
    title: str, unit: str, bad: str, expr: str, *, levels: Sequence[Level] = (),
    runbook: str | None = None, width: int = 4, decimals: int | None = None,
) -> stat.Panel:  # fmt: skip
    """One figure, coloured by `levels`; green below the first."""
    steps = [dashboard.Threshold(value=None, color="green")]
    steps += [
        dashboard.Threshold(value=level.value, color=COLOURS[level.grade]) for level in levels
    ]
    thresholds = builders.ThresholdsConfig().mode(dashboard.ThresholdsMode.ABSOLUTE).steps(steps)
    panel = stat.Panel().unit(unit).height(4).span(width).thresholds(thresholds)
    panel.graph_mode(common.BigValueGraphMode.AREA).color_mode(common.BigValueColorMode.VALUE)
    if decimals is not None:
        panel.decimals(decimals)
    panel.with_target(_target(Query(expr, title), 0))
    return _described(panel, title, bad, runbook)


def rows(
    title: str, unit: str, bad: str, *queries: Query, runbook: str | None = None, width: int = 24
) -> table.Panel:
    """A table of what the queries give now, joined by their labels."""
    panel = table.Panel().unit(unit).height(10).span(width).filterable(True)
    for count, query in enumerate(queries):
        panel.with_target(_target(query, count).instant().format(PromQueryFormat.TABLE))
    panel.with_transformation(dashboard.DataTransformerConfig(id_val="merge", options={}))
    hidden = {"Time": True, "job": True, "instance": True, "__name__": True}
    names = {f"Value #{chr(ord('A') + at)}": query.legend for at, query in enumerate(queries)}
    names["Value"] = queries[0].legend
    organised = {"excludeByName": hidden, "renameByName": names}
    panel.with_transformation(dashboard.DataTransformerConfig(id_val="organize", options=organised))
    return _described(panel, title, bad, runbook)


def board(
    name: str, title: str, what: str, sections: Sequence[tuple[str, Sequence[Panel]]],
    variables: Sequence[builders.QueryVariable] = (),
) -> builders.Dashboard:  # fmt: skip
    """A dashboard with the links, variables and annotations that all have."""
    made = builders.Dashboard(f"Tidings: {title}").uid(f"tidings-{name}").description(what)
    made.tags([TAG]).refresh("10s").time("now-1h", "now").timezone("browser").readonly()
    made.tooltip(dashboard.DashboardCursorSync.CROSSHAIR)
    made.with_variable(
        builders.DatasourceVariable("datasource").label("Prometheus").type("prometheus")
    )
    for variable in variables:
        made.with_variable(variable)
    for one in _annotations():
        made.annotation(one)
    for link in links():
        made.link(link)
    ids = itertools.count(1)
    for section, panels in sections:
        made.with_row(builders.Row(section).id(next(ids)))
        for panel in panels:
            made.with_panel(panel.id(next(ids)))
    return made


def choice(name: str, label: str, values_of: str) -> builders.QueryVariable:
    """A variable for any number of the label's values, all at first."""
    every = dashboard.VariableOption(selected=True, text="All", value="$__all")
    made = builders.QueryVariable(name).label(label).datasource(SOURCE).query(values_of)
    made.multi(True).include_all(True).current(every)
    made.refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
    return made.sort(dashboard.VariableSort.ALPHABETICAL_ASC)


def runbooks() -> list[str]:
    """The names of all: the one that tells how to use them, then each that of an alert."""
    first = "README"
    names = {file.stem for file in RUNBOOK_FILES.glob("*.md")} - {first}
    return [first, *sorted(names)]


def runbook_id(name: str) -> int:
    """The number of its panel on the dashboard that shows them."""
    return runbooks().index(name) + 1


def runbook_address(name: str) -> str:
    return f"/d/{RUNBOOKS}?viewPanel=panel-{runbook_id(name)}"


def links() -> list[builders.DashboardLink]:
    """To the other dashboards, with the time that is shown, and to the runbooks."""
    others = builders.DashboardLink("Dashboards").type(dashboard.DashboardLinkType.DASHBOARDS)
    others.tags([TAG]).as_dropdown(True).keep_time(True).include_vars(False)
    return [others, _link("Runbooks", f"/d/{RUNBOOKS}")]


def _described(panel: P, title: str, bad: str, runbook: str | None) -> P:
    said = f"{bad}\n\nRunbook: docs/runbooks/{runbook}.md" if runbook else bad
    panel.title(title).description(said).datasource(SOURCE)
    if runbook:
        panel.links([_link(f"Runbook {runbook}", runbook_address(runbook))])
    return panel


def _target(query: Query, at: int) -> prometheus.Dataquery:
    made = prometheus.Dataquery().expr(query.expr).legend_format(query.legend)
    return made.ref_id(chr(ord("A") + at)).datasource(SOURCE)


def _link(title: str, address: str) -> builders.DashboardLink:
    return builders.DashboardLink(title).type(dashboard.DashboardLinkType.LINK).url(address)


def _annotations() -> list[builders.AnnotationQuery]:
    restarts = f"changes(process_start_time_seconds{{{ONLY_OURS}}}[1m]) > 0"
    versions = "count by (service, extractor) (tidings_build_info%s)"
    new = f"{versions % ''} unless {versions % ' offset 2m'}"
    return [
        _annotation("Restarts", restarts, "orange"),
        _annotation("Versions of rules, models, mappings", new, "blue"),
    ]


def _annotation(name: str, expr: str, colour: str) -> builders.AnnotationQuery:
    made = builders.AnnotationQuery().name(name).datasource(SOURCE).expr(expr)
    return made.enable(True).icon_color(colour)

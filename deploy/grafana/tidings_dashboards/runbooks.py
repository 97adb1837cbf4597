"""The runbooks, inside Grafana: at night nobody looks for another page."""

import re
from typing import Final

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.builders import text
from grafana_foundation_sdk.models.text import TextMode

from tidings_dashboards import parts

_LINK: Final = re.compile(r"\]\((\w+)\.md\)")


def runbooks() -> builders.Dashboard:
    made = builders.Dashboard("Tidings: Runbooks").uid(parts.RUNBOOKS).readonly()
    made.description("What each alert means, what to look at, what to do.").tags([parts.TAG])
    for link in parts.links():
        made.link(link)
    for name in parts.runbooks():
        words = _LINK.sub(_to_panel, (parts.RUNBOOK_FILES / f"{name}.md").read_text("utf-8"))
        panel = text.Panel().title(name).description("What to do when this alert fires.")
        panel.mode(TextMode.MARKDOWN).content(words).height(14).span(12)
        made.with_panel(panel.id(parts.runbook_id(name)))
    return made


def _to_panel(link: re.Match[str]) -> str:
    """What links one page to another links their panels."""
    return f"]({parts.runbook_address(link[1])})"

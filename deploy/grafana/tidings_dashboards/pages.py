"""The runbooks as the search service shows them."""

import json
import re
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

from tidings_dashboards.parts import RUNBOOK_FILES

FILE: Final = Path("services/search/tidings_search/runbooks.json")


def pages() -> str:
    """The HTML of each without its title, by name, as JSON. What a narrow screen scrolls can be
    scrolled by keys too."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    found = {}
    for file in sorted(RUNBOOK_FILES.glob("*.md")):
        words = re.sub(r"^# .*\n", "", file.read_text("utf-8"))
        words = re.sub(r"\]\((\w+)\.md\)", r"](/status/runbooks/\1)", words)
        found[file.stem] = markdown.render(words).replace("<pre>", '<pre tabindex="0">')
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"

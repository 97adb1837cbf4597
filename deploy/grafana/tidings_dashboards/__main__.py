"""Writes the dashboards' files, and the runbooks for the search service: `make dashboards`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from tidings_dashboards.content import content
from tidings_dashboards.engines import engines
from tidings_dashboards.overview import overview
from tidings_dashboards.pages import FILE, pages
from tidings_dashboards.pipeline import pipeline
from tidings_dashboards.runbooks import runbooks
from tidings_dashboards.search import search

FOLDER: Final = Path("deploy/grafana/dashboards")


def files() -> Mapping[str, str]:
    """What is in each file, by name."""
    made = {
        "overview": overview(), "pipeline": pipeline(), "content": content(), "search": search(),
        "engines": engines(), "runbooks": runbooks(),
    }  # fmt: skip
    return {
        f"{name}.json": json.dumps(one.build(), cls=JSONEncoder, indent=1, ensure_ascii=False)
        + "\n"
        for name, one in made.items()
    }


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content_ in files().items():
        (FOLDER / name).write_text(content_, "utf-8")
    FILE.write_text(pages(), "utf-8")


if __name__ == "__main__":
    main()

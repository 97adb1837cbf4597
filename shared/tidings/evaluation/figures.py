"""The figures of an evaluation, saved and compared."""

import json
from collections.abc import Mapping
from pathlib import Path

from tidings.errors import TidingsError
from tidings.evaluation.counts import Score

Figures = dict[str, dict[str, float]]
"""F1 by measure, by the name of a set of texts."""


def figures_of(scores: Mapping[str, Score]) -> dict[str, float]:
    """Measures of which nothing was wanted or found are left out."""
    return {name: round(score.f1, 3) for name, score in scores.items() if score.wanted}


def read_figures(path: Path) -> Figures:
    """{} where there is no such file. Raises TidingsError where it cannot be read."""
    try:
        figures: Figures = json.loads(path.read_text("utf-8")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise TidingsError(f"{path} cannot be read ({error}).") from None
    return figures


def save_figures(path: Path, figures: Figures) -> None:
    """Adds to what is saved, set by set. Raises TidingsError."""
    kept = read_figures(path) | figures
    try:
        path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")
    except OSError as error:
        raise TidingsError(f"{path} cannot be written ({error.strerror}).") from None

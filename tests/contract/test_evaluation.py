"""What the extractors find in annotated news must not get worse: the half that was written and
marked by somebody who knew nothing of the rules is the measure."""

from pathlib import Path
from typing import Final

import pytest

from tidings.evaluation.annotated import read_annotated
from tidings.evaluation.evaluate import evaluate, load_extractors
from tidings.evaluation.figures import figures_of, read_figures
from tidings.settings import Settings

FOLDER: Final = Path("tests/evaluation")
FLOORS: Final = {
    "names",
    "bounds",
    "person",
    "organisation",
    "place",
    "group",
    "canonical",
    "country",
    "one",
    "events",
    "event mode",
    "event modality",
    "event source",
    "event target",
}
ROUNDING: Final = 0.003
"""Machines differ in the last digits of what a model computes."""


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    texts = read_annotated(FOLDER / "blind")
    names, events = evaluate(texts, load_extractors(Settings()))
    return figures_of({**names.scores(), **events.scores()})


@pytest.mark.parametrize("measure", sorted(FLOORS))
def test_no_measure_falls_below_what_is_saved(measure: str, measured: dict[str, float]) -> None:
    saved = read_figures(FOLDER / "figures.json")["blind"]
    assert measured[measure] >= saved[measure] - ROUNDING, (
        "worse than before: `make evaluate` says where; better figures are saved with SAVE=--save"
    )

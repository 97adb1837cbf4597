"""The weights, the features and the judged events of tests/evaluation/judged.csv go together."""

import csv
from pathlib import Path

import pytest

from tests.evaluation.fit_confidence import fit
from tidings_events.knowledge import table

JUDGED = Path("tests/evaluation/judged.csv")
OF_THE_EVENT = {"kind", "event", "rule", "type", "source", "target", "modality"}


def test_each_weight_has_its_feature_in_the_judged_events() -> None:
    with JUDGED.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 200
    assert set(rows[0]) - OF_THE_EVENT == set(table("confidence")["weights"])


def test_the_fit_finds_what_tells_right_from_wrong() -> None:
    good = {"always": 1.0, "known": 1.0}
    bad = {"always": 1.0, "known": 0.0}
    weights = fit([(good, True)] * 30 + [(good, False)] * 10 + [(bad, False)] * 40)
    assert weights["known"] > 1
    assert weights["always"] == pytest.approx(-weights["known"] / 2, abs=1)

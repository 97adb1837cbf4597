"""Fits the weights of rules/confidence.toml: `python -m tests.evaluation.fit_confidence`.

Right is an event whose type, source and target are right: of the texts in open/, as they are
marked, and of judged.csv, 200 events of real articles that readers judged one by one. A logistic
regression by gradient descent, drawn towards 0; the blind half is never read.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final
from unittest import mock

import numpy as np

import tidings_events.assembly
from tidings.batch import load_extractor
from tidings.evaluation.annotated import read_annotated
from tidings.evaluation.events import right_events
from tidings.settings import Settings
from tidings_events.confidence import features_of

FOLDER: Final = Path(__file__).parent
STEPS: Final = 4000
RATE: Final = 0.5
DRAWN_TO_ZERO: Final = 0.01

Example = tuple[Mapping[str, float], bool]


class Recorder:
    """Gives each event the number of its features in the place of its confidence."""

    def __init__(self) -> None:
        self.features: list[Mapping[str, float]] = []

    def __call__(self, *arguments: Any, **options: Any) -> float:
        self.features.append(features_of(*arguments, **options))
        return (len(self.features) - 1) / 1_000_000

    def of(self, confidence: float) -> Mapping[str, float]:
        return self.features[round(confidence * 1_000_000)]


def marked_examples() -> Iterator[Example]:
    recorder = Recorder()
    extract = load_extractor("events")(Settings())
    with mock.patch.object(tidings_events.assembly, "confidence", recorder):
        for text in read_annotated(FOLDER / "open"):
            (result,) = extract([text.article])
            right = right_events(text, result)
            for event in result.events:
                yield recorder.of(event.confidence), event.event_id in right


def judged_examples() -> Iterator[Example]:
    with (FOLDER / "judged.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            judged = [row.pop(name) == "1" for name in ("type", "source", "target", "modality")]
            for name in ("kind", "event", "rule"):
                row.pop(name)
            if row["always"]:  # else the rules have changed it since
                yield {name: float(value) for name, value in row.items()}, all(judged[:3])


def fit(examples: Sequence[Example]) -> dict[str, float]:
    names = list(examples[0][0])
    seen = np.array([[features[name] for name in names] for features, _ in examples])
    right = np.array([float(is_right) for _, is_right in examples])
    weights = np.zeros(len(names))
    for _ in range(STEPS):
        guessed = 1 / (1 + np.exp(-seen @ weights))
        slope = seen.T @ (guessed - right) / len(right) + DRAWN_TO_ZERO * weights
        weights -= RATE * slope
    return {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}


def main() -> None:
    examples = [*marked_examples(), *judged_examples()]
    weights = fit(examples)
    with as_file(files("tidings_events") / "rules" / "confidence.toml") as path:
        head, _, _ = path.read_text("utf-8").partition("[weights]")
        lines = "".join(f"{name} = {weight}\n" for name, weight in weights.items())
        path.write_text(f"{head}[weights]\n{lines}", "utf-8")
    print(f"{len(examples)} events, {sum(is_right for _, is_right in examples)} right: {weights}")


if __name__ == "__main__":
    main()

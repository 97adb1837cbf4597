"""`tidings evaluate`."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from tidings.evaluation.counts import Score, Tally

_WIDTH: Final = 100


def evaluate(
    files: Annotated[
        list[Path], typer.Argument(help="Annotated texts: files, or folders as one set each.")
    ],
    mistakes: Annotated[
        int, typer.Option(help="How many mistakes of each kind to print; 0: only how many.")
    ] = 3,
    figures: Annotated[
        Path | None, typer.Option(help="Saved figures to show beside the new ones (JSON).")
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="Save the new ones there.")] = False,
) -> None:
    """Measure what the extractors find against annotated texts: precision, recall and F1.

    docs/annotation.md describes the format. Prints a table a set, then the mistakes by kind.
    """
    from tidings.evaluation.annotated import read_annotated
    from tidings.evaluation.evaluate import evaluate as run
    from tidings.evaluation.evaluate import load_extractors
    from tidings.evaluation.figures import figures_of, read_figures, save_figures
    from tidings.settings import Settings

    if save and not figures:
        raise typer.BadParameter("--save needs --figures, the file to save to.")
    sets = {path.stem: read_annotated(path) for path in files}
    if len(sets) < len(files):
        raise typer.BadParameter("two of these sets have the same name; rename one.")
    before = read_figures(figures) if figures else {}
    extractors = load_extractors(Settings.load())
    console = Console(width=_WIDTH, highlight=False)
    new = {}
    for name, texts in sets.items():
        tallies = run(texts, extractors)
        scores = {**tallies[0].scores(), **tallies[1].scores()}
        new[name] = figures_of(scores)
        events = sum(len(text.events) for text in texts)
        names = sum(len(text.names) for text in texts)
        console.print(f"\n{name}: {len(texts)} texts, {names} names, {events} events")
        console.print(_table(scores, before.get(name, {})))
        _print_mistakes(console, tallies, mistakes)
    if figures and save:
        save_figures(figures, new)


def _table(scores: Mapping[str, Score], before: Mapping[str, float]) -> Table:
    table = Table("", box=None)
    for column in ("precision", "recall", "F1", "saved F1", "wanted", "found"):
        table.add_column(column, justify="right")
    for measure, score in scores.items():
        saved = before.get(measure)
        table.add_row(
            measure,
            f"{score.precision:.3f}",
            f"{score.recall:.3f}",
            f"{score.f1:.3f}",
            "-" if saved is None else f"{saved:.3f}",
            str(score.wanted),
            str(score.found),
        )
    return table


def _print_mistakes(console: Console, tallies: Iterable[Tally], most: int) -> None:
    for tally in tallies:
        console.print()
        for kind, some in tally.by_kind().items():
            console.print(f"{len(some):4} {kind}", markup=False)
            for mistake in some[:most]:
                console.print(f"       {mistake.label}: {mistake.detail}", markup=False)

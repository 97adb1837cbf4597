"""build/faults.json, and the table that people read."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from tests.faults.run import Outcome, Row

FILE: Final = Path("build/faults.json")
COLUMNS: Final = tuple(field.name for field in fields(Row))


def save(row: Row, file: Path = FILE) -> None:
    """Puts the row in its place; those of other faults stay. The file is whole at every moment."""
    rows = {one["fault"]: one for one in load(file)} | {row.fault: asdict(row)}
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(sorted(rows.values(), key=_number), indent=1) + "\n", "utf-8")
    os.replace(beside, file)


def load(file: Path = FILE) -> list[dict[str, Any]]:
    return list(json.loads(file.read_text("utf-8"))) if file.exists() else []


def show(console: Console, outcomes: Sequence[Outcome]) -> None:
    table = Table()
    for name in COLUMNS:
        table.add_column(name.replace("_", " "), justify="left" if name == "fault" else "right")
    table.add_column("")
    for outcome in outcomes:
        verdict = "FAILS: " + "; ".join(outcome.problems) if outcome.problems else "holds"
        table.add_row(*(str(value) for value in asdict(outcome.row).values()), verdict)
    console.print(table)


def _number(row: dict[str, Any]) -> int:
    return int(str(row["fault"]).split()[0])

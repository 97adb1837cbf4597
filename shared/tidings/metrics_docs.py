"""docs/metrics.md, written from the declarations: `make docs`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tidings.instruments import Declared, Values
from tidings.metrics import ALL, SERVICES

FILE: Final = Path("docs/metrics.md")

_HEAD: Final = """\
# Metrics

`make docs` writes this page from `shared/tidings/metrics.py`, where each metric is declared. Every
process shows its own at `/metrics` of its port; Prometheus adds `job`, the service, and `instance`,
the process's host and port. Counters are there at 0 from the start. What the **watch** shows it
reads from Kafka and Elasticsearch, so that it is there when a worker hangs or is gone; where the
watch itself cannot see, the series are not there (`tidings_engine_up` says why).

Every process also has the usual `process_*` (memory, CPU, open files, start) where the system tells
them, and `python_gc_*`.
"""


def page() -> str:
    return "\n".join([_HEAD, *_tables()])


def _tables() -> Iterator[str]:
    groups: dict[tuple[str, ...], list[Declared]] = {}
    for one in ALL.declared:
        groups.setdefault(one.services, []).append(one)
    for services, some in groups.items():
        yield f"## {_title(services)}\n"
        yield "| metric | kind | meaning | labels |\n|---|---|---|---|"
        yield from (_row(one) for one in some)
        yield ""


def _title(services: tuple[str, ...]) -> str:
    return "Every service" if services == SERVICES else ", ".join(services)


def _row(one: Declared) -> str:
    labels = "; ".join(f"`{name}`: {_values(values)}" for name, values in one.labels.items())
    return f"| `{one.name}` | {one.kind} | {one.help} | {labels} |"


def _values(values: Values) -> str:
    return values if isinstance(values, str) else ", ".join(values)


if __name__ == "__main__":
    FILE.write_text(page(), "utf-8")

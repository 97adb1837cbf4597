"""What the documentation says of topics and reasons is what the code has."""

from pathlib import Path

from tidings import topics
from tidings.errors import REASONS

ARCHITECTURE = Path("docs/architecture.md").read_text("utf-8")


def test_every_dead_letter_reason_is_explained() -> None:
    rows = [f"| `{code}` | {meaning} |" for code, meaning in REASONS.items()]
    assert [row for row in rows if row not in ARCHITECTURE] == []
    listed = [line for line in ARCHITECTURE.splitlines() if line.startswith("| `")]
    assert len(listed) == len(rows) + len(topics.ALL), "and nothing else is listed"


def test_every_topic_is_listed_with_its_writers_and_readers() -> None:
    for topic in topics.ALL:
        row = next(
            line for line in ARCHITECTURE.splitlines() if line.startswith(f"| `{topic.name}`")
        )
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert topic.record.__name__ in cells[1]
        assert cells[3].replace("`", "") == ", ".join(topic.writers)
        assert cells[4].replace("`", "") == ", ".join(topic.readers)

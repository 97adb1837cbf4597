"""Starts Kafka as the image apache/kafka does: settings from KAFKA_* variables. A stand-in, which
knows no more than docker-compose.yml needs."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

NOT_SETTINGS: Final = frozenset({"KAFKA_HEAP_OPTS", "KAFKA_OPTS"})
FILE: Final = "/tmp/server.properties"


def main() -> None:
    given = settings(os.environ)
    Path(FILE).write_text("".join(f"{name}={value}\n" for name, value in given.items()), "ascii")
    java = ["java", "-cp", "/opt/kafka/libs/*"]
    given_to_all = os.environ.get("KAFKA_OPTS", "").split()
    if not Path(given["log.dirs"], "meta.properties").exists():
        tool = ["kafka.tools.StorageTool", "format", "-t", os.environ["CLUSTER_ID"], "-c", FILE]
        subprocess.run([*java, *given_to_all, *tool], check=True)
    options = [*os.environ.get("KAFKA_HEAP_OPTS", "").split(), "-XX:TieredStopAtLevel=1"]
    os.execvp("java", [*java, *given_to_all, *options, "kafka.Kafka", FILE])


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    """By the vendor's rule: `_` is a dot, `__` an underscore, `___` a dash."""
    return {
        name.removeprefix("KAFKA_")
        .lower()
        .replace("___", "-")
        .replace("__", "\0")
        .replace("_", ".")
        .replace("\0", "_"): value
        for name, value in environment.items()
        if name.startswith("KAFKA_") and name not in NOT_SETTINGS
    }


if __name__ == "__main__":
    main()

"""Finds a JDK that both engines run on."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tidings.errors import TidingsError

OLDEST: Final = 21
NEEDED_MODULE: Final = "jdk.incubator.vector"
"""Elasticsearch adds it at its start; slimmed-down runtimes have left it out."""


class JdkMissing(TidingsError):
    """No JDK here is new and complete enough."""


@dataclass(frozen=True)
class Jdk:
    home: Path
    version: int

    @property
    def java(self) -> Path:
        return self.home / "bin" / "java"


def find_jdk(environment: Mapping[str, str] = os.environ) -> Jdk:
    """The first JDK of version 21 or newer. Raises JdkMissing, which names what was found."""
    found: dict[Path, int] = {}
    for home in _candidates(environment):
        if home in found or not (home / "bin" / "java").is_file():
            continue
        found[home] = version = _version(home)
        if version >= OLDEST and _is_complete(home):
            return Jdk(home, version)
    seen = ", ".join(f"{home} is {version or 'unknown'}" for home, version in found.items())
    raise JdkMissing(
        f"Kafka and Elasticsearch need a JDK {OLDEST} or newer and there is none"
        f"{f' ({seen})' if seen else ''}: install one (Temurin, or your system's openjdk-{OLDEST}) "
        "or point JAVA_HOME at it."
    )


def parse_version(text: str) -> int | None:
    """The feature version in a `release` file or in what `java -version` prints: 25, 21, 8."""
    match = re.search(r'(?:JAVA_VERSION=|version )"(?:1\.)?(\d+)', text)
    return int(match[1]) if match else None


def _candidates(environment: Mapping[str, str]) -> Iterator[Path]:
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        if environment.get(name):
            yield Path(environment[name])
    yield from sorted(Path("/usr/lib/jvm").glob("*"))
    if on_path := shutil.which("java", path=environment.get("PATH")):
        yield Path(on_path).resolve().parent.parent
    if sys.platform == "darwin":
        yield from sorted(Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"))
        if home := _output("/usr/libexec/java_home", "-v", f"{OLDEST}+").strip():
            yield Path(home)


def _version(home: Path) -> int:
    """0 where neither the `release` file nor java itself tells."""
    told = parse_version(_release(home))
    return told or parse_version(_output(str(home / "bin" / "java"), "-version")) or 0


def _is_complete(home: Path) -> bool:
    modules = re.search(r'^MODULES="(.*)"', _release(home), re.MULTILINE)
    return modules is None or NEEDED_MODULE in modules[1].split()


def _release(home: Path) -> str:
    try:
        return (home / "release").read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _output(*command: str) -> str:
    """What the command prints on either stream; '' where it cannot be run."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr if done.returncode == 0 else ""

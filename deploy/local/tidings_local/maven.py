"""Jars from Maven Central, where the engines' own are published."""

import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any


@contextmanager
def repository(folder: Path) -> Iterator[tuple[Any, Any]]:
    """jgo's context and its resolver. jgo trusts whatever lies in its repository, half-written
    files of an interrupted call included: it gets an empty one in `folder`, removed at the end."""
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext, PythonResolver

    place = folder / "repository"
    shutil.rmtree(place, ignore_errors=True)
    resolver = PythonResolver()
    context = MavenContext(
        resolver=resolver,
        repo_cache=place,
        remote_repos={"central": MAVEN_CENTRAL_URL},
        timeout=30,
    )
    yield context, resolver
    shutil.rmtree(place)


def dependencies(context: Any, coordinates: str) -> list[Any]:
    """What `coordinates` name, to be resolved."""
    from jgo.parse import Endpoint

    return [
        context.create_dependency(replace(one, scope="compile"))
        for one in Endpoint.parse(coordinates).coordinates
    ]


def take_whole_jar(path: Path, folder: Path) -> Path:
    """Moves the jar into `folder`. Raises BadZipFile where it is cut short or damaged."""
    with zipfile.ZipFile(path) as jar:
        damaged = jar.testzip()
    if damaged:
        raise zipfile.BadZipFile(f"{path.name} is damaged at {damaged}")
    taken = folder / path.name
    os.replace(path, taken)
    return taken

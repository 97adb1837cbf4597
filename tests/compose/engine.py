"""The docker command, with the engine that DOCKER_HOST names."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import Final

from tidings.errors import TidingsError

_LAST_LINES: Final = 15


class DockerFailed(TidingsError):
    """A docker command ended with an error: what it was, and its last words."""


def docker(
    arguments: Sequence[str], *, check: bool = True, environment: Mapping[str, str] | None = None
) -> str:
    """What the command prints. Raises DockerFailed, unless it need not succeed, and TidingsError
    where there is no such command."""
    try:
        done = subprocess.run(
            ["docker", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        raise TidingsError(
            "there is no command `docker` on PATH: install Docker with its compose and buildx."
        ) from None
    if check and done.returncode != 0:
        words = "\n".join((done.stderr or done.stdout).strip().splitlines()[-_LAST_LINES:])
        raise DockerFailed(f"`docker {' '.join(arguments)}` ended with {done.returncode}:\n{words}")
    return done.stdout


def check_engine() -> str:
    """The engine's version. Raises TidingsError where it, compose or buildx does not answer."""
    try:
        docker(["compose", "version"])
        docker(["buildx", "version"])
        return docker(["version", "--format", "{{.Server.Version}}"]).strip()
    except DockerFailed as error:
        place = os.environ.get("DOCKER_HOST", "its usual place (DOCKER_HOST is not set)")
        raise TidingsError(
            f"no Docker engine with compose and buildx at {place}: {error}"
        ) from None

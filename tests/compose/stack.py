"""docker-compose.yml under a project name of its own: beside a stack that runs here already, and
gone without a trace in the end."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.compose.engine import docker
from tidings_local.ports import free_ports

FILE: Final = Path("docker-compose.yml")
DOCKERFILE: Final = Path("deploy/Dockerfile")
STAND_INS: Final = Path("tests/compose/stand-ins.yml")
PUBLISHED: Final = ("search", "ingest", "grafana")
MADE: Final = ("kafka", "elasticsearch", "prometheus")
"""Of these there are stand-ins."""

_CLEAR_LINE: Final = "\x1b[2K"
_READY_SECONDS: Final = 300
_KINDS: Final = {
    "container": ["container", "ls", "--all", "--quiet"],
    "volume": ["volume", "ls", "--quiet"],
    "network": ["network", "ls", "--quiet"],
}


class Stack:
    """`ports` are those of this machine at which the public services are."""

    def __init__(self, name: str, folder: Path, *, stand_ins: bool) -> None:
        self.name = name
        self._folder = folder
        self._made = MADE if stand_ins else ()
        self.ports = dict(zip(PUBLISHED, free_ports(len(PUBLISHED)), strict=True))
        self.secrets = _write_env(folder / "env", self.ports)
        files = [FILE, STAND_INS] if stand_ins else [FILE]
        self._command = ["compose", "--project-name", name, "--env-file", str(folder / "env")]
        self._command += [word for file in files for word in ("--file", str(file))]
        # A variable of the shell would count for more than the same one in the file.
        own = {"ELASTIC_PASSWORD", "GRAFANA_PASSWORD", "PUBLISH_ADDRESS", "BACKUPS"}
        own |= {f"PUBLISH_{service.upper()}" for service in PUBLISHED} | {"COMPOSE_FILE"}
        self._environment = {
            variable: value for variable, value in os.environ.items() if variable not in own
        } | {"SERVICES_IMAGE": "tidings-trial:0", "KAFKA_IMAGE": "tidings-trial-kafka:0"}

    @property
    def down_command(self) -> str:
        return shlex.join(["docker", *self._command, "--profile", "*", "down", "--volumes"])

    def called(self, service: str) -> str:
        """Its name for people, who must not take a stand-in for the vendor's image."""
        return f"{service} (stand-in)" if service in self._made else service

    def compose(self, *arguments: str, check: bool = True) -> str:
        """What `docker compose` prints. Raises DockerFailed."""
        return docker([*self._command, *arguments], check=check, environment=self._environment)

    def build(self) -> None:
        self.compose("build", "--quiet")

    def up(self, *options: str) -> None:
        """Returns when everything is healthy. Raises DockerFailed."""
        wait = ("--wait", "--wait-timeout", str(_READY_SECONDS))
        self.compose("up", "--detach", "--no-build", "--pull", "never", *wait, *options)

    def inside(self, service: str, program: str, *, check: bool = True) -> str:
        """What a Python program prints in a running container."""
        return self.compose("exec", "-T", service, "python", "-c", program, check=check)

    def tool(self, *words: str) -> str:
        """What a command prints in a container of its own."""
        return self.compose("run", "--rm", "-T", "tools", *words)

    def containers(self) -> list[dict[str, Any]]:
        """As `docker compose ps` tells of them, those that have ended included."""
        lines = self.compose("ps", "--all", "--format", "json", check=False).splitlines()
        return [json.loads(line) for line in lines]

    def services(self) -> dict[str, Any]:
        """As the file describes them, with every variable filled in."""
        described = json.loads(self.compose("config", "--format", "json"))
        return dict(described["services"])

    def vendors_images(self) -> dict[str, str]:
        """Those that have stand-ins, by service."""
        described = self.services()
        images = {name: str(described[name]["image"]) for name in MADE}
        [kafka] = re.findall(r"^FROM (\S+) AS kafka$", DOCKERFILE.read_text("utf-8"), re.M)
        return images | {"kafka": str(kafka)}

    def address(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    def logs(self, *services: str, lines: str = "all") -> str:
        words = ("logs", "--no-color", "--no-log-prefix", "--tail", lines, *services)
        return self.compose(*words, check=False).replace(_CLEAR_LINE, "")

    def remove(self) -> None:
        """Containers, volumes, networks and passwords; those too of an interrupted command."""
        self.compose("--profile", "*", "down", "--volumes", "--timeout", "10", check=False)
        for kind, found in self.left().items():
            force = ["--force"] if kind != "network" else []
            if found:
                docker([kind, "rm", *force, *found], check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def left(self) -> dict[str, Sequence[str]]:
        """What the engine still has of this project, by kind."""
        label = f"label=com.docker.compose.project={self.name}"
        return {kind: docker([*words, "--filter", label]).split() for kind, words in _KINDS.items()}


def ill(containers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that do not run, restart or are not healthy; one that has done its work is well."""
    return [
        one
        for one in containers
        if one["Health"] not in ("", "healthy")
        or (one["State"] != "running" and not (one["State"] == "exited" and one["ExitCode"] == 0))
    ]


def _write_env(file: Path, ports: Mapping[str, int]) -> list[str]:
    """As `make env` does, with these ports; gives the passwords."""
    file.parent.mkdir(parents=True)
    subprocess.run(["deploy/make-env.sh", str(file)], check=True, stdout=subprocess.DEVNULL)
    given = dict(
        line.split("=", 1) for line in file.read_text().splitlines() if line[:1] not in ("", "#")
    )
    given |= {f"PUBLISH_{service.upper()}": str(port) for service, port in ports.items()}
    file.write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    return [value for name, value in given.items() if name.endswith("_PASSWORD")]

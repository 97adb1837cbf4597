"""`tidings topics`: what they hold, more partitions, saving them and taking them back."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from kafka import TopicPartition
from kafka.admin import ConfigResource
from kafka.errors import KafkaError, UnknownMemberIdError, for_code
from kafka.structs import OffsetAndMetadata

from tidings import topics
from tidings.bar import Bar
from tidings.deadletters import Incoming
from tidings.errors import EngineUnavailable, TidingsError
from tidings.history import committed_offsets, open_history
from tidings.kafka import COMMAND_PATIENCE_SECONDS, ensure_topics, open_admin, wait_for_kafka
from tidings.logs import configure_logging
from tidings.messages import Stage
from tidings.settings import Settings
from tidings_ingest import archive
from tidings_ingest.archive import Manifest
from tidings_ingest.copying import copy_all
from tidings_ingest.link import SharedProducer

EXTRACTORS: Final[tuple[Stage, ...]] = ("entities", "events")

_INTERRUPTED: Final = 130
_PATIENCE_SECONDS: Final = 10.0
_LOOK_EVERY_SECONDS: Final = 0.5
_DAY_MS: Final = 24 * 3600 * 1000

commands = typer.Typer(
    help="The topics in Kafka: list them, give them partitions, save and load them.",
    no_args_is_help=True,
)
Folder = Annotated[Path, typer.Argument(help="A folder of its own.", show_default=False)]


@dataclass(frozen=True)
class TopicState:
    """`retention_ms` is -1 where records are kept for ever."""

    topic: str
    partitions: int
    replicas: int
    records: int
    retention_ms: int


@commands.command("list")
def list_topics(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """List the topics: partitions, replicas, records, how long they are kept."""
    states = describe(_connect())
    if as_json:
        typer.echo(json.dumps([asdict(state) for state in states]))
        return
    typer.echo("topic\tpartitions\treplicas\trecords\tkept")
    for one in states:
        kept = "for ever" if one.retention_ms < 0 else f"{one.retention_ms / _DAY_MS:g} days"
        typer.echo(f"{one.topic}\t{one.partitions}\t{one.replicas}\t{one.records}\t{kept}")


@commands.command("grow")
def grow_topics(
    partitions: Annotated[int, typer.Argument(min=1, help="How many each topic is to have.")],
) -> None:
    """Give every topic that many partitions, while everything runs.

    Records of one article are ordered by their version, not by their partition, so nothing is
    confused; workers read new partitions within half a minute.
    """
    settings = _connect()
    with open_admin(settings) as admin:
        grown = grow(admin, partitions)
    for name, before in grown.items():
        typer.echo(f"{name}: {before} -> {partitions} partitions", err=True)
    if not grown:
        typer.echo(f"every topic has {partitions} partitions already", err=True)
    if settings.topic_partitions != partitions:
        typer.echo(f"now set TIDINGS_TOPIC_PARTITIONS={partitions} for the services", err=True)


@commands.command("save")
def save_topics(
    folder: Folder,
    more: Annotated[
        bool, typer.Option("--continue", help="Add to the save in FOLDER what is new since.")
    ] = False,
) -> None:
    """Save what the topics hold: a backup, and the way to another cluster.

    Everything may go on running. What arrives after the save has begun is not in it.
    """
    settings = _connect()
    with _told_when_interrupted("what FOLDER held before is as it was, what is new is no save"):
        earlier = archive.prepare_folder(folder, more=more)
        manifest = save(settings, folder, earlier)
    added = manifest.records - (earlier.records if earlier else 0)
    typer.echo(
        f"saved {_records(added)} up to {manifest.saved_at:%Y-%m-%dT%H:%M:%SZ} in {folder}"
        + (f", which holds {manifest.records:,} now" if earlier else ""),
        err=True,
    )


@commands.command("load")
def load_topics(
    folder: Folder,
    add: Annotated[
        bool, typer.Option("--add", help="Also into topics that hold records already.")
    ] = False,
) -> None:
    """Load a save into these topics, with keys, headers and times as they were.

    Before anything is written the whole save is checked. Loading twice doubles records in the
    topics, but nothing in the index. Load before the extractors run: then they go on where they
    were when it was saved, and do not read all of it again.
    """
    settings = _connect()
    manifest = archive.read_manifest(folder)
    counted = Counted()
    with _told_when_interrupted(lambda: f"{_records(counted.records)} confirmed; {_AGAIN}"):
        with Bar("checking files", len(manifest.files)) as bar:
            archive.check_files(folder, manifest, lambda _: bar.advance())
        ensure_topics(settings, only_missing=True)
        try:
            spared = load(settings, folder, manifest, add=add, counted=counted)
        except EngineUnavailable as error:
            raise TidingsError(f"{error} {_records(counted.records)} confirmed; {_AGAIN}") from None
    typer.echo(f"loaded {_records(counted.records)}", err=True)
    for stage in EXTRACTORS:
        again = "goes on where it was" if stage in spared else "reads the loaded articles again"
        typer.echo(f"{stage} {again}", err=True)


_AGAIN: Final = "load again with --add, nothing is doubled in the index."


@dataclass
class Counted:
    records: int = 0


def describe(settings: Settings) -> list[TopicState]:
    """Of every topic of Tidings. Raises TidingsError where one is not there."""
    with open_history(settings) as history:
        spans = history.spans(*topics.ALL)
    names = [topic.name for topic in topics.ALL]
    resources = [ConfigResource("TOPIC", name, ["retention.ms"]) for name in names]
    with open_admin(settings) as admin:
        found = {topic["name"]: topic["partitions"] for topic in admin.describe_topics(names)}
        configs = admin.describe_configs(resources, config_filter="all")["topic"]
    return [
        TopicState(
            topic=name,
            partitions=len(found[name]),
            replicas=min(len(partition["replica_nodes"]) for partition in found[name]),
            records=sum(span.records for part, span in spans.items() if part[0] == name),
            retention_ms=int(configs[name]["retention.ms"]["value"]),
        )
        for name in names
    ]


def grow(admin: Any, partitions: int) -> dict[str, int]:
    """How many partitions each topic had that has more now. Raises TidingsError where a topic is
    missing, has more than that already, or Kafka refuses."""
    present = {
        topic["name"]: len(topic["partitions"])
        for topic in admin.describe_topics()
        if topic["error_code"] == 0
    }
    for topic in topics.ALL:
        if topic.name not in present:
            raise TidingsError(f"Kafka has no topic {topic.name}; start a service, it makes them.")
        if present[topic.name] > partitions:
            raise TidingsError(
                f"{topic.name} has {present[topic.name]} partitions, and none can be taken away: "
                "all topics should have the same number, so name at least that one."
            )
    few = {topic.name: present[topic.name] for topic in topics.ALL}
    few = {name: count for name, count in few.items() if count < partitions}
    if few:
        answer = admin.create_partitions(dict.fromkeys(few, partitions), raise_errors=False)
        for result in answer.results:
            if result.error_code:
                why = result.error_message or for_code(result.error_code).__name__
                raise TidingsError(f"Kafka refuses more partitions of {result.name}: {why}")
    return few


def save(settings: Settings, folder: Path, earlier: Manifest | None) -> Manifest:
    """Saves what the topics hold now and `earlier` has not."""
    with open_admin(settings) as admin:
        cluster = str(admin.describe_cluster()["cluster_id"])
    # Before the ends of the topics: then the results of what is acknowledged are saved as well.
    acknowledged = {stage: _acknowledged(settings, stage) for stage in EXTRACTORS}
    began = datetime.now(UTC)
    with open_history(settings) as history:
        spans = archive.what_is_new(history.spans(*topics.KEPT), earlier, cluster)
        with Bar("saving", sum(span.records for span in spans.values())) as bar:
            files = archive.write_files(folder, spans, history.read(spans), lambda _: bar.advance())
    manifest = Manifest(
        cluster=cluster,
        saved_at=began,
        acknowledged=acknowledged,
        files=(*(earlier.files if earlier else ()), *files),
    )
    archive.write_manifest(folder, manifest)
    return manifest


def load(
    settings: Settings, folder: Path, manifest: Manifest, *, add: bool, counted: Counted
) -> list[Stage]:
    """Writes every record, and gives the extractors that need not read all the articles again.
    Raises TidingsError where the topics hold records and `add` is not wanted."""
    with open_history(settings) as history:
        spans = history.spans(*topics.KEPT)
    held = sum(span.records for span in spans.values())
    if held and not add:
        raise TidingsError(
            f"the topics hold {_records(held)} already: --add adds to them (what they have in "
            "common is twice in the topics then, and once in the index)."
        )
    bookmarks = {stage: Bookmark(manifest.acknowledged.get(stage, {})) for stage in EXTRACTORS}
    producers = SharedProducer(settings)

    def confirmed(record: Incoming, where: Any) -> None:
        counted.records += 1
        bar.advance()
        for bookmark in bookmarks.values():
            bookmark.confirmed(record, where)

    try:
        with Bar("loading", manifest.records) as bar:
            copy_all(archive.read_files(folder, manifest), producers, confirmed=confirmed)
    finally:
        producers.discard()
    if any(span.end for span in spans.values()):
        return []
    return [
        stage for stage, bookmark in bookmarks.items() if _go_on(settings, stage, bookmark.next)
    ]


class Bookmark:
    """Where an extractor goes on in a topic that was empty: in each partition at the first record
    that it had not acknowledged when it was saved, or that somebody else has written since."""

    def __init__(self, acknowledged: Mapping[int, int]) -> None:
        self.next: dict[int, int] = {}
        self._acknowledged = acknowledged
        self._found: set[int] = set()

    def confirmed(self, record: Incoming, where: Any) -> None:
        if record.topic != topics.ARTICLES.name or where.partition in self._found:
            return
        was_read = record.offset < self._acknowledged.get(record.partition, 0)
        if was_read and where.offset == self.next.get(where.partition, 0):
            self.next[where.partition] = where.offset + 1
        else:
            self._found.add(where.partition)


def _acknowledged(settings: Settings, stage: Stage) -> dict[int, int]:
    offsets = committed_offsets(settings, topics.group_of(topics.ARTICLES, stage))
    return {
        number: offset for (name, number), offset in offsets.items() if name == topics.ARTICLES.name
    }


def _go_on(settings: Settings, stage: Stage, places: dict[int, int]) -> bool:
    """Whether the stage's group goes on there: not where its workers run, or have run, already."""
    group = topics.group_of(topics.ARTICLES, stage)
    offsets = {
        TopicPartition(topics.ARTICLES.name, number): OffsetAndMetadata(offset, "", -1)
        for number, offset in places.items()
    }
    if not offsets or committed_offsets(settings, group):
        return False
    deadline = time.monotonic() + _PATIENCE_SECONDS
    with open_admin(settings) as admin:
        while (refusal := _refusal(admin, group, offsets)) and time.monotonic() < deadline:
            if refusal == UnknownMemberIdError.__name__:
                break  # its workers run
            time.sleep(_LOOK_EVERY_SECONDS)
    if refusal:
        typer.echo(f"Kafka does not let {group} go on where it was: {refusal}", err=True)
    return not refusal


def _refusal(admin: Any, group: str, offsets: Any) -> str | None:
    """Why the group's offsets could not be set; None where they are."""
    try:
        answers = admin.alter_group_offsets(group, offsets)
    except KafkaError as error:
        return type(error).__name__
    return next((answer.__name__ for answer in answers.values() if answer.errno), None)


@contextmanager
def _told_when_interrupted(how_far: str | Callable[[], str]) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        words = how_far if isinstance(how_far, str) else how_far()
        typer.echo(f"stopped: interrupted; {words}", err=True)
        raise typer.Exit(_INTERRUPTED) from None


def _records(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"


def _connect() -> Settings:
    settings = Settings.load()
    configure_logging("topics", settings)
    wait_for_kafka(settings, patience_seconds=COMMAND_PATIENCE_SECONDS)
    return settings

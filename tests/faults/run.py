"""Runs one fault and judges what it left."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from elasticsearch import ApiError, Elasticsearch, TransportError

from tests.faults import disk as disk_
from tests.faults import engines as engines_
from tests.faults import work as work_
from tests.faults.audit import Verdict, audit
from tests.faults.pace import longest_stall, recovery
from tests.faults.registry import FAULTS, Fault
from tests.faults.world import Failed, Plan, World, a_world
from tidings.errors import EngineUnavailable, TidingsError
from tidings_local.engines import LocalEngines

REGISTERED = (disk_, engines_, work_)
"""Importing them is what fills FAULTS."""


@dataclass(frozen=True)
class Row:
    fault: str
    articles: int
    complete: int
    dead: int
    lost: int
    doubled: int
    wrong_version: int
    redeliveries: int
    longest_stall_s: float
    recovered_s: float


@dataclass(frozen=True)
class Outcome:
    """`problems` are why the row fails; `incidents` are what services did that nobody wanted."""

    row: Row
    problems: tuple[str, ...]
    incidents: tuple[str, ...]


def run_fault(
    engines: LocalEngines, plan: Plan, number: int, say: Callable[[str], None]
) -> Outcome:
    """The engines run again when this returns, whatever the fault has done to them."""
    fault = FAULTS[number]
    problems: list[str] = []
    repair(engines)
    try:
        with a_world(engines, plan, number, say) as world:
            try:
                fault.act(world)
            except (Failed, TidingsError, ApiError, TransportError) as failure:
                problems.append(str(failure))
            repair(engines)
            try:
                world.settle()
            except Failed as failure:
                problems.append(str(failure))
            verdict = audit(world.evidence())
            problems += judge(verdict, fault, world)
            row = _row(fault, verdict, world)
            if problems:
                say(f"logs of {fault.title} are kept in {world.keep_logs()}")
            return Outcome(row, tuple(dict.fromkeys(problems)), tuple(world.fleet.incidents))
    finally:
        repair(engines)


def judge(verdict: Verdict, fault: Fault, world: World) -> Iterator[str]:
    """Why the row fails: a sentence each."""
    for name in ("lost", "doubled", "wrong_version"):
        if count := getattr(verdict, name):
            yield f"{count} {name.replace('_', ' ')}"
    if not world.strikes or not verdict.redeliveries:
        yield "nothing was in flight: proves nothing"
    if bool(verdict.dead) != fault.dead:
        yield f"{verdict.dead} dead letters, where {'some' if fault.dead else 'none'} were expected"


def repair(engines: LocalEngines) -> None:
    """Starts the engines that do not run, and takes back what a fault has set in Elasticsearch."""
    if not engines.kafka.alive:
        engines.start_kafka_again()
    if not engines.elasticsearch.alive:
        engines.start_elasticsearch_again()
    for engine in (engines.kafka, engines.elasticsearch):
        with suppress(EngineUnavailable):
            engine.wait_ready()
    with Elasticsearch(engines.elasticsearch.address) as client:
        engines_.put_cluster(client, {**dict.fromkeys(engines_.MARKS), engines_.UPDATES: None})


def _row(fault: Fault, verdict: Verdict, world: World) -> Row:
    return Row(
        fault=fault.title,
        **vars(verdict),
        longest_stall_s=round(longest_stall(world.samples), 1),
        recovered_s=round(recovery(world.samples, world.ends), 1),
    )

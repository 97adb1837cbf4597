"""`tidings dead`: what was set aside, why, and what to do with it."""

import itertools
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from tidings.deadletters import Mark, SetAside
from tidings.errors import REASONS, EngineUnavailable, InvalidMessage, TidingsError
from tidings.history import open_history
from tidings.kafka import COMMAND_PATIENCE_SECONDS, wait_for_kafka
from tidings.logs import configure_logging
from tidings.messages import DeadLetter, Stage
from tidings.settings import Settings
from tidings_ingest import letters as found_letters
from tidings_ingest.delivery import committed_by, wait_until_taken
from tidings_ingest.letters import Filter, Letters, choose, in_total
from tidings_ingest.link import SharedProducer
from tidings_ingest.normalise import parse_time
from tidings_ingest.sendback import Fate, fate_of, mark_all, marks_for, send_back

_USAGE_ERROR: Final = 2
_SHOWN_CHARACTERS: Final = 2_000
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"

dead = typer.Typer(help="Records that were set aside: list them, look, send them back, drop them.")


def _time(value: str) -> datetime:
    try:
        return parse_time(value, "time")
    except InvalidMessage as error:
        raise typer.BadParameter(str(error)) from None


def _reason(value: str) -> str:
    if value not in REASONS:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(REASONS)}")
    return value


ByStage = Annotated[Stage | None, typer.Option("--stage", help="Only those of this stage.")]
ByReason = Annotated[
    str | None,
    typer.Option(
        "--reason", parser=_reason, metavar="CODE", help="Only for this reason (`reasons` lists)."
    ),
]
ByArticle = Annotated[
    str | None, typer.Option("--article", metavar="ID", help="Only of this article.")
]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--since", parser=_time, metavar="TIME",
        help="Only what died then or later: ISO 8601; a date is midnight UTC.",
    ),
]  # fmt: skip
Until = Annotated[
    datetime | None,
    typer.Option("--until", parser=_time, metavar="TIME", help="Only what died before that."),
]
Origins = Annotated[
    list[str] | None, typer.Argument(help="Where they come from, as `list` has it.")
]
Every = Annotated[bool, typer.Option("--all", help="All that are open.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@dead.command("list")
def list_letters(
    stage: ByStage = None,
    reason: ByReason = None,
    article: ByArticle = None,
    since: Since = None,
    until: Until = None,
    settled: Annotated[
        bool, typer.Option("--settled", help="Also what was dropped or sent back.")
    ] = False,
    only_count: Annotated[
        bool, typer.Option("--count", help="Only how many, by stage and reason.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List what was set aside and is still open: a line a letter, fields parted by tabs.

    Origin, stage, reason, article, when it died, state, and the reason in words. A record that
    several stages cannot read has a letter from each.
    """
    wanted = Filter(stage, reason, article, since, until)
    with _opened() as (_, all_letters):
        found = choose(_find(all_letters, wanted), wanted, settled=settled)
    counts = found_letters.count(found)
    if only_count:
        for by_stage, code, number in counts:
            typer.echo(
                json.dumps({"stage": by_stage, "reason": code, "letters": number})
                if as_json
                else f"{by_stage}\t{code}\t{number}"
            )
    else:
        for one in found:
            typer.echo(json.dumps(found_letters.as_json(one)) if as_json else _line(one))
        for by_stage, code, number in counts:
            typer.echo(f"{number:6} {by_stage:9} {code}: {_sentence(code)}", err=True)
    typer.echo(in_total(found), err=True)


@dead.command("reasons")
def list_reasons() -> None:
    """List every reason that a record can be set aside for: its code and what it means."""
    for code, sentence in REASONS.items():
        typer.echo(f"{code}\t{sentence}")


@dead.command("show")
def show_letters(
    origins: Origins = None,
    stage: ByStage = None,
    reason: ByReason = None,
    article: ByArticle = None,
    since: Since = None,
    until: Until = None,
    every: Every = False,
    value: Annotated[
        bool, typer.Option("--value", help="Print nothing but one record's bytes, as they were.")
    ] = False,
) -> None:
    """Show records that were set aside, whole, and what each stage had against them."""
    wanted = _meant("show", every, Filter(stage, reason, article, since, until, _named(origins)))
    with _opened() as (_, all_letters):
        named = bool(wanted.origins)
        chosen = choose(_find(all_letters, wanted), wanted, settled=named)
        states = {(one.letter.identity, one.letter.stage): one.mark for one in chosen}
        if value and len({one.letter.identity for one in chosen}) != 1:
            raise TidingsError("--value prints one record: name its origin.")
        for letter in all_letters.whole(chosen):
            if value:
                typer.get_binary_stream("stdout").write(letter.value or b"")
                return
            typer.echo(_described(letter, states[letter.identity, letter.stage]))


@dead.command("replay")
def replay_letters(
    origins: Origins = None,
    stage: ByStage = None,
    reason: ByReason = None,
    article: ByArticle = None,
    since: Since = None,
    until: Until = None,
    every: Every = False,
    settled: Annotated[
        bool, typer.Option("--settled", help="Also what was dropped or sent back before.")
    ] = False,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for what becomes of them; 0: do not.")
    ] = 30.0,
    as_json: Json = False,
) -> None:
    """Send records back to the topic they came from, and tell what became of each.

    They go as they were (bytes, key, headers, time), so that their version stays and a newer one
    is never undone; every stage that reads the topic takes them again. Their letters are settled;
    a record that is set aside again gets a new one. Prints origin, new place, outcome. Exit status
    1 where a record was refused, was set aside again, or was not taken by every stage in time.
    """
    wanted = _meant("replay", every, Filter(stage, reason, article, since, until, _named(origins)))
    with _opened() as (settings, all_letters):
        chosen = choose(_find(all_letters, wanted), wanted, settled=settled)
        with _producers(settings) as producers:
            fates = list(send_back(all_letters.whole(chosen), marks_for(chosen), producers))
        if wait and any(fate.sent_to for fate in fates):
            fates = _followed(fates, wait, settings, all_letters)
    for fate in fates:
        typer.echo(json.dumps(fate.as_json()) if as_json else str(fate))
    typer.echo(_summary(fates), err=True)
    if not all(fate.is_well for fate in fates):
        raise typer.Exit(1)


@dead.command("drop")
def drop_letters(
    origins: Origins = None,
    stage: ByStage = None,
    reason: ByReason = None,
    article: ByArticle = None,
    since: Since = None,
    until: Until = None,
    every: Every = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Mark dead letters as done with: nothing will be made of these records any more.

    They stay in the topic (`list --settled`). A record goes with the letters of all stages.
    """
    wanted = _meant("drop", every, Filter(stage, reason, article, since, until, _named(origins)))
    if not yes and not sys.stdin.isatty():
        _bad_usage("drop", "without a terminal to ask at, say --yes.")
    with _opened() as (settings, all_letters):
        chosen = choose(_find(all_letters, wanted), wanted, settled=False)
        if chosen and not yes:
            typer.confirm(f"Drop {in_total(chosen)}?", abort=True, err=True)
        marks = marks_for(chosen)
        records = {one.letter.identity: one.letter for one in chosen}.values()
        dropped = [marks(one, Mark("dropped", timestamp=one.timestamp)) for one in records]
        with _producers(settings) as producers:
            unmarked = mark_all(list(itertools.chain(*dropped)), producers)
    for one in records:
        if one.origin not in unmarked:
            typer.echo(one.origin)
    for origin, error in unmarked.items():
        typer.echo(f"not dropped: {origin}: not confirmed ({error})", err=True)
    typer.echo(f"dropped {len(records) - len(unmarked)}", err=True)
    if unmarked:
        raise typer.Exit(1)


def _followed(
    fates: list[Fate], seconds: float, settings: Settings, all_letters: Letters
) -> list[Fate]:
    """The fates once every stage has taken the records, or the time is up."""
    places = [fate.sent_to for fate in fates if fate.sent_to]
    typer.echo(f"sent back {len(places)}; waits for what becomes of them", err=True)
    waiting = wait_until_taken(places, committed_by(settings), seconds=seconds)
    died: dict[str, list[DeadLetter]] = {}
    try:
        for letter in all_letters.died_since():
            died.setdefault(letter.origin, []).append(letter)
    except EngineUnavailable as error:
        typer.echo(f"what became of them is not known: {error}", err=True)
        return fates
    return [fate_of(fate, waiting, died) for fate in fates]


def _summary(fates: Iterable[Fate]) -> str:
    outcomes = [fate.outcome for fate in fates]
    words = {
        "done": "done",
        "sent": "sent back",
        "set-aside": "set aside again",
        "waiting": "not taken by every stage in time",
        "refused": "refused",
    }
    counts = [(sum(one == outcome for one in outcomes), told) for outcome, told in words.items()]
    parts = [f"{count} {told}" for count, told in counts if count]
    return ", ".join(parts) or "no dead letter is open that was meant"


@contextmanager
def _opened() -> Iterator[tuple[Settings, Letters]]:
    settings = Settings.load()
    configure_logging("dead", settings)
    wait_for_kafka(settings, patience_seconds=COMMAND_PATIENCE_SECONDS)
    with open_history(settings) as history:
        yield settings, Letters(history)


@contextmanager
def _producers(settings: Settings) -> Iterator[SharedProducer]:
    producers = SharedProducer(settings)
    try:
        yield producers
    finally:
        producers.discard()


def _find(all_letters: Letters, wanted: Filter) -> list[SetAside]:
    found = all_letters.find(wanted)
    for sentence in all_letters.foreign:
        typer.echo(sentence, err=True)
    return found


def _named(origins: list[str] | None) -> frozenset[str]:
    return frozenset(origins or ())


def _meant(command: str, every: bool, wanted: Filter) -> Filter:
    if not every and wanted == Filter():
        _bad_usage(command, "name origins, a filter, or --all.")
    return wanted


def _bad_usage(command: str, sentence: str) -> None:
    typer.echo(f"tidings dead {command}: {sentence}", err=True)
    raise typer.Exit(_USAGE_ERROR)


def _line(one: SetAside) -> str:
    letter = one.letter
    said = " ".join(letter.reason.split())[:200]
    at = letter.died_at.strftime(_TIME)
    state = str(one.mark or "open")
    return "\t".join(
        (letter.origin, letter.stage, letter.code, letter.article_id or "-", at, state, said)
    )


def _sentence(code: str) -> str:
    return REASONS.get(code, "a reason of another release")


def _described(letter: DeadLetter, mark: Mark | None) -> str:
    fields: dict[str, Any] = {
        "origin": letter.origin,
        "article": f"{letter.article_id or '-'} version {letter.version or '-'}",
        "stage": letter.stage,
        "died": letter.died_at.strftime(_TIME),
        "state": mark or "open",
        "reason": f"{letter.code}: {_sentence(letter.code)}",
        "in words": letter.reason,
        "key": repr(letter.key),
        "headers": letter.headers,
        "value": _readable(letter),
    }
    return "\n".join(f"{name + ':':10}{value}" for name, value in fields.items()) + "\n"


def _readable(letter: DeadLetter) -> str:
    if letter.value is None:
        return "none (it takes the article down)"
    text = letter.value.decode("utf-8", errors="backslashreplace")
    more = len(text) - _SHOWN_CHARACTERS
    tail = f"… and {more} more characters (--value prints all)" if more > 0 else ""
    return text[:_SHOWN_CHARACTERS] + tail

"""`make test-compose`: docker-compose.yml tried on the engine that DOCKER_HOST names."""

import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Final

import typer

from tests.compose.engine import check_engine
from tests.compose.stack import Stack, ill
from tests.compose.stand_ins.images import stand_ins
from tests.compose.trial import run
from tidings.errors import TidingsError, exit_with_a_sentence
from tidings_local.signals import interrupting, undisturbed

FOLDER: Final = Path("build/test-compose")

_INTERRUPTED: Final = 130


def trial(
    stand_ins_: Annotated[
        bool,
        typer.Option(
            "--stand-ins",
            help="Engines and Prometheus from what `make run` uses, in place of the vendors' "
            "images, where those cannot be pulled. Leaves Grafana out.",
        ),
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Leave it running, to look at it.")] = False,
) -> None:
    """Build, start, push, kill, restart, compare, and take everything down again.

    Has a project name of its own, so that a stack which runs here already is not touched.
    """
    began = time.monotonic()

    def say(sentence: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {sentence}", flush=True)

    try:
        with interrupting(), ExitStack() as held:
            say(f"Docker engine {check_engine()}")
            name = f"tidings-trial-{secrets.token_hex(3)}"
            stack = Stack(name, FOLDER / name, stand_ins=stand_ins_)
            if stand_ins_:
                held.enter_context(stand_ins(stack.vendors_images(), say))
                say("stand-ins for engines and Prometheus; Grafana is left out: it has none")
            if not keep:
                held.callback(_remove, stack, say)
            try:
                run(stack, say)
            except TidingsError:
                _show_logs(stack)
                raise
            if keep:
                say(f"left running: {stack.address('search')}; `{stack.down_command}` ends it")
    except KeyboardInterrupt:
        say("interrupted")
        raise typer.Exit(_INTERRUPTED) from None
    say("passed, with stand-ins for the vendors' images" if stand_ins_ else "passed")


def _remove(stack: Stack, say: Callable[[str], None]) -> None:
    """Raises TidingsError where something of the trial is still there."""
    with undisturbed():
        stack.remove()
    if left := {kind: found for kind, found in stack.left().items() if found}:
        raise TidingsError(f"the trial has left {left}")
    say("took everything down: no container, volume or network is left")


def _show_logs(stack: Stack) -> None:
    """Those of the containers that are not well, or a few lines of all."""
    containers = stack.containers()
    found = ill(containers)
    for one in found or containers:
        print(f"--- {one['Name']}: {one['Status']}")
        print(stack.logs(one["Service"], lines="60" if found else "10"), flush=True)


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(trial)
    exit_with_a_sentence(app)()

"""`make faults`: twenty-one faults on real engines, and what became of every article."""

import time
from typing import Annotated

import typer
from rich.console import Console

from tests.faults.pushing import given_articles, made_articles
from tests.faults.registry import choose
from tests.faults.report import save, show
from tests.faults.run import Outcome, run_fault
from tests.faults.world import Plan
from tidings.errors import TidingsError, exit_with_a_sentence
from tidings_local.engines import local_engines
from tidings_local.signals import interrupting

Faults = Annotated[
    list[str] | None,
    typer.Option("--fault", help="Number or name; may be repeated. All by default."),
]


def faults(
    fault: Faults = None,
    articles: Annotated[int, typer.Option(min=20, help="How many a fault.")] = 2_000,
    source: Annotated[str, typer.Option("--from", help="File or folder of articles.")] = "",
    fake: Annotated[bool, typer.Option("--fake", help="Cheap extractors instead of ours.")] = False,
    brief: Annotated[bool, typer.Option("--brief", help="Faults that last a short time.")] = False,
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 1,
    list_: Annotated[bool, typer.Option("--list", help="Print the faults, and run none.")] = False,
) -> None:
    """Do to a running system what a year does, and count what was lost, doubled or wrong.

    Prints a row a fault and writes them to build/faults.json. Exit status 1 where a row fails.
    """
    console = Console(stderr=True)
    try:
        chosen = choose(word for given in fault or () for word in given.split())
    except TidingsError as error:
        typer.echo(f"faults: {error}", err=True)
        raise typer.Exit(2) from None
    if list_:
        for one in chosen:
            typer.echo(f"{one.title:<26}{one.sentence}")
        return
    given = given_articles(source, articles) if source else made_articles(articles)
    plan = Plan(given, fake=fake, brief=brief, seed=seed)
    outcomes: list[Outcome] = []
    with interrupting(), local_engines() as engines:
        for one in chosen:
            console.print(f"[bold]{one.title}[/bold]: {one.sentence}")
            began = time.monotonic()

            def say(sentence: str, since: float = began) -> None:
                console.print(f"  {time.monotonic() - since:5.0f} s  {sentence}", highlight=False)

            outcome = run_fault(engines, plan, one.number, say)
            for incident in outcome.incidents:
                say(f"unwanted: {incident}")
            save(outcome.row)
            outcomes.append(outcome)
            show(Console(width=None if console.is_terminal else 200), [outcome])
    if len(outcomes) > 1:
        show(Console(width=None if console.is_terminal else 200), outcomes)
    raise typer.Exit(1 if any(outcome.problems for outcome in outcomes) else 0)


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(faults)
    exit_with_a_sentence(app)()

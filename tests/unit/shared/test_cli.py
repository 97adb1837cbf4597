"""`tidings`: which subcommands it gathers."""

from importlib.metadata import entry_points

import pytest

from tidings.cli import GROUP, build_cli


def gathered(wanted: str | None) -> set[str | None]:
    cli = build_cli(wanted)
    commands = {one.name for one in cli.registered_commands}
    return (commands | {one.name for one in cli.registered_groups}) - {None}


def test_a_subcommand_is_loaded_without_the_others() -> None:
    assert gathered("dead") == {"dead"}
    assert gathered("push") == {"push"}
    assert gathered("version") == set()


@pytest.mark.parametrize("wanted", [None, "--help", "no-such"])
def test_whatever_names_no_subcommand_gets_them_all(wanted: str | None) -> None:
    assert gathered(wanted) == {point.name for point in entry_points(group=GROUP)}

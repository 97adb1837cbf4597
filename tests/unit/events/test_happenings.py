import typer
from typer.testing import CliRunner

from tests.unit.events.conftest import Parse
from tidings_events.commands import happenings
from tidings_events.happenings import find_happenings


def test_verbs_nouns_and_adjectives_tell_what_happened(parse: Parse) -> None:
    text = "An earthquake has left two miners dead, and the company is a member of a murder trial."
    told = [token.text for token in find_happenings(parse(text))]
    assert told == ["earthquake", "left", "dead", "trial"]


def test_the_command_says_which_rule_reads_a_word() -> None:
    app = typer.Typer()
    app.command()(happenings)
    text = "Chile expelled an envoy of Peru after the quake."
    said = CliRunner().invoke(app, [text]).output.splitlines()
    assert [line.split() for line in said] == [
        ["6", "expelled", "sanction/expel#expel"],
        ["42", "quake", "-"],
    ]
    unread = CliRunner().invoke(app, [text, "--unread"]).output
    assert "expelled" not in unread
    assert "quake" in unread


def test_nothing_to_read_is_a_mistake_of_usage() -> None:
    app = typer.Typer()
    app.command()(happenings)
    result = CliRunner().invoke(app, [" "])
    assert result.exit_code == 2
    assert "tidings happenings:" in result.output

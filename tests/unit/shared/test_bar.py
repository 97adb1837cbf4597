"""How a long command says how far it is."""

import io

from rich.console import Console

from tidings.bar import Bar


def test_without_a_terminal_news_come_as_lines_and_not_too_often() -> None:
    now, written = [0.0], io.StringIO()
    with Bar("saving", 3_000, Console(file=written), clock=lambda: now[0]) as bar:
        for seconds, done in [
            (1.0, 500),
            (11.0, 1_200),
            (12.0, 1_300),
            (25.0, 1_300),
            (40.0, 1_300),
        ]:
            now[0] = seconds
            bar.reach(done)
    assert written.getvalue().splitlines() == [
        "saving: 1,200 of 3,000, 109/s",
        "saving: 1,300 of 3,000, 52/s",
    ]


def test_what_is_said_is_not_taken_for_markup() -> None:
    written = io.StringIO()
    Bar("x", 1, Console(file=written)).say("see [bold] at 127.0.0.1:9092")
    assert written.getvalue() == "see [bold] at 127.0.0.1:9092\n"

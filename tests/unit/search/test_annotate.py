"""`tidings annotate`: what is found in a text, with the reasons, in a terminal and as a page."""

from pathlib import Path

from typer import Typer
from typer.testing import CliRunner

from tidings_search.annotate import annotate

TEXT = "Kenyan police arrested Ana Ruiz, a blogger, in Nairobi on Monday."


def run(*arguments: str) -> tuple[int, str]:
    app = Typer()
    app.command()(annotate)
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.output


def test_names_and_events_are_shown_with_what_speaks_for_them() -> None:
    code, said = run(TEXT, "--published", "2026-03-04")
    assert code == 0, said
    assert "Ana Ruiz  person · person:ana-ruiz · Ana Ruiz" in said
    assert "is called a “blogger”" in said
    assert "COERCE" in said
    assert "rule        coerce/arrest#" in said
    assert "2026-03-02" in said


def test_a_file_is_drawn_as_a_page_that_needs_nothing_else(tmp_path: Path) -> None:
    text, page = tmp_path / "a.txt", tmp_path / "a.html"
    text.write_text(f"{TEXT} <script>", "utf-8")
    code, said = run(str(text), "--html", str(page), "--title", "Blogger held")
    assert code == 0, said
    drawn = page.read_text("utf-8")
    assert '<mark class="entity person"' in drawn
    assert "&lt;script&gt;" in drawn
    assert "http" not in drawn.partition("</style>")[2]


def test_nothing_is_no_text() -> None:
    code, said = run(" ")
    assert code == 2
    assert "tidings annotate:" in said

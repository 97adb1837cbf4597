import pytest

from tests.unit.events.conftest import Parse
from tidings_events.attribution import is_quoted, quoted_spans, speaker_of

SPEECH = frozenset({"said", "says", "told"})


def test_quotations_of_every_kind_are_found() -> None:
    text = 'He said “no” and "never", then «ja'
    assert [text[start:end] for start, end in quoted_spans(text)] == ["“no”", '"never"', "«ja"]


def test_only_what_is_inside_is_quoted() -> None:
    text = "“The rebels left,” she said."
    spans = quoted_spans(text)
    assert is_quoted(text.index("left"), spans)
    assert not is_quoted(text.index("said"), spans)


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("The ministry said that troops shelled a depot.", "ministry"),
        ("Troops shelled a depot, the ministry said.", "ministry"),
        ("According to the mayor, troops shelled a depot.", "mayor"),
        ("Troops shelled a depot.", None),
    ],
)
def test_who_says_so_is_kept_apart(text: str, speaker: str | None, parse: Parse) -> None:
    doc = parse(text)
    trigger = next(token for token in doc if token.text == "shelled")
    found = speaker_of(trigger, SPEECH)
    assert (found.text if found is not None else None) == speaker

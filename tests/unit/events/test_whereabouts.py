import pytest

from tests.factories import an_article
from tidings_events.whereabouts import dateline_end, dateline_of, resolve_place


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("SALEM, Ore. (AP) — Two crews left.", "Two crews left."),
        ("KUWAIT: A team left.", "A team left."),
        ("ADDIS ABABA, May 15 (Xinhua) -- A team left.", "A team left."),
        ("Cape Town (Reuters) - A team left.", "A team left."),
        ("A team left.", "A team left."),
        ("NATO left the base.", "NATO left the base."),
    ],
)
def test_the_sentence_begins_behind_the_dateline(text: str, rest: str) -> None:
    assert text[dateline_end(text) :] == rest


def test_the_state_of_the_dateline_chooses_among_towns_of_one_name() -> None:
    article = an_article(title="Fire", text="SALEM, Ore. (AP) — Two crews left.")
    place = dateline_of(article)
    assert place is not None
    assert article.content[place.start : place.end] == place.text == "SALEM"
    assert place.lat == pytest.approx(44.9, abs=0.1)
    assert place.lon == pytest.approx(-123.0, abs=0.1)


def test_what_no_gazetteer_has_is_no_place() -> None:
    assert resolve_place("Xyzzyville") is None


def test_a_capital_is_the_one_of_its_country() -> None:
    place = resolve_place("Athens")
    assert place is not None
    assert place.country == "GRC"

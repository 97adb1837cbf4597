"""What is counted as right, and what as which mistake."""

from typing import Any, Final

import pytest

from tests.factories import an_event, events_of
from tidings.errors import TidingsError
from tidings.evaluation.annotated import Annotated, parse, read_annotated
from tidings.evaluation.counts import Tally
from tidings.evaluation.events import score_events
from tidings.evaluation.figures import figures_of, read_figures, save_figures
from tidings.evaluation.names import score_names
from tidings.messages import ArticleEntities, Entity, EntityKind, Mention

TEXT = "The Kenyan minister Ana Ruiz met Ruiz Bank's owners in Nairobi."


def annotated(**fields: Any) -> Annotated:
    given = {
        "id": "t-1", "date": "2026-03-04", "text": TEXT,
        "mentions": [
            ["Kenyan", "group", "Kenya", "KEN"], ["Ana Ruiz", "person", "Ana Ruiz", "KEN"],
            ["Ruiz Bank", "organisation", "Ruiz Bank", None],
            ["Nairobi", "place", "Nairobi", "KEN"],
        ],
        "events": [],
    }  # fmt: skip
    return parse({**given, **fields})


KINDS: Final[dict[str, EntityKind]] = {
    "PERSON": "person", "ORG": "organisation", "GPE": "place", "NORP": "group",
}  # fmt: skip
Row = tuple[str, str, str, str, str | None]


def found(*mentions: Row) -> ArticleEntities:
    """Words, label, id, name and country of each."""
    text = annotated()
    return ArticleEntities(
        article_id="t-1", revision=text.article.revision, version=1, model_version="x",
        mentions=tuple(
            Mention(text=words, start=at, end=at + len(words), label=label, entity_id=one)
            for words, label, one, _, _ in mentions
            for at in [TEXT.index(words)]
        ),
        entities=tuple(
            Entity(entity_id=one, name=name, kind=KINDS[label], country=country)
            for _, label, one, name, country in mentions
        ),
    )  # fmt: skip


RIGHT: Final[tuple[Row, ...]] = (
    ("Kenyan", "NORP", "group:kenyan", "Kenyan", "KEN"),
    ("Ana Ruiz", "PERSON", "person:ana-ruiz", "Ana Ruiz", "KEN"),
    ("Ruiz Bank", "ORG", "organisation:ruiz-bank", "Ruiz Bank", None),
    ("Nairobi", "GPE", "place:nairobi-ken", "Nairobi", "KEN"),
)


def names_of(*mentions: Row) -> Tally:
    tally = Tally()
    score_names(annotated(), found(*mentions), tally)
    return tally


def test_what_is_right_scores_one_and_leaves_no_mistake() -> None:
    tally = names_of(*RIGHT)
    assert {name: score.f1 for name, score in tally.scores().items() if score.wanted} == {
        "names": 1, "bounds": 1, "group": 1, "person": 1, "organisation": 1, "place": 1,
        "canonical": 1, "country": 1,
    }  # fmt: skip
    assert tally.mistakes == []


def test_an_article_before_and_a_possessive_behind_make_no_difference() -> None:
    whole = ("The Kenyan", *RIGHT[0][1:]), RIGHT[1], ("Ruiz Bank's", *RIGHT[2][1:]), RIGHT[3]
    assert names_of(*whole).scores()["names"].f1 == 1


@pytest.mark.parametrize(
    ("mentions", "kind"),
    [
        (RIGHT[:3], "place missed"),
        ((*RIGHT[:3], ("Nairobi", "ORG", "organisation:nairobi", "Nairobi", None)),
         "place taken for organisation"),
        ((RIGHT[0], ("minister Ana Ruiz", *RIGHT[1][1:]), *RIGHT[2:]), "wrong boundaries"),
        ((*RIGHT, ("owners", "ORG", "organisation:owners", "owners", None)),
         "organisation where no name is"),
        ((*RIGHT[:3], (*RIGHT[3][:3], "Mombasa", "KEN")), "canonical name"),
        ((*RIGHT[:3], (*RIGHT[3][:4], "PER")), "country"),
        ((*RIGHT[:2], ("Ruiz Bank", "ORG", "person:ana-ruiz", "Ruiz Bank", None), RIGHT[3]),
         "joined wrongly"),
    ],
)  # fmt: skip
def test_every_mistake_is_named(mentions: Any, kind: str) -> None:
    assert kind in names_of(*mentions).by_kind()


TOLD = {
    "type": "CONSULT", "mode": None, "trigger": "met", "source": "minister Ana Ruiz",
    "target": "owners", "modality": "asserted", "place": "Nairobi", "date": None,
}  # fmt: skip


def events_score(told: list[dict[str, Any]], *events: Any) -> Tally:
    text, tally = annotated(events=told), Tally()
    score_events(text, events_of(text.article, events=events), tally)
    return tally


def test_an_event_is_the_one_whose_trigger_it_shares() -> None:
    at = TEXT.index("met")
    met = an_event("met", at, event_type="CONSULT")
    tally = events_score([TOLD], met)
    assert tally.scores()["events"].f1 == 1
    assert "event source" in tally.scores()
    other = an_event("met", at, event_type="ASSAULT")
    tally = events_score([TOLD], other)
    assert (tally.scores()["triggers"].f1, tally.scores()["events"].f1) == (1, 0)
    assert "wrong type of event" in tally.by_kind()
    assert "CONSULT missed" in events_score([TOLD]).by_kind()
    assert "CONSULT where none is told" in events_score([], met).by_kind()


def test_what_is_no_annotated_text_is_said_with_its_place(tmp_path: Any) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "a", "date": "2026-03-04", "text": "No.", "events": []}\n', "utf-8")
    with pytest.raises(TidingsError, match="line 1: `mentions` is missing"):
        read_annotated(file)
    with pytest.raises(ValueError, match="does not stand behind"):
        annotated(mentions=[["Nobody", "person", "Nobody", None]])
    (tmp_path / "empty").mkdir()
    with pytest.raises(TidingsError, match="no annotated text"):
        read_annotated(tmp_path / "empty")


def test_figures_are_kept_set_by_set(tmp_path: Any) -> None:
    file = tmp_path / "figures.json"
    assert read_figures(file) == {}
    save_figures(file, {"one": figures_of(names_of(*RIGHT).scores())})
    save_figures(file, {"two": {"names": 0.5}})
    assert read_figures(file)["one"]["names"] == 1
    assert read_figures(file)["two"] == {"names": 0.5}

import pytest

from tidings_events.inflection import noun_forms, verb_forms


@pytest.mark.parametrize(
    ("lemma", "form"),
    [
        ("expel", "expelled"), ("expel", "expelling"), ("deny", "denies"), ("deny", "denied"),
        ("veto", "vetoes"), ("impose", "imposing"), ("free", "freeing"), ("crush", "crushes"),
        ("ban", "banned"), ("lie", "lying"),
    ],
)  # fmt: skip
def test_regular_verbs_have_all_their_forms(lemma: str, form: str) -> None:
    assert form in verb_forms(lemma, {})


def test_an_irregular_past_replaces_the_regular_one() -> None:
    forms = verb_forms("strike", {"strike": ("struck",)})
    assert forms == {"strike", "strikes", "striking", "struck"}


@pytest.mark.parametrize(
    ("lemma", "plural"),
    [
        ("ally", "allies"),
        ("attaché", "attachés"),
        ("gunman", "gunmen"),
        ("German", "Germans"),
        ("coach", "coaches"),
    ],
)
def test_nouns_have_a_singular_and_a_plural(lemma: str, plural: str) -> None:
    assert noun_forms(lemma, {}) == {lemma, plural}

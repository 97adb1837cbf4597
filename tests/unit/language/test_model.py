"""What a model reads, and what of it stays in memory."""

import weakref
from collections.abc import Callable, Sequence

import pytest
import spacy
from spacy.language import Language

from tidings.language import model


@pytest.mark.parametrize(("most", "kept"), [(1_000_000, True), (0, False)])
def test_a_large_vocabulary_keeps_no_new_words(
    most: int, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "_MOST_WORDS", most)
    nlp = spacy.blank("en")
    nlp("Nothing happened.")
    with model.bounded_vocabulary(nlp):
        assert nlp("Orvell left Korvat.")[0].text == "Orvell"
    assert ("Korvat" in nlp.vocab) is kept


def test_a_vocabulary_that_has_taken_too_many_words_is_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model, "_MOST_TAKEN", 1_500)
    loaded: list[weakref.ref[Language]] = []

    def load() -> tuple[Language, Callable[[Sequence[str]], list[int]]]:
        nlp = spacy.blank("en")
        loaded.append(weakref.ref(nlp))
        return nlp, lambda texts: [len(nlp(text)) for text in texts]

    extract = model.renewing(load)
    for number in range(40):
        assert extract([f"word{number}x{one}" for one in range(50)]) == [1] * 50
    assert len(loaded) == 3
    assert [one() is None for one in loaded] == [True, True, False], "the old ones are gone"

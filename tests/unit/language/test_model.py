"""What a model reads, and what of it stays in memory."""

import pytest
import spacy

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

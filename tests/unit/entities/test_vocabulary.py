from dataclasses import fields

from tidings.language.spelling import fold
from tidings_entities.vocabulary import vocabulary


def test_every_word_is_written_as_it_is_compared() -> None:
    for field in fields(vocabulary()):
        words = getattr(vocabulary(), field.name)
        assert words
        assert {word for word in words if fold(word) != word} == set(), field.name

"""The words that tell that something happened, of whatever kind: a full verb, a noun or an
adjective of rules/happenings.toml. Those that no rule reads show what rules may yet learn."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import chain

from tidings_events.grammar import is_noun
from tidings_events.knowledge import table, word_set
from tidings_events.tree import Token
from tidings_events.words import Words, load_words


def find_happenings(words: Iterable[Token]) -> Iterator[Token]:
    """The tokens of a parsed text, in order. Of "a murder charge" it is the charge."""
    nouns = _nouns()
    for token in words:
        if token.tag_[0] == "V":
            told = token.dep_ not in ("aux", "auxpass") and not _is_stative(token)
        elif token.tag_[0] == "J":
            told = token.lower_ in word_set("happenings", "adjectives")
        else:
            told = is_noun(token) and nouns.match(token) and not _says_of_what_kind(token, nouns)
        if told:
            yield token


def _is_stative(verb: Token) -> bool:
    return verb.lower_ in word_set("happenings", "not_verbs")


def _says_of_what_kind(noun: Token, nouns: Words) -> bool:
    return noun.dep_ == "compound" and nouns.match(noun.head)


@lru_cache(maxsize=1)
def _nouns() -> Words:
    words = load_words(files("tidings_events") / "rules")
    return words.expand(chain.from_iterable(table("happenings")["nouns"].values()))

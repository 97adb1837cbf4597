"""Word lists that the rules share, with every spelling made at the start."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.resources.abc import Traversable
from itertools import product
from typing import Final

from tidings_events.inflection import noun_forms
from tidings_events.tree import Token

_HYPHEN: Final = re.compile(r"(?<=\w)-(?=\w)")


@dataclass(frozen=True)
class Words:
    """Single words in all their forms, and phrases ("state of emergency") by their head word."""

    single: frozenset[str] = frozenset()
    phrases: Mapping[str, tuple[tuple[str, int], ...]] | None = field(default=None, hash=False)

    def __bool__(self) -> bool:
        return bool(self.single or self.phrases)

    def heads(self) -> frozenset[str]:
        """Every form that can stand at the head of an entry."""
        return self.single | frozenset(self.phrases or ())

    def entries(self) -> Iterator[str]:
        """Every form of every entry."""
        yield from self.single
        for head, found in (self.phrases or {}).items():
            yield from (phrase.replace("*", head) for phrase, _ in found)

    def match(self, head: Token) -> bool:
        """True where the token `head` is an entry, or the head of the phrase around it."""
        if head.lower_ in self.single:
            return True
        around = self._around.get(head.lower_)
        if around is None:
            return False
        return any(all(_stands_at(head, away, word) for away, word in one) for one in around)

    @cached_property
    def _around(self) -> Mapping[str, Sequence[Sequence[tuple[int, str]]]]:
        """By head, of each phrase the other words and how far each is away."""
        return {
            head: [
                [(i - before, word) for i, word in enumerate(phrase.split()) if i != before]
                for phrase, before in found
            ]
            for head, found in (self.phrases or {}).items()
        }


def _stands_at(head: Token, away: int, word: str) -> bool:
    words, place = head.doc.words, head.i + away
    return 0 <= place < len(words) and words[place].lower_ == word


@dataclass(frozen=True)
class WordLists:
    lists: Mapping[str, tuple[str, ...]]
    irregular_verbs: Mapping[str, tuple[str, ...]]
    irregular_nouns: Mapping[str, tuple[str, ...]]

    def with_lists(self, lists: Mapping[str, Iterable[str]]) -> "WordLists":
        """Also with those of a file of its own. Raises ValueError where a name is taken."""
        if taken := sorted(set(lists) & set(self.lists)):
            raise ValueError(f"the list {taken[0]!r} is in words.toml already")
        own = {name: tuple(found) for name, found in lists.items()}
        return replace(self, lists={**self.lists, **own})

    def flatten(self, entries: Iterable[str], *, inflected: bool = False) -> list[str]:
        """Each `@name` replaced by its list, also inside a phrase: "lifting of @sanctions" is one
        entry for each of them, `inflected` in singular and plural.

        Raises ValueError for a list that is not there.
        """
        flat: list[str] = []
        for entry in entries:
            forms = inflected and " " in entry
            choices = (self._choices(word, inflected=forms) for word in entry.split())
            flat += map(" ".join, product(*choices)) if "@" in entry else [entry]
        return flat

    def _choices(self, word: str, *, inflected: bool) -> list[str]:
        if not word.startswith("@"):
            return [word]
        if word[1:] not in self.lists:
            raise ValueError(f"there is no list {word!r} in rules/words.toml")
        nouns = self.flatten(self.lists[word[1:]])
        if not inflected:
            return nouns
        return [form for noun in nouns for form in sorted(noun_forms(noun, self.irregular_nouns))]

    def expand(self, entries: Iterable[str]) -> Words:
        """All forms of nouns and noun phrases; the head is the first word before "of", else the
        last one."""
        single: set[str] = set()
        phrases: dict[str, list[tuple[str, int]]] = {}
        for entry in self.flatten(entries):
            words = _HYPHEN.sub(" - ", entry).split()  # the model cuts words at their hyphens
            if len(words) == 1:
                single |= noun_forms(entry, self.irregular_nouns)
                continue
            head = next(
                (i - 1 for i, word in enumerate(words) if word in ("of", "on")), len(words) - 1
            )
            pattern = " ".join("*" if i == head else word for i, word in enumerate(words))
            for form in noun_forms(words[head], self.irregular_nouns):
                phrases.setdefault(form, []).append((pattern, head))
        return Words(frozenset(single), {head: tuple(found) for head, found in phrases.items()})


def load_words(folder: Traversable) -> WordLists:
    """`words.toml` (lists by name) and `irregular.toml` (forms that spelling does not give)."""
    lists = tomllib.loads((folder / "words.toml").read_text(encoding="utf-8"))
    irregular = tomllib.loads((folder / "irregular.toml").read_text(encoding="utf-8"))
    return WordLists(
        {name: tuple(words) for name, words in lists.items()},
        {lemma: tuple(forms) for lemma, forms in irregular["verbs"].items()},
        {lemma: tuple(forms) for lemma, forms in irregular["nouns"].items()},
    )

"""A parsed text as plain objects.

The rules walk a sentence many times. spaCy makes a new Python object at every step from word to
word and looks each label up by its number, so what they walk is copied once, with spaCy's names.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import count, pairwise, repeat
from typing import Any, Final, overload

from spacy.attrs import DEP, HEAD, IDX, LENGTH, SENT_START, SPACY, TAG

_COPIED: Final = [IDX, LENGTH, SPACY, TAG, DEP, HEAD, SENT_START]
_SIGNED: Final = 1 << 63
"""spaCy tells how far a head is away without a sign: what is larger lies before the word."""

_STARTS: Final = 1
"""The value of SENT_START at the first word of a sentence."""


class Token:
    """A word: `i` is its place among the words of the tree, `idx` that of its first character.
    `children` stand in the order of the text; the root is its own head."""

    __slots__ = ("children", "dep_", "doc", "head", "i", "idx", "lower_", "spaced", "tag_", "text")

    children: Sequence["Token"]
    head: "Token"

    def __init__(self, doc: "Tree", i: int, idx: int, text: str, tag: str, dep: str, spaced: int):
        self.doc = doc
        self.i = i
        self.idx = idx
        self.text = text
        self.lower_ = text.lower()
        self.tag_ = tag
        self.dep_ = dep
        self.spaced = spaced != 0
        self.children = ()
        self.head = self

    def __len__(self) -> int:
        """In characters."""
        return len(self.text)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return self.text

    @property
    def lefts(self) -> list["Token"]:
        return [c for c in self.children if c.i < self.i]

    @property
    def rights(self) -> list["Token"]:
        return [c for c in self.children if c.i > self.i]

    @property
    def left_edge(self) -> "Token":
        """The first word of its subtree."""
        first = self
        for c in self.children:
            edge = c.left_edge
            if edge.i < first.i:
                first = edge
        return first

    @property
    def right_edge(self) -> "Token":
        """The last word of its subtree."""
        last = self
        for c in self.children:
            edge = c.right_edge
            if edge.i > last.i:
                last = edge
        return last

    @property
    def subtree(self) -> Iterator["Token"]:
        """The word and all below it, each after the one that it hangs on."""
        waiting = [self]
        while waiting:
            token = waiting.pop()
            yield token
            waiting += token.children

    @property
    def sent(self) -> "Stretch":
        """The sentence around it."""
        return self.doc.sentence(self.i)


class Stretch:
    """The words from `start` up to `end` of a tree, as they follow each other in the text."""

    __slots__ = ("doc", "end", "start")

    def __init__(self, doc: "Tree", start: int, end: int) -> None:
        self.doc = doc
        self.start = start
        self.end = end

    def __iter__(self) -> Iterator[Token]:
        return iter(self.doc.words[self.start : self.end])

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def start_char(self) -> int:
        return self.doc.words[self.start].idx

    @property
    def end_char(self) -> int:
        last = self.doc.words[self.end - 1]
        return last.idx + len(last.text)

    @property
    def text(self) -> str:
        return self.doc.text[self.start_char : self.end_char] if self.end > self.start else ""


class Tree:
    """The words of one parsed text. `doc` is spaCy's, tagged and parsed."""

    def __init__(self, doc: Any) -> None:
        self.text: str = doc.text
        columns: list[list[int]] = doc.to_array(_COPIED).T.tolist()
        starts, lengths, spaced, tags, labels, heads, sentences = columns
        texts = [
            self.text[start : start + length] for start, length in zip(starts, lengths, strict=True)
        ]
        name = _Names(doc.vocab.strings)
        tag_names, label_names = [name[tag] for tag in tags], [name[label] for label in labels]
        self.words = [
            *map(Token, repeat(self), count(), starts, texts, tag_names, label_names, spaced)
        ]
        below: defaultdict[int, list[Token]] = defaultdict(list)
        for i, away in enumerate(heads):
            if away:
                head = i + away - (away > _SIGNED) * 2 * _SIGNED
                self.words[i].head = self.words[head]
                below[head].append(self.words[i])
        for head, children in below.items():
            self.words[head].children = children
        self._starts = [i for i, mark in enumerate(sentences) if mark == _STARTS or i == 0]

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[Token]:
        return iter(self.words)

    @overload
    def __getitem__(self, place: int) -> Token: ...
    @overload
    def __getitem__(self, place: slice) -> Stretch: ...
    def __getitem__(self, place: int | slice) -> Token | Stretch:
        if isinstance(place, int):
            return self.words[place]
        start, end, _ = place.indices(len(self.words))
        return Stretch(self, start, end)

    @cached_property
    def sents(self) -> list[Stretch]:
        """Its sentences, in order."""
        return [self[start:end] for start, end in pairwise([*self._starts, len(self.words)])]

    def sentence(self, place: int) -> Stretch:
        """The sentence around the word at `place`."""
        return self.sents[bisect_right(self._starts, place) - 1]


class _Names(dict[int, str]):
    """Labels by their number in spaCy's table, each looked up once."""

    def __init__(self, strings: Any) -> None:
        super().__init__()
        self._strings = strings

    def __missing__(self, number: int) -> str:
        name: str = self._strings[number]
        self[number] = name
        return name

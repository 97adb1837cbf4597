"""In which language is it written? Only a confident answer keeps an article from being read.

Three samples of a text are looked at. English betrays itself by its small words, which costs next
to nothing; only what is not English is shown to lingua, whose low-accuracy mode (trigrams) answers
like the full one from about 120 letters on, with 70 MB of models instead of 900.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Final

from lingua import LanguageDetector, LanguageDetectorBuilder

from tidings.messages import Article

SAMPLE_CHARS: Final = 350
"""Of the beginning, the middle and the end each."""

_CONFIDENT: Final = 0.9
_ENGLISH_SHARE: Final = 0.2
"""English prose has 35-45 % of its words in the list of small words, other languages below 10 %."""
_ENOUGH_LETTERS: Final = 120
_TOO_FEW_LETTERS: Final = 12
_TOO_FEW_FOREIGN_LETTERS: Final = 4
"""Of another script, which a few letters tell: 北京发布公告 is enough."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LATIN: Final = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")


@dataclass(frozen=True)
class LanguageCheck:
    """`skipped` is the reason why an extractor for another language must not read the article."""

    language: str | None
    skipped: str | None


def check_language(article: Article, *, reads: str = "en") -> LanguageCheck:
    """What an article is written in, and whether an extractor that `reads` a language may read it.

    What the text shows beats what its producer says; what the producer says fills the gap.
    """
    said = (article.language or "").partition("-")[0].partition("_")[0].casefold() or None
    language = identify_language(article.content) or said
    other = language is not None and language != reads
    return LanguageCheck(language, f"language: {language}" if other else None)


def identify_language(text: str) -> str | None:
    """ISO 639-1 code of what most of `text` is in; None where it is too short or unsure.

    A text of two languages is English if at least half of it is.
    """
    samples = _samples(text)
    english = [sample for sample in samples if _is_english(sample)]
    other = [sample for sample in samples if not _is_english(sample)]
    if english and _letters(english) >= _letters(other):
        return "en"
    return _identify_other(" ".join(other)) if other else None


def _samples(text: str) -> list[str]:
    text = text.strip()
    if len(text) <= 3 * SAMPLE_CHARS:
        starts: Sequence[int] = range(0, len(text), SAMPLE_CHARS)
    else:
        starts = (0, (len(text) - SAMPLE_CHARS) // 2, len(text) - SAMPLE_CHARS)
    return [text[start : start + SAMPLE_CHARS] for start in starts]


def _letters(samples: Sequence[str]) -> int:
    return sum(character.isalpha() for sample in samples for character in sample)


def _is_english(sample: str) -> bool:
    words = [word.casefold() for word in _WORD.findall(sample)]
    small = sum(word in _small_words("en") for word in words)
    return small >= 2 and small >= _ENGLISH_SHARE * len(words)


def _identify_other(text: str) -> str | None:
    letters = _letters([text])
    latin = len(_LATIN.findall(text))
    mostly_latin = 2 * latin > letters
    if letters < (_TOO_FEW_LETTERS if mostly_latin else _TOO_FEW_FOREIGN_LETTERS):
        return None
    best = _detector().compute_language_confidence_values(text[: 2 * SAMPLE_CHARS])[0]
    language = best.language.iso_code_639_1.name.lower()
    if best.value < _CONFIDENT:
        return None
    if mostly_latin and letters < _ENOUGH_LETTERS and not _shows(text, language):
        return None
    return language


def _shows(text: str, language: str) -> bool:
    """A headline of names looks like any language to trigrams: its own small words must show, two
    of them or one beside a letter that English lacks."""
    words = {part for word in _WORD.findall(text) for part in re.split("['’]", word.casefold())}
    own, english = words & _small_words(language), _small_words("en")
    accented = any(ord(letter) > 127 for letter in "".join(words))
    return len(own - english) + accented >= 2 and len(own - english) >= len(words & english)


@lru_cache(maxsize=128)
def _small_words(language: str) -> frozenset[str]:
    """spaCy's stop words of the language; none where it has no list."""
    try:
        module = import_module(f"spacy.lang.{language}.stop_words")
    except ModuleNotFoundError:
        return frozenset()
    return frozenset(word.casefold() for word in module.STOP_WORDS)


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    """Built at first need; two threads that need it at once may both build it: harmless."""
    return LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()

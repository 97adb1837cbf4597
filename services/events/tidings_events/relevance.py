"""Is it news of public life? Sport and show business borrow every word of war."""

import re
from typing import Final

from tidings_events.knowledge import table, word_set

_WORD: Final = re.compile(r"[a-z][a-z-]+")

_SENTENCE_SHARE: Final = 0.09
_ARTICLE_SHARE: Final = 0.035
_ARTICLE_KINDS: Final = 5
_SHORT: Final = 60
"""Words: below this a text is judged as a sentence."""


def is_leisure(text: str) -> bool:
    """True where an article or a sentence is about sport or entertainment rather than about what
    governments, armies and citizens do."""
    words = _WORD.findall(text.lower())
    return bool(words) and any(_about(words, topic) for topic in table("leisure")["strong"])


def _about(words: list[str], topic: str) -> bool:
    strong = word_set("leisure", "strong", topic)
    weak = word_set("leisure", "weak", topic)
    public = word_set("leisure", "public")
    signs = [word for word in words if word in weak or word in strong]
    score = sum(2 if word in strong else 1 for word in signs)
    score -= 2 * sum(word in public for word in words)
    if len(words) < _SHORT:
        return score >= 2 and score >= _SENTENCE_SHARE * len(words)
    return len(set(signs)) >= _ARTICLE_KINDS and score >= _ARTICLE_SHARE * len(words)

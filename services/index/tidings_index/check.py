"""What the topics say against what the index holds, article by article; pure."""

from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple, cast

from tidings.documents import ArticleDocument
from tidings_index.heads import PARTS, Head, head_of, said_by, with_received
from tidings_index.merge import merge

Fault = Literal["missing", "stale", "doubled", "unknown", "damaged"]

FAULTS: Final[dict[Fault, str]] = {
    "missing": "the topics know it, and the index has no document or not all parts of it",
    "stale": "a part, takedown or restoration is older than the topics'",
    "doubled": "the article is in two indexes, or an event twice in its document",
    "unknown": "the index has it, the topics do not, or no longer",
    "damaged": "the document is not what follows from its own parts",
}
"""Every fault by its word."""


class Finding(NamedTuple):
    article_id: str
    fault: Fault
    detail: str


class Checker:
    """Takes the documents one by one; what is left over at the end is missing."""

    def __init__(self, heads: dict[str, Head]) -> None:
        """`heads` is what the topics say of each article."""
        self._heads = heads
        self._seen: dict[str, str] = {}

    @property
    def articles(self) -> int:
        return len(self._heads)

    def document(self, index: str, article_id: str, source: Any) -> Iterator[Finding]:
        if article_id in self._seen:
            detail = f"in {self._seen[article_id]} and in {index}"
            yield Finding(article_id, "doubled", detail)
        self._seen[article_id] = index
        head = self._heads.get(article_id)
        if head is None:
            yield Finding(article_id, "unknown", f"in {index}")
        try:
            document = cast(ArticleDocument, source)
            sound = merge(document, ()) == document and document["article_id"] == article_id
            yield from _compare(article_id, head, head_of(document))
            yield from _doubled_events(article_id, document)
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            yield Finding(article_id, "damaged", f"not a document of ours ({error!r})")
        else:
            if not sound:
                yield Finding(article_id, "damaged", "it does not follow from its parts")

    def left_over(self) -> Iterator[Finding]:
        for article_id in self._heads:
            if article_id not in self._seen:
                yield Finding(article_id, "missing", "no document")


def _compare(article_id: str, head: Head | None, held: Head) -> Iterator[Finding]:
    """The index is right where what the topics say would change nothing of what it holds."""
    if head is None:
        return
    wanted = with_received(held, said_by(article_id, head))
    missing = [name for name in PARTS if getattr(wanted, name) and not getattr(held, name)]
    stale: list[str] = [
        name for name in PARTS if _is_older(getattr(held, name), getattr(wanted, name))
    ]
    stale += [
        name for name in ("taken_down", "restored") if getattr(wanted, name) != getattr(held, name)
    ]
    if missing:
        yield Finding(article_id, "missing", ", ".join(missing))
    if stale:
        yield Finding(article_id, "stale", ", ".join(stale))


def _is_older(held: Any, wanted: Any) -> bool:
    """Also where the index holds what a takedown has removed."""
    if held is None:
        return False
    return wanted is None or held.order < wanted.order


def _doubled_events(article_id: str, document: ArticleDocument) -> Iterator[Finding]:
    ids = [event["event_id"] for event in document.get("events", ())]
    twice = sorted({one for one in ids if ids.count(one) > 1}) if len(set(ids)) < len(ids) else []
    if twice:
        yield Finding(article_id, "doubled", f"events {', '.join(twice)}")

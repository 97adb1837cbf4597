"""One document of the index as people and programs see it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, cast

from tidings.documents import FACET_OF_KIND, ArticleDocument, PartName, is_taken_down
from tidings.messages import Entity, EntityKind, Mention
from tidings_search.marks import Mark
from tidings_search.results import public_event
from tidings_search.shown import DescribedBy, EventAsIndexed, Shown

PARTS: Final[tuple[PartName, ...]] = ("raw", "entities", "events")
PartState = Literal["done", "skipped", "failed", "waiting", "other-version"]


class Part(Shown):
    """What one stage said of an article, and when; times are those of the index. `other-version` is
    a result for other words than those shown, `waiting` is no result yet."""

    state: PartState
    version: int | None = None
    at: datetime | None = None
    seconds: float | None = None
    extractor_version: str | None = None
    skipped: str | None = None
    failure: str | None = None


class Trace(Shown):
    """What happened to one article, stage by stage."""

    article_id: str
    title: str | None = None
    pushed_at: datetime | None = None
    complete: bool = False
    completed_at: datetime | None = None
    taken_down: bool = False
    parts: dict[PartName, Part]


class CountedEntity(Entity):
    """With how often the article mentions it."""

    mentions: int


class ArticleView(Shown):
    """An article with all that is known of it. Mentions and events are there only where they were
    read from the very text that is shown, so their offsets always fit; offsets count code points
    of title, blank line and text."""

    article_id: str
    title: str | None = None
    text: str | None = None
    url: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    published_at: datetime | None = None
    pushed_at: datetime | None = None
    language: str | None = None
    complete: bool = False
    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    mentions: tuple[Annotated[dict[str, Any], DescribedBy(Mention)], ...] = ()
    entities: tuple[Annotated[dict[str, Any], DescribedBy(CountedEntity)], ...] = ()
    events: tuple[EventAsIndexed, ...] = ()
    parts: dict[PartName, Part]

    @property
    def content(self) -> str:
        """What offsets count in."""
        return "\n\n".join(part for part in (self.title, self.text) if part)


def read_article(document: ArticleDocument) -> ArticleView:
    """The view of a visible document."""
    parts = _read_parts(document)
    found: Mapping[str, Any] = {}
    if _fits(document, "entities"):
        found = cast(Mapping[str, Any], document["parts"]["entities"])
    mentions = found.get("mentions", ())
    entities = _by_prominence(found.get("entities", ()), mentions)
    events = document.get("events", ()) if _fits(document, "events") else ()
    plain = (
        "title", "text", "url", "outlet", "section", "published_at", "pushed_at", "language",
    )  # fmt: skip
    return ArticleView(
        article_id=document["article_id"],
        **{name: document.get(name) for name in plain},
        authors=tuple(document.get("authors") or ()),
        countries=tuple(document.get("countries") or ()),
        complete=document["complete"],
        **{field: _names(entities, kind) for kind, field in FACET_OF_KIND.items()},
        mentions=tuple(mentions),
        entities=tuple(entities),
        events=tuple(public_event(event) for event in events),
        parts=parts,
    )


def read_trace(document: ArticleDocument) -> Trace:
    """What is known of any document, also of one whose text never came."""
    parts = _read_parts(document)
    times = [part.at for part in parts.values() if part.at]
    complete = document.get("complete", False)
    return Trace(
        article_id=document["article_id"],
        title=document.get("title"),
        pushed_at=_moment(document["version"]) if "version" in document else None,
        complete=complete,
        completed_at=max(times) if complete and times else None,
        taken_down=is_taken_down(document),
        parts=parts,
    )


def find_marks(article: ArticleView) -> list[Mark]:
    """Entities, and of each event its actors and its trigger, as marks in `content`."""
    kinds = {entity["entity_id"]: entity for entity in article.entities}
    marks = [_mention_mark(mention, kinds) for mention in article.mentions]
    for event in article.events:
        line = f"{event['event_type']}: {describe(event)}"
        trigger = event["trigger"]
        marks.append(
            Mark(trigger["start"], trigger["end"], "trigger", line, anchor_of(event["event_id"]))
        )
        for role in ("source", "target"):
            if actor := event.get(role):
                tooltip = f"{role} of {line}"
                marks.append(Mark(actor["start"], actor["end"], role, tooltip))
    return marks


def anchor_of(event_id: str) -> str:
    """The id in the page of an event's trigger."""
    return f"event-{event_id}"


def describe(event: Mapping[str, Any]) -> str:
    """Who — what — to whom; an actor who is not known is an ellipsis."""
    source, target = (event.get(role) or {} for role in ("source", "target"))
    what = event["event_type"].lower() + (f" ({event['mode']})" if event.get("mode") else "")
    return f"{source.get('name') or '…'} — {what} — {target.get('name') or '…'}"


def _mention_mark(mention: Mapping[str, Any], entities: Mapping[str, Mapping[str, Any]]) -> Mark:
    entity = entities.get(mention.get("entity_id") or "", {})
    kind = entity.get("kind", "other")
    tooltip = f"{kind}: {entity['name']}" if entity else mention["label"].lower()
    return Mark(mention["start"], mention["end"], f"entity {kind}", tooltip)


def _fits(document: ArticleDocument, name: PartName) -> bool:
    """Whether a part speaks of the very words that the document holds."""
    part = document["parts"].get(name)
    return part is not None and part["revision"] == document.get("revision")


def _read_parts(document: ArticleDocument) -> dict[PartName, Part]:
    return {name: _read_part(document, name) for name in PARTS}


def _read_part(document: ArticleDocument, name: PartName) -> Part:
    part = cast(Mapping[str, Any] | None, document["parts"].get(name))
    if part is None:
        return Part(state="waiting")
    failure = part.get("failure")
    return Part(
        state=_state(part, fits=_fits(document, name)),
        version=part["version"],
        at=_moment(part["at"]),
        seconds=part.get("seconds"),
        extractor_version=part.get("extractor_version") or None,
        skipped=part.get("skipped"),
        failure=f"{failure['reason']} ({failure['code']})" if failure else None,
    )


def _state(part: Mapping[str, Any], *, fits: bool) -> PartState:
    if part.get("failure"):
        return "failed"
    if not fits:
        return "other-version"
    return "skipped" if part.get("skipped") else "done"


def _by_prominence(
    entities: Iterable[Mapping[str, Any]], mentions: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Most often mentioned first; of equals, the one that is mentioned first."""
    counts = Counter(mention.get("entity_id") for mention in mentions)
    first: dict[str | None, int] = {}
    for mention in mentions:
        entity_id = mention.get("entity_id")
        first[entity_id] = min(mention["start"], first.get(entity_id, mention["start"]))

    def rank(entity: Mapping[str, Any]) -> tuple[int, int]:
        return -counts[entity["entity_id"]], first.get(entity["entity_id"], 0)

    ranked = sorted(entities, key=rank)
    return [{**entity, "mentions": counts[entity["entity_id"]]} for entity in ranked]


def _names(entities: Iterable[Mapping[str, Any]], kind: EntityKind) -> tuple[str, ...]:
    return tuple(entity["name"] for entity in entities if entity["kind"] == kind)


def _moment(milliseconds: int) -> datetime | None:
    """None for a number that a producer made up and no calendar reaches."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None

"""Says in a few lines what was found in an article, from the API's JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

TOP: Final = 5
EVENTS: Final = 5
KINDS: Final = (("person", "People"), ("place", "Places"), ("organisation", "Organisations"))

Found = Mapping[str, Any]


def describe(article: Found) -> str:
    """Title, the entities that are named most, and events with the sentences that say so."""
    lines = [str(article.get("title") or article["article_id"])]
    for kind, label in KINDS:
        if names := top_names(article, kind):
            lines.append(f"  {label + ':':<15}{', '.join(names)}")
    for event in best_events(article.get("events") or ()):
        lines += ["", f"  {headline(event)}", f"    “{_sentence(event)}”"]
    if skipped := article.get("skipped"):
        lines.append(f"  Passed over by: {', '.join(skipped)}")
    return "\n".join(lines)


def top_names(article: Found, kind: str) -> list[str]:
    """The names of that kind, the most mentioned first, then in the article's order."""
    mentions = Counter(mention.get("entity_id") for mention in article.get("mentions") or ())
    entities = [one for one in article.get("entities") or () if one["kind"] == kind]
    entities.sort(key=lambda one: -mentions[one["entity_id"]])
    return list(dict.fromkeys(one["name"] for one in entities))[:TOP]


def best_events(events: Sequence[Found]) -> list[Found]:
    """Those that tell most: asserted, with source and target; in the article's order, and of those
    that read the same only the first."""

    def poverty(event: Found) -> tuple[bool, int]:
        actors = sum(bool(event.get(role)) for role in ("source", "target"))
        return event.get("modality") not in (None, "asserted"), -actors

    by_headline: dict[str, Found] = {}
    for event in sorted(events, key=poverty):
        by_headline.setdefault(headline(event), event)
    return list(by_headline.values())[:EVENTS]


def headline(event: Found) -> str:
    """source — TYPE — target"""
    source, target = _name(event.get("source")), _name(event.get("target"))
    return f"{source} — {event['event_type']} — {target}"


def _name(actor: Found | None) -> str:
    return str(actor.get("name") or actor.get("text") or "?") if actor else "?"


def _sentence(event: Found) -> str:
    return " ".join(str((event.get("sentence") or {}).get("text") or "").split())

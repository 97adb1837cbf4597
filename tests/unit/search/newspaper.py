"""Documents of the index, as search's tests need them."""

from typing import Any, cast

from tidings.documents import ArticleDocument

TITLE = "Navy of Orm met Ida Knoll"
TEXT = "Ida Knoll thanked the navy. Knoll left Orm."
CONTENT = f"{TITLE}\n\n{TEXT}"


def span(words: str, start: int = 0) -> dict[str, Any]:
    found = CONTENT.index(words, start)
    return {"text": words, "start": found, "end": found + len(words)}


def a_part(**fields: Any) -> dict[str, Any]:
    return {
        "version": 2000, "revision": "r2", "at": 3000, "extractor_version": "test 1",
        "seconds": 0.25, "language": "en", "skipped": None, "failure": None, **fields,
    }  # fmt: skip


MET = {
    "event_id": "e1", "event_type": "CONSULT", "mode": "meet", "modality": "asserted",
    "source": {**span("Navy of Orm"), "name": "Ormish navy"},
    "target": {**span("Ida Knoll"), "name": "Ida Knoll"},
    "trigger": span("met"), "sentence": span(TITLE), "date": None, "place": None,
    "attribution": None, "order": 1, "location": None,
}  # fmt: skip
MENTIONS = [
    {**span("Orm"), "label": "GPE", "entity_id": "orm"},
    {**span("Ida Knoll"), "label": "PERSON", "entity_id": "knoll"},
    {**span("Ida Knoll", 20), "label": "PERSON", "entity_id": "knoll"},
    {**span("Knoll", 40), "label": "PERSON", "entity_id": "knoll"},
    {**span("Orm", 60), "label": "GPE", "entity_id": "orm"},
]
ENTITIES = [
    {"entity_id": "orm", "name": "Orm", "kind": "place", "aliases": [], "country": None},
    {"entity_id": "knoll", "name": "Ida Knoll", "kind": "person", "aliases": ["Knoll"]},
]


def a_document(**fields: Any) -> ArticleDocument:
    """A complete article; `fields` replace its own, `parts` those of the same name."""
    parts = {
        "raw": {"version": 2000, "revision": "r2", "at": 2500, "language": "en"},
        "entities": a_part(mentions=MENTIONS, entities=ENTITIES),
        "events": a_part(at=4000, events=[MET]),
        **fields.pop("parts", {}),
    }
    document = {
        "article_id": "a1", "visible": True, "complete": True, "version": 2000, "revision": "r2",
        "title": TITLE, "text": TEXT, "outlet": "s.example", "language": "en", "events": [MET],
        "published_at": "2026-03-01T10:00:00Z", **fields,
        "parts": {name: part for name, part in parts.items() if part},
    }  # fmt: skip
    return cast(ArticleDocument, document)

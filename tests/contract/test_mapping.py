"""The mapping has the fields of the document, no more and no less."""

import json
import types
from importlib import resources
from typing import Any, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import BaseModel

from tidings.documents import (
    FACET_OF_KIND,
    MAPPING_VERSION,
    ArticleDocument,
)
from tidings.messages import Event
from tidings.settings import Settings
from tidings_index.schema import index_body
from tidings_search.facets import FACETS
from tidings_search.querying.fields import FIELDS

ADDED_BY_THE_INDEX = dict.fromkeys(
    [
        "order", "location", "told", "sectors", "countries", "pair", "country_pair", "killed",
        "injured",
    ]
)  # fmt: skip
DAYS = {"from": None, "to": None}

Fields = dict[str, Any]


def mapping() -> Fields:
    file = resources.files("tidings_index") / "mappings" / f"articles-v{MAPPING_VERSION}.json"
    body: Fields = json.loads(file.read_text(encoding="utf-8"))
    mappings: Fields = body["mappings"]
    return mappings


def mapped(properties: Fields) -> Fields:
    """Field names as a tree; a field without fields of its own is None."""
    return {
        name: mapped(field["properties"]) if "properties" in field else None
        for name, field in properties.items()
    }


def declared(kind: Any) -> Fields | None:
    """The same tree for a TypedDict or a model; of lists and options what is in them."""
    if is_typeddict(kind):
        return {name: declared(of) for name, of in get_type_hints(kind).items()}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: declared(field.annotation) for name, field in kind.model_fields.items()}
    if get_origin(kind) in (Union, types.UnionType, tuple, NotRequired):
        trees = [declared(of) for of in get_args(kind)]
        return next((tree for tree in trees if tree), None)
    return None


def test_the_mapped_fields_are_the_documents() -> None:
    expected = declared(ArticleDocument)
    assert expected is not None
    events = declared(Event)
    assert events is not None
    events = {**events, **ADDED_BY_THE_INDEX, "date": {**events["date"], **DAYS}}
    assert mapped(mapping()["properties"]) == {**expected, "events": events}


def test_the_mapping_says_its_version_and_takes_no_other_field() -> None:
    assert mapping()["_meta"] == {"version": MAPPING_VERSION}
    assert mapping()["dynamic"] == "strict"
    assert mapping()["properties"]["events"]["type"] == "nested"


def test_what_facets_count_and_queries_compare_can_be_counted_and_compared() -> None:
    events = mapping()["properties"]["events"]["properties"]
    paths = {facet.path for facet in FACETS.values()}
    paths |= {
        path for one in FIELDS.values() if one.kind not in ("words", "actor") for path in one.paths
    }
    assert len(paths) > 20
    for path in paths - {"events.date"}:
        found: Any = {"properties": mapping()["properties"]}
        for name in path.split("."):
            found = found["properties"][name]
        assert found["type"] in {"keyword", "date", "float", "long"}, path
        assert found.get("index", True), path
    assert {events["date"]["properties"][end]["type"] for end in ("from", "to")} == {"date"}
    assert (events["order"]["type"], events["location"]["type"]) == ("long", "geo_point")


def test_every_kind_of_entity_with_a_facet_has_its_field() -> None:
    for field in FACET_OF_KIND.values():
        assert mapping()["properties"][field]["type"] == "keyword"


def test_what_was_received_is_kept_but_not_indexed() -> None:
    parts = mapping()["properties"]["parts"]["properties"]
    for part, kept in (("entities", ("mentions", "entities")), ("events", ("events",))):
        for name in kept:
            assert parts[part]["properties"][name] == {"type": "object", "enabled": False}


def test_the_longest_article_can_be_highlighted_whatever_its_characters() -> None:
    settings = Settings(article_max_chars=700_000, index_refresh_ms=250, index_shards=3)
    body = index_body(settings)["settings"]
    assert body["highlight.max_analyzed_offset"] >= len(("𝒳" * 700_000).encode("utf-16-le")) // 2
    assert (body["refresh_interval"], body["number_of_shards"]) == ("250ms", 3)

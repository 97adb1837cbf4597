"""The index that documents are written to: its mapping, and making it where it is missing."""

import json
from importlib import resources
from typing import Any, Final

import structlog
from elasticsearch import AsyncElasticsearch, BadRequestError

from tidings.documents import MAPPING_VERSION
from tidings.errors import TidingsError
from tidings.messages import MOST_EVENTS
from tidings.settings import Settings

log = structlog.get_logger(__name__)

_UTF16_UNITS_PER_CHARACTER: Final = 2


def index_body(settings: Settings) -> dict[str, Any]:
    """Settings and mappings of a new index.

    Elasticsearch counts the characters that it may highlight in UTF-16 units; a query that meets
    one longer text fails as a whole.
    """
    file = resources.files("tidings_index") / "mappings" / f"articles-v{MAPPING_VERSION}.json"
    body: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    body["settings"] |= {
        "number_of_shards": settings.index_shards,
        "number_of_replicas": settings.index_replicas,
        "refresh_interval": f"{settings.index_refresh_ms}ms",
        "highlight.max_analyzed_offset": settings.article_max_chars * _UTF16_UNITS_PER_CHARACTER,
        "mapping.nested_objects.limit": MOST_EVENTS,
    }
    return body


def versioned_name(settings: Settings) -> str:
    return f"{settings.index_name}-v{MAPPING_VERSION}"


async def ensure_index(client: AsyncElasticsearch, settings: Settings) -> None:
    """Makes the versioned index behind its alias where the alias is missing; any number of workers
    may do so at once. Raises TidingsError where the index is of another mapping version or a plain
    index has the alias's name."""
    if not await client.indices.exists_alias(name=settings.index_name):
        await _create(client, settings)
    answer = await client.indices.get_mapping(index=settings.index_name)
    for index, found in answer.body.items():
        _check_version(index, found["mappings"].get("_meta", {}).get("version"), settings)


async def _create(client: AsyncElasticsearch, settings: Settings) -> None:
    alias, index = settings.index_name, versioned_name(settings)
    if await client.indices.exists(index=alias):
        raise TidingsError(
            f"Elasticsearch has an index named {alias} where an alias of that name is needed: "
            "delete it, or set TIDINGS_INDEX_NAME to another name."
        )
    try:
        await client.indices.create(index=index, aliases={alias: {}}, **index_body(settings))
        log.info("index created", index=index, alias=alias)
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise
        # Another worker was faster, or the index has lost its alias; for both this is right.
        await client.indices.put_alias(index=index, name=alias)


def _check_version(index: str, version: object, settings: Settings) -> None:
    if version != MAPPING_VERSION:
        raise TidingsError(
            f"The index {index} behind {settings.index_name} has mapping version {version}, this "
            f"worker writes version {MAPPING_VERSION}: run the release that made it, or point "
            "TIDINGS_INDEX_NAME at a new name and replay the topics."
        )

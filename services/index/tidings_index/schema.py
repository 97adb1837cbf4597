"""The index that documents are written to: its mapping, and making it where it is missing."""

import json
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Final

import structlog
from elasticsearch import AsyncElasticsearch, BadRequestError

from tidings.documents import MAPPING_VERSION
from tidings.errors import TidingsError
from tidings.messages import MOST_EVENTS
from tidings.settings import Settings
from tidings_index.indexes import find_indexes

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


class WrongIndex(TidingsError):
    """The alias names an index that this release must not write to. It passes once the alias names
    another."""


async def ensure_index(client: AsyncElasticsearch, settings: Settings) -> None:
    """Makes the versioned index behind its alias where the alias is missing; any number of workers
    may do so at once. Raises WrongIndex where the index is of another mapping version or the alias
    names two, TidingsError where a plain index has the alias's name."""
    if not await client.indices.exists_alias(name=settings.index_name):
        await _create(client, settings)
    answer = await client.indices.get_mapping(index=settings.index_name)
    if len(answer.body) > 1:
        raise WrongIndex(names_several(settings.index_name, answer.body))
    for index, found in answer.body.items():
        check_version(index, found)


async def check_index(client: AsyncElasticsearch, index: str) -> None:
    """Raises WrongIndex where it is of another mapping version than this release's."""
    for name, found in (await client.indices.get_mapping(index=index)).body.items():
        check_version(name, found)


def check_version(index: str, found: Mapping[str, Any]) -> None:
    """Raises WrongIndex where `found`, with the index's mappings, is of another version."""
    version = found["mappings"].get("_meta", {}).get("version")
    if version != MAPPING_VERSION:
        raise WrongIndex(
            f"the index {index} has mapping version {version}, this release writes version "
            f"{MAPPING_VERSION}: run `tidings index rebuild` of this release, or stop this worker "
            "and let the release that made the index run."
        )


def names_several(alias: str, indexes: Iterable[str]) -> str:
    return (
        f"the alias {alias} names more than one index ({', '.join(sorted(indexes))}), so nothing "
        "can be written: take the alias from all but one of them."
    )


async def _create(client: AsyncElasticsearch, settings: Settings) -> None:
    """Gives the alias to the newest index of this version that a rebuild has finished, or to a new
    one."""
    alias, index = settings.index_name, versioned_name(settings)
    for one in await find_indexes(client, alias):
        if one.version == MAPPING_VERSION and one.positions is None:
            index = one.name
    try:
        await client.indices.create(index=index, aliases={alias: {}}, **index_body(settings))
        log.info("index created", index=index, alias=alias)
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise
        # Another worker was faster, or the index has lost its alias; for both this is right.
        await client.indices.put_alias(index=index, name=alias)

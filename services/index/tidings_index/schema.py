"""The index that documents are written to: its mapping, and making it where it is missing."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from typing import Any, Final

import structlog
from elasticsearch import AsyncElasticsearch, BadRequestError

from tidings.documents import MAPPING_VERSION, REBUILD
from tidings.errors import TidingsError
from tidings.messages import MOST_EVENTS
from tidings.settings import Settings
from tidings_index.indexes import find_indexes, meta_of

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


async def ensure_index(
    client: AsyncElasticsearch, settings: Settings, have_read: Callable[[], bool] = lambda: False
) -> None:
    """Makes the versioned index behind its alias where the alias is missing; any number of workers
    may do so at once. Raises WrongIndex where the index is of another mapping version or the alias
    names two, TidingsError where a plain index has the alias's name.

    `have_read` is asked, on another thread, whether workers have read records before: a new index
    lacks those, says so in its mapping, and is one for `tidings index rebuild` to finish.
    """
    if not await client.indices.exists_alias(name=settings.index_name):
        await _create(client, settings, have_read)
    answer = await client.indices.get_mapping(index=settings.index_name)
    if len(answer.body) > 1:
        raise WrongIndex(names_several(settings.index_name, answer.body))
    for index, found in answer.body.items():
        check_version(index, found)
        if REBUILD in found["mappings"]["_meta"]:
            log.error(
                "the index lacks what was indexed before: `tidings index rebuild` fills it",
                index=index,
            )


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


async def _create(
    client: AsyncElasticsearch, settings: Settings, have_read: Callable[[], bool]
) -> None:
    """Gives the alias to the newest index of this version that a rebuild has finished, or to a new
    one."""
    alias, index = settings.index_name, versioned_name(settings)
    for one in await find_indexes(client, alias):
        if one.version == MAPPING_VERSION and one.positions is None:
            index = one.name
    body = index_body(settings)
    if await asyncio.to_thread(have_read):
        body["mappings"]["_meta"] = meta_of(MAPPING_VERSION, {})
    try:
        await client.indices.create(index=index, aliases={alias: {}}, **body)
        log.info("index created", index=index, alias=alias)
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise
        # Another worker was faster, or the index has lost its alias; for both this is right.
        await client.indices.put_alias(index=index, name=alias)

"""The versioned indexes of one alias: which it names, which a rebuild is filling."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from elasticsearch import AsyncElasticsearch, NotFoundError

from tidings.documents import REBUILD
from tidings.errors import TidingsError
from tidings.topics import Partition


@dataclass(frozen=True)
class Index:
    """`version` is its mapping's; `number` tells apart those of one version. `positions` are the
    offsets up to which an unfinished rebuild has read, None where none is unfinished."""

    name: str
    version: int | None
    number: int
    is_named: bool
    positions: Mapping[Partition, int] | None


async def find_indexes(client: AsyncElasticsearch, alias: str) -> list[Index]:
    """Those that the alias names, whatever they are called, and those called `{alias}-v3`,
    `{alias}-v3-3`; oldest first. Raises TidingsError where a plain index has the alias's name."""
    named = await named_by(client, alias)
    if not named and await client.indices.exists(index=alias):
        raise TidingsError(
            f"Elasticsearch has an index named {alias} where an alias of that name is needed: "
            "delete it, or set TIDINGS_INDEX_NAME to another name."
        )
    names = ",".join([f"{alias}-v*", *named])
    answer = await client.indices.get(index=names, features="mappings", allow_no_indices=True)
    found = [_index(alias, name, body, name in named) for name, body in answer.body.items()]
    known = [one for one in found if one is not None]
    return sorted(known, key=lambda one: (one.version or 0, one.number, one.name))


async def named_by(client: AsyncElasticsearch, alias: str) -> list[str]:
    """The indexes that the alias names, none where there is no such alias."""
    try:
        return sorted((await client.indices.get_alias(name=alias)).body)
    except NotFoundError:
        return []


def meta_of(version: int, positions: Mapping[Partition, int] | None) -> dict[str, Any]:
    """The mapping's `_meta`: of a finished index, or of one that a rebuild fills."""
    if positions is None:
        return {"version": version}
    places = {f"{topic}-{number}": offset for (topic, number), offset in positions.items()}
    return {"version": version, REBUILD: {"positions": places}}


def _index(alias: str, name: str, body: Mapping[str, Any], is_named: bool) -> Index | None:
    """None for an index of another alias whose name only begins like ours."""
    ours = re.fullmatch(rf"{re.escape(alias)}-v(\d+)(?:-(\d+))?", name)
    if not ours and not is_named:
        return None
    meta = body["mappings"].get("_meta", {})
    unfinished = meta.get(REBUILD)
    return Index(
        name=name,
        version=meta.get("version"),
        number=int(ours[2] or 1) if ours else 0,
        is_named=is_named,
        positions=None if unfinished is None else _positions(unfinished["positions"]),
    )


def _positions(places: Mapping[str, int]) -> dict[Partition, int]:
    parts = {place: place.rpartition("-") for place in places}
    return {(topic, int(number)): places[place] for place, (topic, _, number) in parts.items()}

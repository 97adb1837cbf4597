"""What an index says of itself, also for those that ask without Elasticsearch's client."""

from collections.abc import Mapping
from typing import Any, Final

from tidings.documents import REBUILD

STATE: Final = "*.settings.index.blocks,*.mappings._meta"
"""What `block_of` and `lacks_records` want to know of indexes, as a filter of Elasticsearch's."""

READ_ONLY: Final = "the index is read-only"
READ_ONLY_DISK: Final = f"{READ_ONLY}: disk"


def block_of(indexes: Mapping[str, Any]) -> str | None:
    """Why none of these indexes, by name and with their STATE, can be written to: READ_ONLY_DISK
    or READ_ONLY; None where they can."""
    blocks = {
        name
        for index in indexes.values()
        for name, value in index.get("settings", {}).get("index", {}).get("blocks", {}).items()
        if value == "true"
    }
    if "read_only_allow_delete" in blocks:
        return READ_ONLY_DISK
    return READ_ONLY if blocks & {"read_only", "write"} else None


def lacks_records(indexes: Mapping[str, Any]) -> bool:
    """Whether one of these indexes, by name and with their STATE, was made anew and has yet to get
    what was indexed before."""
    return any(REBUILD in index.get("mappings", {}).get("_meta", {}) for index in indexes.values())

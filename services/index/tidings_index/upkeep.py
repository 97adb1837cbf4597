"""What a command that works on the whole index has at hand."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from elasticsearch import AsyncElasticsearch

from tidings.bar import Bar
from tidings.elastic import Outage, until_answered
from tidings.history import History
from tidings.settings import Settings

T = TypeVar("T")


@dataclass
class Upkeep:
    """The topics, the index, and somebody who watches."""

    _client: AsyncElasticsearch
    _history: History
    _settings: Settings
    _bar: Bar
    _outage: Outage

    async def _ask(self, request: Callable[[], Awaitable[T]]) -> T:
        """The answer of Elasticsearch, however long that takes."""
        return await until_answered(request, self._outage)

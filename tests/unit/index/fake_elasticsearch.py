"""An index in memory: the part of Elasticsearch that the writer uses, with faults on demand."""

import json
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from tests.elastic_answers import Answer, api_error
from tidings.documents import MAPPING_VERSION


class FakeElasticsearch:
    """`reading` and `writing` hold what the next requests do instead of working: an error that is
    raised, or a function that is called with the work still to do. `versions` are those of mappings
    that are not this release's; each look at a mapping moves the alias to the next of `moves`."""

    def __init__(self, index: str = "articles-v1") -> None:
        self.index = index
        self.documents: dict[str, tuple[int, Any]] = {}
        self.reading: deque[Exception] = deque()
        self.writing: deque[Exception | Callable[[Callable[[], Any]], Any]] = deque()
        self.refuses: Callable[[Any], dict[str, Any] | None] = lambda document: None
        self.most_bytes = 1_000_000
        self.most_ids = 1_000
        self.requests: list[list[Any]] = []
        self.versions: dict[str, int] = {}
        self.moves: deque[str] = deque()

    def __getitem__(self, article_id: str) -> Any:
        return self.documents[article_id][1]

    @property
    def indices(self) -> "FakeElasticsearch":
        return self

    async def get_mapping(self, *, index: str) -> Any:
        if self.moves:
            self.index = self.moves.popleft()
        meta = {"version": self.versions.get(index, MAPPING_VERSION)}
        return Answer({index: {"mappings": {"_meta": meta}}})

    async def mget(self, *, index: str, ids: Sequence[str], realtime: bool) -> Any:
        assert (index, realtime) == ("articles", True)
        if self.reading:
            raise self.reading.popleft()
        if len(ids) > self.most_ids:
            raise api_error(429, "circuit_breaking_exception")
        return {"docs": [self._get(article_id) for article_id in ids]}

    async def bulk(self, *, operations: Sequence[bytes], filter_path: str) -> Any:
        if sum(map(len, operations)) > self.most_bytes:
            raise api_error(413, "too_large")
        lines = [json.loads(line) for line in operations]
        self.requests.append(lines)

        def work() -> Any:
            pairs = zip(lines[::2], lines[1::2], strict=True)
            return {"items": [self._put(action, document) for action, document in pairs]}

        if not self.writing:
            return work()
        fault = self.writing.popleft()
        if isinstance(fault, Exception):
            raise fault
        return fault(work)

    def _get(self, article_id: str) -> dict[str, Any]:
        found = {"_index": self.index, "_id": article_id, "found": article_id in self.documents}
        if not found["found"]:
            return found
        seq_no, document = self.documents[article_id]
        return {**found, "_seq_no": seq_no, "_primary_term": 1, "_source": document}

    def _put(self, action: dict[str, Any], document: Any) -> dict[str, Any]:
        [(kind, target)] = action.items()
        assert target["_index"] == self.index
        seq_no = self.documents.get(target["_id"], (None, None))[0]
        if error := self.refuses(document):
            return {kind: error}
        if target.get("if_seq_no") != seq_no:
            conflict = {"type": "version_conflict_engine_exception", "reason": "it moved on"}
            return {kind: {"status": 409, "error": conflict}}
        self.documents[target["_id"]] = ((seq_no or 0) + 1, document)
        return {kind: {"status": 200}}

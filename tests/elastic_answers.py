"""What Elasticsearch's client gives and raises."""

from typing import Any, NamedTuple

from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError

NODE = NodeConfig("http", "fake", 9200)


class Answer(NamedTuple):
    body: dict[str, Any]


def api_error(
    status: int, kind: str = "some_exception", cause: str | None = None, *, body: Any = None
) -> ApiError:
    """An answer of `status`; `body` is what it says where that is not the usual."""
    error = {
        "type": kind,
        "reason": f"because of {status}",
        "root_cause": [{"type": cause or kind}],
    }
    meta = ApiResponseMeta(status, "1.1", HttpHeaders(), 0.0, NODE)
    return ApiError(kind, meta, {"error": error} if body is None else body)

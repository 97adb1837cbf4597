from typing import Any

import pytest
from elastic_transport import ApiResponse

from tidings_search.archive import Archive, NoSuchArticle


class EmptyElasticsearch:
    def options(self, **_: object) -> "EmptyElasticsearch":
        return self

    async def mget(self, *, index: str, ids: list[str]) -> ApiResponse[Any]:
        docs = [{"_index": index, "_id": one, "found": False} for one in ids]
        return ApiResponse(body={"docs": docs}, meta=None)


async def test_a_trace_of_an_unknown_article_says_where_else_to_look() -> None:
    archive = Archive(EmptyElasticsearch(), "articles")  # type: ignore[arg-type]

    with pytest.raises(
        NoSuchArticle, match=r"no article .*“a1”.* `tidings dead list --article a1`"
    ):
        await archive.trace("a1")

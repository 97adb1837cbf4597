from typing import Any

import pytest
from elastic_transport import ApiResponse, ConnectionError

from tidings_search.archive import Archive, NoSuchArticle


class EmptyElasticsearch:
    """Its index has the blocks that it is given; without them it does not answer such questions."""

    def __init__(self, *blocks: str) -> None:
        self.blocks = blocks
        self.indices = self
        self.questions = 0

    def options(self, **_: object) -> "EmptyElasticsearch":
        return self

    async def mget(self, *, index: str, ids: list[str]) -> ApiResponse[Any]:
        docs = [{"_index": index, "_id": one, "found": False} for one in ids]
        return ApiResponse(body={"docs": docs}, meta=None)

    async def get_settings(self, *, index: str, name: str) -> ApiResponse[Any]:
        self.questions += 1
        if not self.blocks:
            raise ConnectionError("refused")
        blocks = dict.fromkeys(self.blocks, "true")
        body = {f"{index}-v2": {"settings": {"index": {"blocks": blocks}}}}
        return ApiResponse(body=body, meta=None)


async def test_a_notice_says_that_nothing_new_comes_in_and_is_not_asked_for_at_each_page() -> None:
    elasticsearch = EmptyElasticsearch("read_only_allow_delete")
    archive = Archive(elasticsearch, "articles")  # type: ignore[arg-type]

    said = {await archive.notice() for _ in range(10)}

    assert said == {"the index is read-only: disk"}
    assert elasticsearch.questions == 1


async def test_a_notice_that_elasticsearch_does_not_give_breaks_no_page() -> None:
    archive = Archive(EmptyElasticsearch(), "articles")  # type: ignore[arg-type]

    assert await archive.notice() is None


async def test_a_trace_of_an_unknown_article_says_where_else_to_look() -> None:
    archive = Archive(EmptyElasticsearch(), "articles")  # type: ignore[arg-type]

    with pytest.raises(
        NoSuchArticle, match=r"no article .*“a1”.* `tidings dead list --article a1`"
    ):
        await archive.trace("a1")

from typing import Any

import pytest
from elastic_transport import ApiResponse, ConnectionError

from tidings_search.archive import Archive, NoSuchArticle, NoSuchEntity

FULL = {"settings": {"index": {"blocks": {"read_only_allow_delete": "true"}}}}


class EmptyElasticsearch:
    """Its index has the state that it is given; without one it does not answer such questions."""

    def __init__(self, state: dict[str, Any] | None = None) -> None:
        self.state = state
        self.indices = self
        self.questions = 0

    def options(self, **_: object) -> "EmptyElasticsearch":
        return self

    async def mget(self, *, index: str, ids: list[str]) -> ApiResponse[Any]:
        docs = [{"_index": index, "_id": one, "found": False} for one in ids]
        return ApiResponse(body={"docs": docs}, meta=None)

    async def get(self, *, index: str, filter_path: str) -> ApiResponse[Any]:
        self.questions += 1
        if self.state is None:
            raise ConnectionError("refused")
        return ApiResponse(body={f"{index}-v2": self.state}, meta=None)


async def test_a_notice_says_that_nothing_new_comes_in_and_is_not_asked_for_at_each_page() -> None:
    elasticsearch = EmptyElasticsearch(FULL)
    archive = Archive(elasticsearch, "articles")  # type: ignore[arg-type]

    said = {await archive.notice() for _ in range(10)}

    assert [notice.what for notice in said if notice] == ["The index is read-only: disk."]
    assert elasticsearch.questions == 1


async def test_a_notice_says_that_the_index_lacks_articles_until_it_is_rebuilt() -> None:
    unfinished = {"mappings": {"_meta": {"version": 2, "rebuild": {"positions": {}}}}}
    archive = Archive(EmptyElasticsearch(unfinished), "articles")  # type: ignore[arg-type]

    notice = await archive.notice()

    assert notice
    assert notice.what == "Older articles may be missing."


async def test_a_notice_that_elasticsearch_does_not_give_breaks_no_page() -> None:
    archive = Archive(EmptyElasticsearch(), "articles")  # type: ignore[arg-type]

    assert await archive.notice() is None


async def test_a_trace_of_an_unknown_article_says_where_else_to_look() -> None:
    archive = Archive(EmptyElasticsearch(), "articles")  # type: ignore[arg-type]

    with pytest.raises(
        NoSuchArticle, match=r"no article .*“a1”.* `tidings dead list --article a1`"
    ):
        await archive.trace("a1")


@pytest.mark.parametrize("entity_id", ["", "x" * 501])
async def test_an_id_that_nothing_can_have_is_not_looked_for(entity_id: str) -> None:
    archive = Archive(EmptyElasticsearch(), "articles")  # type: ignore[arg-type]

    with pytest.raises(NoSuchEntity, match="with the id") as refused:
        await archive.find_entity(entity_id)
    assert len(str(refused.value)) < 200

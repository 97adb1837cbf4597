"""What an index says of itself."""

from tidings.indexstate import block_of, lacks_records


def test_an_index_that_is_blocked_says_why_it_cannot_be_written() -> None:
    def with_blocks(**blocks: str) -> str | None:
        return block_of({"articles-v2": {"settings": {"index": {"blocks": blocks}}}})

    assert with_blocks(read_only_allow_delete="true") == "the index is read-only: disk"
    assert with_blocks(read_only="true", write="true") == "the index is read-only"
    assert with_blocks(read_only_allow_delete="false", write="false") is None
    assert block_of({"articles-v2": {"settings": {}}}) is None
    assert block_of({"articles-v2": {"mappings": {}}}) is None
    assert block_of({}) is None


def test_an_index_that_a_rebuild_has_not_filled_lacks_records() -> None:
    def with_meta(**meta: object) -> bool:
        return lacks_records({"articles-v2": {"mappings": {"_meta": {"version": 2, **meta}}}})

    assert with_meta(rebuild={"positions": {}})
    assert not with_meta()
    assert not lacks_records({"articles-v2": {}})

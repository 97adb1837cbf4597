"""Why nothing was found: what each condition of a query finds alone."""

from typing import Any

import pytest

from tidings_search.relaxing import MOST_PARTS, build_parts, read_parts
from tidings_search.request import Narrowing


def an_answer(*counts: int) -> dict[str, Any]:
    return {"aggregations": {"each": {"buckets": [{"doc_count": count} for count in counts]}}}


def test_each_part_is_counted_alone_under_the_filters_and_can_be_left_out() -> None:
    asked = Narrowing(q='oil "red sea" event:COERCE source_country:USA', outlet=("a",))
    body = build_parts(asked)

    assert body is not None
    assert "oil" not in str(body["query"])
    assert "'outlet': ['a']" in str(body["query"])
    found = read_parts(an_answer(4, 0, 2), asked)
    event = "(event:COERCE AND source_country:USA)"
    assert [(one.query, one.articles, one.without) for one in found.parts] == [
        ("oil", 4, f'"red sea" AND {event}'),
        ('"red sea"', 0, f"oil AND {event}"),
        (event, 2, 'oil AND "red sea"'),
    ]
    assert found.either == f'oil OR "red sea" OR {event}'


def test_what_must_not_be_there_is_no_alternative() -> None:
    found = read_parts(an_answer(1, 2, 3), Narrowing(q="oil (a OR b) NOT gas"))

    assert [one.query for one in found.parts] == ["oil", "(a OR b)", "NOT gas"]
    assert found.either is None


@pytest.mark.parametrize(
    "q", ["", "oil", "oil OR gas", " ".join(f"w{number}" for number in range(MOST_PARTS + 1))]
)
def test_one_condition_or_too_many_are_not_taken_apart(q: str) -> None:
    assert build_parts(Narrowing(q=q)) is None

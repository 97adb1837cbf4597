"""Why nothing was found: what each condition of a query finds alone. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tidings_search.conditions import Conditions
from tidings_search.querying.clauses import Clause, clause_of
from tidings_search.querying.mistakes import QueryMistake
from tidings_search.querying.nodes import All, Either, Node, Not, OneEvent
from tidings_search.querying.read import read_query
from tidings_search.querying.wording import wording_of
from tidings_search.request import Narrowing
from tidings_search.shown import Shown

MOST_PARTS: Final = 12


class Part(Shown):
    """A condition that must hold beside others, and how many articles meet it under the filters.
    `without`: the query that leaves it out; None where that cannot be said in one."""

    query: str
    articles: int
    without: str | None


class Parts(Shown):
    """`either`: the query for articles that meet any of them; None where one of them is a NOT, of
    which nearly every article is an example."""

    parts: tuple[Part, ...]
    either: str | None


def build_parts(asked: Narrowing) -> Clause | None:
    """The body that counts them; None where the query has not several, or too many to show. Raises
    QueryMistake."""
    parts = _parts(asked)
    if not parts:
        return None
    unsaid = asked.narrowed_to(Narrowing, q="")
    return {
        "query": Conditions(unsaid).all(),
        "size": 0,
        "track_total_hits": False,
        "aggs": {"each": {"filters": {"filters": [clause_of(part) for part in parts]}}},
    }


def read_parts(answer: Mapping[str, Any], asked: Narrowing) -> Parts:
    parts = _parts(asked)
    buckets = answer["aggregations"]["each"]["buckets"]
    found = tuple(
        Part(
            query=_said(part),
            articles=bucket["doc_count"],
            without=_readable(All((*parts[:place], *parts[place + 1 :])), " AND "),
        )
        for place, (part, bucket) in enumerate(zip(parts, buckets, strict=True))
    )
    denied = any(isinstance(part, Not) for part in parts)
    return Parts(parts=found, either=None if denied else _readable(Either(tuple(parts)), " OR "))


def _parts(asked: Narrowing) -> Sequence[Node]:
    node = asked.query.node
    return node.parts if isinstance(node, All) and 1 < len(node.parts) <= MOST_PARTS else ()


def _readable(node: All | Either, operator: str) -> str | None:
    """As a query, where it is one that says just that."""
    said = operator.join(map(_said, node.parts))
    meant = node if len(node.parts) > 1 else node.parts[0]
    try:
        return said if read_query(said).node == meant else None
    except QueryMistake:
        return None


def _said(node: Node) -> str:
    if isinstance(node, OneEvent):
        return f"({wording_of(node.part)})"
    return f"({wording_of(node)})" if isinstance(node, All | Either) else wording_of(node)

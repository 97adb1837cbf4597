from typing import Any

from tidings.documents import pair_of
from tidings_search.pairs import Pair, Pairs, build_pairs, matrix_of, read_pairs
from tidings_search.request import PairsRequest


def an_answer(*pairs: tuple[str, str, int, float], others: int = 0) -> dict[str, Any]:
    found = [
        {"key": pair_of(source, target), "doc_count": count, "intensity": {"value": intensity}}
        for source, target, count, intensity in pairs
    ]
    counted = {"buckets": found, "sum_other_doc_count": others}
    matching = {"doc_count": sum(one[2] for one in pairs) + others, "pairs": counted}
    return {"aggregations": {"events": {"matching": matching}}}


def read(*pairs: tuple[str, str, int, float], **asked: Any) -> Pairs:
    return read_pairs(an_answer(*pairs), PairsRequest(**asked))


def test_who_acts_stands_before_whom_it_is_done_to_with_the_mean_intensity() -> None:
    [pair] = read(("Orm: navy", "Ida Knoll", 3, -6.6667)).pairs

    assert (pair.source, pair.target, pair.count, pair.intensity) == (
        "Orm: navy", "Ida Knoll", 3, -6.67,
    )  # fmt: skip


def test_countries_have_names() -> None:
    [pair] = read(("RUS", "UKR", 3, -5), by="country").pairs
    assert (pair.source_label, pair.target_label) == ("Russia", "Ukraine")


def test_that_there_are_others_is_said() -> None:
    found = read_pairs(an_answer(("a", "b", 3, 1), others=4), PairsRequest(size=1))
    assert (found.events, found.more) == (7, True)


def test_only_events_with_both_a_source_and_a_target_are_counted() -> None:
    for by, field in (("name", "events.pair"), ("country", "events.country_pair")):
        body = build_pairs(PairsRequest.model_validate({"by": by, "size": 7}))
        matching = body["aggs"]["events"]["aggs"]["matching"]
        assert {"exists": {"field": field}} in matching["filter"]["bool"]["filter"]
        assert matching["aggs"]["pairs"]["terms"] == {"field": field, "size": 7}


def test_a_matrix_has_the_actors_with_most_events_and_only_pairs_of_these() -> None:
    pairs = read(("a", "x", 9, 1), ("b", "x", 5, 1), ("c", "y", 7, 1), ("a", "z", 1, 1)).pairs
    matrix = matrix_of(pairs, 2)

    assert (matrix.sources, matrix.targets) == (("a", "c"), ("x", "y"))
    assert set(matrix.cells) == {("a", "x"), ("c", "y")}
    assert matrix.highest == 9
    assert matrix_of(()).highest == 0


def test_pairs_are_labelled_in_the_matrix_as_in_the_list() -> None:
    pair = Pair(
        source="RUS", source_label="Russia", target="UKR", target_label="Ukraine", count=1,
        intensity=0,
    )  # fmt: skip
    assert matrix_of([pair]).labels == {"RUS": "Russia", "UKR": "Ukraine"}

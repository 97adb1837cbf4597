import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.plover import PRONOUNS
from tidings_search.counting import (
    FacetValues,
    any_form,
    build_facet,
    build_facets,
    including,
    read_facet,
    read_facets,
)
from tidings_search.facets import FACETS
from tidings_search.request import FacetRequest, Narrowing


def buckets(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"key": key, "doc_count": count} for key, count in counts.items()]


def an_answer(
    facet: str,
    top: Mapping[str, int],
    *,
    chosen: Mapping[str, int] | None = None,
    within: Mapping[str, Mapping[str, int]] | None = None,
    others: int = 0,
    error: int = 0,
) -> dict[str, Any]:
    counted: dict[str, Any] = {
        facet: {
            "buckets": [
                bucket | {"within": {"buckets": buckets((within or {}).get(bucket["key"], {}))}}
                for bucket in buckets(top)
            ],
            "sum_other_doc_count": others,
            "doc_count_error_upper_bound": error,
        }
    }
    if chosen is not None:
        counted["chosen"] = {"buckets": buckets(chosen)}
    if FACETS[facet].counts == "events":
        counted = {"events": {"matching": counted}}
    return {"aggregations": counted}


def counts(found: FacetValues) -> list[tuple[str, int, bool]]:
    return [(one.value, one.count, one.chosen) for one in found.values]


def terms_of(body: Mapping[str, Any], facet: str) -> dict[str, Any]:
    aggs = body["aggs"]
    if FACETS[facet].counts == "events":
        aggs = aggs["events"]["aggs"]["matching"]["aggs"]
    terms: dict[str, Any] = aggs[facet]["terms"]
    return terms


def test_facets_are_counted_together_and_those_with_a_choice_under_all_filters_but_their_own() -> (
    None
):
    together, sectors, outlets = build_facets(
        Narrowing(q="oil", outlet=("a.example",), sector=("MIL",))
    )

    for name in FACETS.keys() - {"outlet", "sector"}:
        assert terms_of(together, name)
    filters = [json.dumps(body["query"]) for body in (together, sectors, outlets)]
    assert ["a.example" in one for one in filters] == [True, True, False]
    assert ["MIL" in one for one in filters] == [True, False, True]
    assert list(outlets["aggs"]) == ["outlet", "chosen"]


def test_a_facet_of_events_counts_those_that_match_and_not_their_articles() -> None:
    [body] = build_facets(Narrowing(modality=("planned",)), ["sector"])

    events = body["aggs"]["events"]
    assert events["nested"] == {"path": "events"}
    assert "planned" in json.dumps(events["aggs"]["matching"]["filter"])


def test_a_chosen_value_is_counted_even_when_it_is_not_among_the_most_frequent() -> None:
    asked = Narrowing(outlet=("z", "y"))
    [body] = build_facets(asked, ["outlet"])
    assert list(body["aggs"]["chosen"]["filters"]["filters"]) == ["z", "y"]
    assert "chosen" not in build_facets(Narrowing(), ["outlet"])[0]["aggs"]

    found = read_facets([an_answer("outlet", {"a": 5, "y": 3}, chosen={"z": 1, "y": 3})], asked)
    assert counts(found["outlet"]) == [("z", 1, True), ("y", 3, True), ("a", 5, False)]


def test_a_chosen_value_that_nothing_has_shows_zero() -> None:
    found = read_facets([an_answer("outlet", {}, chosen={"z": 0})], Narrowing(outlet=("z",)))
    assert counts(found["outlet"]) == [("z", 0, True)]


def test_a_chosen_name_counts_as_it_is_found_also_where_it_is_a_canonical_one() -> None:
    asked = Narrowing(people=("Orme",))
    found = read_facets([an_answer("people", {"Orme": 2, "Knoll": 1}, chosen={"Orme": 5})], asked)
    assert counts(found["people"]) == [("Orme", 5, True), ("Knoll", 1, False)]


def test_modes_stand_under_their_type_and_are_no_values_of_their_own() -> None:
    asked = Narrowing(event_type=("COERCE/seize", "AID"))
    answer = an_answer(
        "event_type", {"COERCE": 7, "AID": 1}, chosen={"COERCE/seize": 4, "AID": 1},
        within={"COERCE": {"seize": 4, "arrest": 2}},
    )  # fmt: skip
    aid, coerce = read_facets([answer], asked)["event_type"].values

    assert (aid.value, aid.chosen, coerce.chosen) == ("AID", True, False)
    assert [(one.value, one.label, one.count, one.chosen) for one in coerce.within] == [
        ("COERCE/seize", "seize", 4, True),
        ("COERCE/arrest", "arrest", 2, False),
    ]


def test_codes_of_countries_are_labelled_with_their_names() -> None:
    [value] = read_facets([an_answer("countries", {"UKR": 3})], Narrowing())["countries"].values
    assert (value.value, value.label) == ("UKR", "Ukraine")


def test_a_count_that_a_shard_may_have_missed_is_said_to_be_inexact() -> None:
    for error in (0, 3):
        found = read_facets([an_answer("outlet", {"a": 1}, error=error)], Narrowing())
        assert found["outlet"].exact == (error == 0)


def test_nobody_s_names_are_no_values() -> None:
    for facet in ("source", "target"):
        assert terms_of(build_facets(Narrowing(), [facet])[0], facet)["exclude"] == list(PRONOUNS)


def page_by_page(top: Sequence[str], chosen: Sequence[str], size: int) -> list[list[str]]:
    """All pages of a facet, as Elasticsearch would give them."""
    pages: list[list[str]] = []
    while True:
        asked = FacetRequest(outlet=tuple(chosen), size=size, page=len(pages) + 1)
        asked_for = terms_of(build_facet("outlet", asked), "outlet")["size"]
        answer = an_answer(
            "outlet", dict.fromkeys(top[:asked_for], 1), others=max(0, len(top) - asked_for),
            chosen=dict.fromkeys(chosen, 1) if chosen else None,
        )  # fmt: skip
        found = read_facet(answer, "outlet", asked)
        pages.append([one.value for one in found.values])
        if not found.more:
            return pages


@given(
    st.integers(0, 12),
    st.lists(st.sampled_from([f"o{number}" for number in range(15)]), unique=True, max_size=5),
    st.integers(1, 6),
)
def test_pages_of_a_facet_give_every_value_once_the_chosen_first(
    length: int, chosen: list[str], size: int
) -> None:
    top = [f"o{number}" for number in range(length)]
    pages = page_by_page(top, chosen, size)

    assert [value for page in pages for value in page] == list(dict.fromkeys([*chosen, *top]))
    assert all(len(page) == size for page in pages[:-1])


def test_letters_leave_only_the_values_that_have_them() -> None:
    asked = FacetRequest(outlet=("z.example",), contains="wi")
    assert terms_of(build_facet("outlet", asked), "outlet")["include"] == including("wi")

    found = read_facet(an_answer("outlet", {"Wire": 4}), "outlet", asked)
    assert counts(found) == [("Wire", 4, False)]


def test_a_country_is_found_by_letters_of_its_name_or_its_code() -> None:
    def include(contains: str) -> Any:
        asked = FacetRequest(contains=contains)
        return terms_of(build_facet("source_country", asked), "source_country")["include"]

    assert "DEU" in include("germ")
    assert include("ukr") == ["UKR"]
    assert include("zzzz") == ["zzzz"]


@pytest.mark.parametrize(
    ("facet", "letters", "value"),
    [
        ("sector", "governm", "GOV"),
        ("sector", "gov", "GOV"),
        ("context", "human rights", "human_rights"),
        ("event_type", "riot", "PROTEST"),
        ("event_type", "Protest", "PROTEST"),
        ("modality", "threat", "threatened"),
        ("place_country", "germ", "DEU"),
    ],
)
def test_codes_are_found_by_what_people_call_them(facet: str, letters: str, value: str) -> None:
    include = terms_of(build_facet(facet, FacetRequest(contains=letters)), facet)["include"]
    assert value in include


def test_a_language_is_found_by_its_name_in_all_regions_and_by_its_tag() -> None:
    asked = FacetRequest(contains="portug")
    include = terms_of(build_facet("language", asked), "language")["include"]
    assert all(re.fullmatch(include, tag) for tag in ("pt", "pt-BR"))
    assert not re.fullmatch(include, "es")


@pytest.mark.parametrize(
    ("letters", "value"),
    [
        ("lukasz", "Łukasz"), ("Lodz", "Łódź"), ("soren", "Søren"), ("dokovic", "Đoković"),
        ("aegir", "Ægir"), ("Æthelred", "Aethelred"), ("strasse", "Straße"), ("thor", "Þór"),
        ("o'brien", "O’Brien"), ("O’Brien", "O'Brien"), ("nguyen", "Nguyễn"), ("dien", "Điện"),
        ("αθηνα", "Αθήνα"), ("ёлкин", "Елкин"), ("елкин", "Ёлкин"), ("abu-bakr", "Abu‑Bakr"),
    ],
)  # fmt: skip
def test_letters_are_found_in_every_dress(letters: str, value: str) -> None:
    assert matches(letters, value)


def matches(letters: str, value: str) -> bool:
    """As Lucene would match: its classes and escapes are Python's, but for blanks in a class."""
    return re.fullmatch(including(letters), value, re.DOTALL) is not None


@pytest.mark.parametrize("letters", ["erdogan", "ERDOĞAN", "Erdoğan", " rdoga "])
def test_letters_are_found_in_any_case_and_with_or_without_accents(letters: str) -> None:
    assert matches(letters, "Recep Tayyip Erdoğan")
    assert not matches(letters, "Erdan")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_any_letters_are_found_in_a_value_with_them(letters: str) -> None:
    value = "".join(" " if letter.isspace() else letter for letter in letters.strip())
    assert matches(letters, f"<{value}>")


def test_a_sign_is_itself_and_nothing_that_an_expression_could_mean() -> None:
    for sign in '.*+?|()[]{}"\\^-#@&~<>':
        assert re.fullmatch(any_form(sign), sign)
        assert not re.fullmatch(any_form(sign), "a")

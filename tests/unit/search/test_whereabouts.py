from typing import Any

from tidings_search.request import Narrowing
from tidings_search.whereabouts import build_whereabouts, read_whereabouts


def a_place(name: str, count: int, country: str = "", lat: float | None = None) -> dict[str, Any]:
    middle = {} if lat is None else {"location": {"lat": lat, "lon": 36.8199999}}
    located = {"buckets": [{"key": country, "doc_count": count, "middle": middle}]}
    return {"key": name, "doc_count": count, "located": located}


def an_answer(*places: dict[str, Any]) -> dict[str, Any]:
    matching = {
        "doc_count": 20,
        "countries": {"buckets": [{"key": "KEN", "doc_count": 9}]},
        "places": {"buckets": list(places), "sum_other_doc_count": 3},
        "nowhere": {"doc_count": 4},
    }
    return {"aggregations": {"events": {"matching": matching}}}


def test_a_place_with_coordinates_is_a_spot_and_one_without_is_only_listed() -> None:
    found = read_whereabouts(
        an_answer(a_place("Nairobi", 5, "KEN", -1.2900001), a_place("Atlantis", 2))
    )

    [spot] = found.spots
    assert (spot.name, spot.country, spot.lat, spot.lon, spot.count) == (
        "Nairobi", "KEN", -1.29, 36.82, 5,
    )  # fmt: skip
    assert found.unlocated == {"Atlantis": 2}
    assert (found.events, found.without_place, found.countries) == (20, 4, {"KEN": 9})
    assert found.more


def test_a_country_alone_is_no_spot_in_its_middle() -> None:
    found = read_whereabouts(an_answer(a_place("Kenya", 4, "KEN", 1.0)))
    assert (found.spots, found.unlocated) == ((), {})


def test_a_place_on_the_equator_or_the_first_meridian_is_a_spot_like_others() -> None:
    [spot] = read_whereabouts(an_answer(a_place("Orm", 1, "GHA", 0.0))).spots
    assert spot.lat == 0


def test_events_are_counted_under_all_filters() -> None:
    body = build_whereabouts(Narrowing(event_place=("Nairobi",)))
    assert "Nairobi" in str(body["aggs"]["events"]["aggs"]["matching"]["filter"])

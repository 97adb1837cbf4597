"""Where events happened: counts by country, and by place with coordinates. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from tidings_search.conditions import Conditions
from tidings_search.countries import names_its_country
from tidings_search.querying.clauses import Clause
from tidings_search.request import Narrowing
from tidings_search.shown import Shown
from tidings_search.worldmap import Spot

MOST_PLACES: Final = 200
MOST_COUNTRIES: Final = 300


class Whereabouts(Shown):
    """`countries`: events by the country of their place. `spots`: the most frequent places that are
    more than a country. `unlocated`: names of places without coordinates; `without_place`: events
    of which no place is known. Neither of these is drawn anywhere. `more`: there are other places,
    less frequent than those."""

    events: int
    countries: Mapping[str, int]
    spots: tuple[Spot, ...]
    unlocated: Mapping[str, int]
    without_place: int
    more: bool = False


def build_whereabouts(asked: Narrowing) -> Clause:
    """The body that counts events by place."""
    conditions = Conditions(asked)
    place = "events.place"
    named = {"terms": {"field": f"{place}.name", "size": MOST_PLACES}}
    located = {
        "terms": {"field": f"{place}.country", "size": 3, "missing": ""},
        "aggs": {"middle": {"geo_centroid": {"field": "events.location"}}},
    }
    aggs = {
        "countries": {"terms": {"field": f"{place}.country", "size": MOST_COUNTRIES}},
        "places": {**named, "aggs": {"located": located}},
        "nowhere": {"missing": {"field": f"{place}.name"}},
    }
    matching = {"matching": {"filter": conditions.event(), "aggs": aggs}}
    return {
        "query": conditions.all(),
        "size": 0,
        "track_total_hits": False,
        "aggs": {"events": {"nested": {"path": "events"}, "aggs": matching}},
    }


def read_whereabouts(answer: Mapping[str, Any]) -> Whereabouts:
    found = answer["aggregations"]["events"]["matching"]
    spots, unlocated = [], {}
    for place in found["places"]["buckets"]:
        for one in place["located"]["buckets"]:
            country = one["key"] or None
            if names_its_country(place["key"], country):
                continue
            middle = one["middle"].get("location")
            if middle is None:
                unlocated[place["key"]] = one["doc_count"]
            else:
                spots.append(
                    Spot(
                        name=place["key"], country=country, lat=_tidy(middle["lat"]),
                        lon=_tidy(middle["lon"]), count=one["doc_count"],
                    )
                )  # fmt: skip
    countries = {one["key"]: one["doc_count"] for one in found["countries"]["buckets"]}
    return Whereabouts(
        events=found["doc_count"],
        countries=countries,
        spots=tuple(spots),
        unlocated=unlocated,
        without_place=found["nowhere"]["doc_count"],
        more=found["places"]["sum_other_doc_count"] > 0,
    )


def _tidy(degrees: float) -> float:
    """The index keeps coordinates to 1e-7 of a degree."""
    return round(degrees, 4)

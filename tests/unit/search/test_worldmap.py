"""The map as the page draws it, and the shapes in world.json."""

import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from itertools import accumulate, pairwise
from math import nan, pi
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
from pydantic import ValidationError

from tidings_search.countries import country_name
from tidings_search.worldmap import (
    HEIGHT,
    LARGEST_RADIUS,
    SMALLEST_RADIUS,
    WIDTH,
    Dot,
    Shape,
    Spot,
    WorldMap,
    draw_map,
    project,
)

Ring = Sequence[tuple[float, float]]

MAKE_WORLD = Path(__file__).parents[3] / "deploy/shapes/make_world.py"
EARTH_RADIUS = 6378137
HALF_EQUATOR = 17263256.84
"""Metres from the middle of an Equal Earth map to its edge, `+proj=eqearth +R=6378137` in PROJ."""

METRES = HALF_EQUATOR / (WIDTH / 2 - LARGEST_RADIUS)
"""To a unit of the view box."""

NAIROBI = Spot(name="Nairobi", country="KEN", lat=-1.28, lon=36.82, count=3)


@pytest.fixture(scope="module")
def world() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(
        files("tidings_search").joinpath("world.json").read_text("utf-8")
    )
    return read


def shapes_of(drawn: WorldMap) -> Mapping[str, Shape]:
    return {shape.code: shape for shape in drawn.shapes}


def rings_of(path: str) -> list[Ring]:
    """The corners of each subpath of `Mx,yldx,dy dx,dy…Z`."""
    assert re.fullmatch(r"(M[\d.,]+l[-\d., ]+Z)+", path)
    return [_corners(*subpath.split("l")) for subpath in re.findall(r"M([^Z]+)Z", path)]


def _corners(start: str, steps: str) -> Ring:
    pairs = [(float(x), float(y)) for x, y in (one.split(",") for one in [start, *steps.split()])]
    return list(accumulate(pairs, lambda at, step: (at[0] + step[0], at[1] + step[1])))


def area_of(path: str) -> float:
    edges = (edge for ring in rings_of(path) for edge in pairwise([*ring, *ring[:1]]))
    return abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in edges)) / 2


# Projection


@pytest.mark.parametrize(
    ("lat", "lon", "east", "north"),
    [
        (0, 0, 0, 0),
        (0, 180, HALF_EQUATOR, 0),
        (90, 0, 0, 8402320.16),
        (-90, -180, -10227908.09, -8402320.16),
        (47, 122, 9881356.37, 5697642.88),
        (45, 45, 3698855.45, 5486671.72),
    ],
)
def test_a_point_lies_where_proj_puts_it(lat: float, lon: float, east: float, north: float) -> None:
    x, y = project(lat, lon)
    assert (x - WIDTH / 2) * METRES == pytest.approx(east, abs=0.02)
    assert (HEIGHT / 2 - y) * METRES == pytest.approx(north, abs=0.02)


def test_every_place_on_earth_has_room_for_the_largest_dot() -> None:
    for lat in range(-90, 91, 5):
        for lon in (-180, 0, 180):
            x, y = project(lat, lon)
            assert LARGEST_RADIUS - 1e-6 <= x <= WIDTH - LARGEST_RADIUS + 1e-6
            assert LARGEST_RADIUS <= y <= HEIGHT - LARGEST_RADIUS


@pytest.mark.parametrize(("lat", "lon"), [(90.1, 0), (-91, 0), (0, 180.1), (0, -181), (nan, 0)])
def test_a_place_that_is_not_on_earth_is_refused(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="no place on earth"):
        project(lat, lon)


# Shapes


def test_shapes_and_dots_lie_on_the_same_map(world: Mapping[str, Any]) -> None:
    assert (world["width"], world["height"]) == (WIDTH, HEIGHT)
    project_shapes = run_path(str(MAKE_WORLD))["project"]
    for lat in range(-90, 91, 15):
        for lon in range(-180, 181, 45):
            assert project_shapes(lat, lon) == project(lat, lon)


@pytest.mark.parametrize(
    ("country", "lat", "lon"),
    [
        ("KEN", -1.28, 36.82),
        ("PER", -12.05, -77.04),
        ("ISL", 64.14, -21.9),
        ("NZL", -36.85, 174.76),
        ("FJI", -18.14, 178.44),
    ],
)
def test_a_capital_lies_in_its_country(
    country: str, lat: float, lon: float, world: Mapping[str, Any]
) -> None:
    x, y = project(lat, lon)
    boxes = [tuple(zip(*ring, strict=True)) for ring in rings_of(world["countries"][country])]
    assert any(min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys) for xs, ys in boxes)


def test_no_shape_runs_across_the_map(world: Mapping[str, Any]) -> None:
    for code, path in world["countries"].items():
        for ring in rings_of(path):
            xs = [x for x, _ in ring]
            assert max(xs) - min(xs) < WIDTH / 2, code


@pytest.mark.parametrize("country", ["RUS", "FJI"])
def test_a_country_on_the_antimeridian_lies_on_both_edges(
    country: str, world: Mapping[str, Any]
) -> None:
    middles = [
        sum(x for x, _ in ring) / len(ring) for ring in rings_of(world["countries"][country])
    ]
    assert min(middles) < WIDTH / 4
    assert max(middles) > WIDTH * 3 / 4


def test_every_corner_lies_in_the_view_box(world: Mapping[str, Any]) -> None:
    for path in world["countries"].values():
        for x, y in (corner for ring in rings_of(path) for corner in ring):
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT


@pytest.mark.parametrize(("country", "square_kilometres"), [("BRA", 8.5e6), ("DZA", 2.38e6)])
def test_a_country_has_its_share_of_the_earth(
    country: str, square_kilometres: float, world: Mapping[str, Any]
) -> None:
    square_metres = area_of(world["countries"][country]) * METRES**2
    assert square_metres / 1e6 == pytest.approx(square_kilometres, rel=0.03)


def test_a_country_inside_another_is_left_out_of_it(world: Mapping[str, Any]) -> None:
    south_africa, lesotho = (world["countries"][code] for code in ("ZAF", "LSO"))
    outline = max(rings_of(south_africa), key=len)
    whole = abs(sum(x * v - u * y for (x, y), (u, v) in pairwise([*outline, outline[0]]))) / 2
    assert whole - area_of(south_africa) == pytest.approx(area_of(lesotho), rel=0.01)


def test_every_shape_is_of_a_known_country_or_of_none(world: Mapping[str, Any]) -> None:
    codes = set(world["countries"])
    assert {"", "XKX", "PSE", "TWN", "ESH"} <= codes
    assert "ATA" not in codes
    assert all(country_name(code) != code for code in codes - {""})


def test_the_shapes_are_small_enough_for_a_page() -> None:
    assert len(files("tidings_search").joinpath("world.json").read_bytes()) < 120_000


# Shades


def test_a_shape_knows_its_name_and_count() -> None:
    kenya = shapes_of(draw_map({"KEN": 4}, []))["KEN"]
    assert (kenya.name, kenya.count, kenya.shade) == ("Kenya", 4, 5)
    assert kenya.path.startswith("M")


def test_shades_rise_with_the_logarithm_of_the_count() -> None:
    counts = {"KEN": 1, "PER": 3, "ISL": 15, "NZL": 63, "FJI": 255, "FRA": 1023}
    shapes = shapes_of(draw_map(counts, []))
    assert [shapes[code].shade for code in counts] == [1, 1, 2, 3, 4, 5]


def test_a_count_of_nothing_has_no_shade() -> None:
    shapes = draw_map({"KEN": 0}, []).shapes
    assert {(shape.count, shape.shade) for shape in shapes} == {(0, 0)}


def test_land_of_no_country_has_neither_name_nor_count() -> None:
    land = shapes_of(draw_map({"": 7, "KEN": 1}, []))[""]
    assert (land.name, land.count, land.shade) == ("", 0, 0)


# Dots


def test_a_spot_becomes_a_dot_where_it_lies() -> None:
    x, y = project(NAIROBI.lat, NAIROBI.lon)
    (dot,) = draw_map({}, [NAIROBI]).dots
    assert (dot.x, dot.y) == pytest.approx((x, y), abs=0.05)
    assert (dot.name, dot.country, dot.count) == ("Nairobi", "KEN", 3)


def nairobi(**changes: Any) -> Spot:
    return NAIROBI.model_copy(update=changes)


def test_small_dots_are_drawn_on_top_of_large_ones() -> None:
    spots = [nairobi(name=f"N{count}", count=count) for count in (2, 900, 1, 31)]
    dots = draw_map({}, spots).dots
    assert [dot.count for dot in dots] == [900, 31, 2, 1]
    assert (dots[0].r, dots[-1].r) == (LARGEST_RADIUS, SMALLEST_RADIUS)
    assert [dot.r for dot in dots] == sorted({dot.r for dot in dots}, reverse=True)


def test_the_area_of_a_dot_grows_evenly_with_its_count() -> None:
    spots = [nairobi(count=count) for count in (101, 201, 301)]
    areas = [pi * dot.r**2 for dot in draw_map({}, spots).dots]
    assert areas[0] - areas[1] == pytest.approx(areas[1] - areas[2], rel=0.01)


def test_places_that_are_named_once_stay_small() -> None:
    (dot,) = draw_map({}, [nairobi(count=1)]).dots
    assert dot.r == SMALLEST_RADIUS


def test_the_order_of_the_spots_does_not_matter() -> None:
    spots = [
        NAIROBI,
        nairobi(country=None),
        nairobi(name="Mombasa", lat=-4.05),
    ]
    assert [dot.name for dot in draw_map({}, spots).dots] == ["Mombasa", "Nairobi", "Nairobi"]
    assert draw_map({}, spots[1:]).dots == draw_map({}, spots[:0:-1]).dots


def test_a_spot_without_a_count_is_not_drawn() -> None:
    assert draw_map({}, [nairobi(count=0)]).dots == ()


def test_latitude_and_longitude_nought_are_a_real_place() -> None:
    (dot,) = draw_map({}, [Spot(name="Null Island", country=None, lat=0.0, lon=0.0, count=1)]).dots
    assert (dot.x, dot.y) == (WIDTH / 2, HEIGHT / 2)


def test_a_spot_cannot_be_made_without_coordinates() -> None:
    with pytest.raises(ValidationError, match="lat"):
        Spot(name="Nowhere", country=None, count=1)  # type: ignore[call-arg]


@pytest.mark.parametrize("country", ["SGP", "MLT", "BHR", "MUS", "GUF", "ATA"])
def test_a_country_without_a_shape_becomes_a_dot(country: str) -> None:
    drawn = draw_map({country: 2, "KEN": 1}, [])
    (dot,) = drawn.dots
    assert (dot.name, dot.country, dot.count) == (country_name(country), country, 2)
    assert drawn.unplaced == ()


# The rest


def test_a_country_with_neither_shape_nor_point_is_unplaced() -> None:
    drawn = draw_map({"ZZZ": 2, "QQQ": 5, "YYY": 0, "KEN": 1}, [])
    assert [(one.code, one.name, one.count) for one in drawn.unplaced] == [
        ("QQQ", "QQQ", 5),
        ("ZZZ", "ZZZ", 2),
    ]
    assert drawn.dots == ()


def test_a_map_of_nothing_is_a_map() -> None:
    drawn = draw_map({}, [])
    assert (drawn.width, drawn.height) == (WIDTH, HEIGHT)
    assert len(drawn.shapes) > 170
    assert (drawn.dots, drawn.unplaced) == ((), ())


def test_a_map_cannot_be_changed() -> None:
    dot = Dot(x=1, y=1, r=3, name="Nairobi", country="KEN", count=1)
    with pytest.raises(ValidationError, match="frozen"):
        dot.x = 2  # type: ignore[misc]

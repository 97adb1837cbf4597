"""Makes services/search/tidings_search/world.json: the countries as SVG paths.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python deploy/shapes/make_world.py package/countries-110m.json

The input is TopoJSON that the npm package world-atlas (ISC licence) makes from Natural Earth's
1:110m countries (public domain); it joins again what Natural Earth cuts at the antimeridian.
The projection is Equal Earth: B. Šavrič, T. Patterson and B. Jenny, "The Equal Earth map
projection", International Journal of Geographical Information Science 33(3), 2019,
doi:10.1080/13658816.2018.1504949. `tidings_search.worldmap.project` is the same for single points;
it stands here again so that this script needs nothing but pycountry.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import asin, cos, pi, radians, sin, sqrt
from pathlib import Path
from typing import Any, Final

import pycountry

Point = tuple[float, float]
Ring = Sequence[Point]
"""Corners; the last is the first again in TopoJSON, and is left out once a ring is cut."""

OUTPUT: Final = Path(__file__).parents[2] / "services/search/tidings_search/world.json"
WIDTH: Final = 960
HEIGHT: Final = 482
MARGIN: Final = 14
"""Left free on both sides, so that the largest dot at the edge of the world stays whole."""

SMALLEST_RING: Final = 0.2
"""Square units; smaller islands cannot be seen."""

ANTARCTICA: Final = "ATA"
UNCODED: Final = {"Kosovo": "XKX", "N. Cyprus": "", "Somaliland": ""}
"""Natural Earth's names that have no numeric code."""

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M: Final = sqrt(3) / 2
_SCALE: Final = (WIDTH / 2 - MARGIN) * _M * _A1 / pi


def main(countries_110m: Path) -> None:
    world = {
        "width": WIDTH,
        "height": HEIGHT,
        "projection": "Equal Earth",
        "countries": draw_countries(json.loads(countries_110m.read_text("utf-8"))),
    }
    OUTPUT.write_text(json.dumps(world, indent=0, ensure_ascii=False) + "\n", "utf-8")


def draw_countries(topology: Mapping[str, Any]) -> dict[str, str]:
    """An SVG path for each alpha-3 code, and for "", what belongs to no code."""
    arcs = [list(_arc_points(arc, topology["transform"])) for arc in topology["arcs"]]
    rings: dict[str, list[Ring]] = defaultdict(list)
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = _code(geometry)
        if code != ANTARCTICA:
            rings[code] += (ring for whole in _rings(geometry, arcs) for ring in _cut(whole))
    return {code: _path(rings[code]) for code in sorted(rings)}


def project(lat: float, lon: float) -> Point:
    """From degrees to units of the view box, whose y points down."""
    theta = asin(_M * sin(radians(lat)))
    square = theta * theta
    sixth = square**3
    slope = _A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square)
    rise = theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))
    x = radians(lon) * cos(theta) / (_M * slope)
    return WIDTH / 2 + _SCALE * x, HEIGHT / 2 - _SCALE * rise


def _code(geometry: Mapping[str, Any]) -> str:
    if "id" not in geometry:
        return UNCODED[geometry["properties"]["name"]]
    return str(pycountry.countries.get(numeric=geometry["id"]).alpha_3)


def _arc_points(arc: Iterable[tuple[int, int]], transform: Mapping[str, Any]) -> Iterator[Point]:
    """Longitude and latitude in degrees, from steps on TopoJSON's grid."""
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    x = y = 0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        yield left + x * scale_x, bottom + y * scale_y


def _rings(geometry: Mapping[str, Any], arcs: Sequence[Ring]) -> Iterator[Ring]:
    single = geometry["type"] == "Polygon"
    for polygon in [geometry["arcs"]] if single else geometry["arcs"]:
        for numbers in polygon:
            parts = [arcs[one] if one >= 0 else arcs[~one][::-1] for one in numbers]
            yield [*parts[0], *(point for part in parts[1:] for point in part[1:])]


def _cut(ring: Ring) -> Iterator[Ring]:
    """The parts of a ring on either side of the antimeridian, each on its own edge of the map."""
    whole = _unrolled(ring)
    for turn in (-360, 0, 360):
        shifted = [(lon + turn, lat) for lon, lat in whole]
        if part := _clipped(_clipped(shifted, 1), -1):
            yield part


def _unrolled(ring: Ring) -> list[Point]:
    """The corners once each, with longitudes that run on beyond 180 instead of jumping."""
    turn = 0
    unrolled = [ring[0]]
    for (before, _), (lon, lat) in pairwise(ring):
        turn += -360 if lon - before > 180 else 360 if before - lon > 180 else 0
        unrolled.append((lon + turn, lat))
    return unrolled[:-1]


def _clipped(ring: Ring, side: int) -> list[Point]:
    """What of a ring lies west of 180° (`side` 1) or east of -180° (`side` -1), by Sutherland and
    Hodgman: edges that cross the meridian end on it."""
    kept: list[Point] = []
    for (lon, lat), (next_lon, next_lat) in pairwise([*ring, *ring[:1]]):
        beyond, next_beyond = side * lon - 180, side * next_lon - 180
        if beyond <= 0:
            kept.append((lon, lat))
        if beyond * next_beyond < 0:
            share = beyond / (beyond - next_beyond)
            kept.append((side * 180, lat + share * (next_lat - lat)))
    return kept


def _path(rings: Iterable[Ring]) -> str:
    drawn = [_tenths(ring) for ring in rings]
    largest = max(drawn, key=_area)
    return "".join(
        _subpath(ring) for ring in drawn if ring is largest or _area(ring) >= SMALLEST_RING
    )


def _tenths(ring: Ring) -> list[tuple[int, int]]:
    """On the map in tenths of a unit, without corners that fall together."""
    corners = [(round(10 * x), round(10 * y)) for x, y in (project(lat, lon) for lon, lat in ring)]
    return [one for before, one in pairwise([corners[-1], *corners]) if one != before]


def _area(ring: Sequence[tuple[int, int]]) -> float:
    """Square units."""
    edges = pairwise([*ring, *ring[:1]])
    return abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in edges)) / 200


def _subpath(ring: Sequence[tuple[int, int]]) -> str:
    """Steps from corner to corner: half as long as absolute coordinates, and exact in tenths."""
    steps = ((x - x0, y - y0) for (x0, y0), (x, y) in pairwise(ring))
    return f"M{_pair(*ring[0])}l{' '.join(_pair(*step) for step in steps)}Z"


def _pair(x: int, y: int) -> str:
    return f"{x / 10:g},{y / 10:g}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))

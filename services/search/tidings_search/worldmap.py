"""The world as SVG: countries shaded by a count, places as dots. Pure, and without a tile server.

All lengths are units of one view box, WIDTH by HEIGHT, whose y points down. `world.json` holds the
countries' shapes in it; deploy/shapes/make_world.py makes it and names its source.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from math import asin, cos, pi, radians, sin, sqrt
from typing import Final

from tidings_search.countries import middle_of
from tidings_search.labels import label_of
from tidings_search.shown import Shown

WIDTH: Final = 960
HEIGHT: Final = 482
SHADES: Final = 5
SMALLEST_RADIUS: Final = 2.5
LARGEST_RADIUS: Final = 14
"""As wide as the margin beside the world, so that no dot leaves the view box."""

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M: Final = sqrt(3) / 2
_SCALE: Final = (WIDTH / 2 - LARGEST_RADIUS) * _M * _A1 / pi


class Spot(Shown):
    """A place whose position is known, in WGS 84 degrees; `country` is an alpha-3 code."""

    name: str
    country: str | None
    lat: float
    lon: float
    count: int


class Country(Shown):
    """`code` is alpha-3."""

    code: str
    name: str
    count: int


class Shape(Country):
    """`path` is SVG; `shade` is 0 for no count, else 1 to SHADES. One shape has neither code, name
    nor count: land that Natural Earth draws apart but ISO 3166 gives no code."""

    path: str
    shade: int


class Dot(Shown):
    """A circle around (x, y) with radius r."""

    x: float
    y: float
    r: float
    name: str
    country: str | None
    count: int


class WorldMap(Shown):
    """`dots` come largest first, so that small ones stay on top; `unplaced` are countries that have
    a count but neither shape nor point."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    dots: tuple[Dot, ...]
    unplaced: tuple[Country, ...]


def draw_map(countries: Mapping[str, int], spots: Sequence[Spot]) -> WorldMap:
    """`countries` counts by alpha-3 code; of those that are too small for a shape, and of spots,
    what has a count becomes a dot."""
    counted = {code: count for code, count in countries.items() if code and count > 0}
    shapeless = sorted(counted.keys() - _shapes().keys(), key=lambda code: (-counted[code], code))
    points = {code: point for code in shapeless if (point := middle_of(code))}
    small = [
        Spot(name=label_of("countries", code), country=code, lat=lat, lon=lon, count=counted[code])
        for code, (lat, lon) in points.items()
    ]
    return WorldMap(
        width=WIDTH,
        height=HEIGHT,
        shapes=tuple(_draw_shapes(counted)),
        dots=tuple(_draw_dots([*small, *(spot for spot in spots if spot.count > 0)])),
        unplaced=tuple(
            Country(code=code, name=label_of("countries", code), count=counted[code])
            for code in shapeless
            if code not in points
        ),
    )


def project(lat: float, lon: float) -> tuple[float, float]:
    """From WGS 84 degrees to x and y in the view box, by the Equal Earth projection of the sphere
    (Šavrič, Patterson and Jenny 2019, doi:10.1080/13658816.2018.1504949).

    Raises ValueError where there is no such latitude or longitude.
    """
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"no place on earth: latitude {lat}, longitude {lon}")
    theta = asin(_M * sin(radians(lat)))
    square = theta * theta
    sixth = square**3
    slope = _A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square)
    rise = theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))
    x = radians(lon) * cos(theta) / (_M * slope)
    return WIDTH / 2 + _SCALE * x, HEIGHT / 2 - _SCALE * rise


def _draw_shapes(counted: Mapping[str, int]) -> Iterator[Shape]:
    most = max(counted.values(), default=0)
    for code, path in _shapes().items():
        count = counted.get(code, 0)
        yield Shape(
            code=code,
            name=label_of("countries", code),
            count=count,
            path=path,
            shade=_shade(count, most),
        )


def _shade(count: int, most: int) -> int:
    """Equal steps of log(1 + count), in whole numbers so that no rounding decides."""
    if not count:
        return 0
    reached = (1 + count) ** SHADES
    return next(shade for shade in range(1, SHADES + 1) if (1 + most) ** shade >= reached)


def _draw_dots(spots: Sequence[Spot]) -> Iterator[Dot]:
    most = max((spot.count for spot in spots), default=0)
    for spot in sorted(spots, key=lambda spot: (-spot.count, spot.name, spot.lat, spot.lon)):
        x, y = (round(one, 1) for one in project(spot.lat, spot.lon))
        r = round(_radius(spot.count, most), 2)
        yield Dot(x=x, y=y, r=r, name=spot.name, country=spot.country, count=spot.count)


def _radius(count: int, most: int) -> float:
    """The area is that of the smallest dot times the count, where the largest dot allows it, else
    in even steps up to it: places that are named once stay small however few there are."""
    first = SMALLEST_RADIUS**2
    step = min(first, (LARGEST_RADIUS**2 - first) / max(most - 1, 1))
    return sqrt(first + step * (count - 1))


@lru_cache(maxsize=1)
def _shapes() -> Mapping[str, str]:
    text = files("tidings_search").joinpath("world.json").read_text("utf-8")
    shapes: Mapping[str, str] = json.loads(text)["countries"]
    return shapes

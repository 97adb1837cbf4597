"""The course of a figure as one small line. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

WIDTH: Final = 100
"""From the beginning to the end of the time that is shown, whatever the screen makes of it."""
HEIGHT: Final = 24

_TOP_SPACE: Final = 2

Point = tuple[float, float]


def draw_line(
    points: Sequence[Point], *, begin: float, end: float, highest: float, step: float
) -> str:
    """The path of points (seconds, value), from 0 at the bottom to `highest`; it is broken where
    two are further apart than one and a half times `step` seconds. A lone point is a short dash."""
    scale = (HEIGHT - _TOP_SPACE) / highest if highest > 0 else 0.0
    placed = [
        (WIDTH * (moment - begin) / (end - begin), HEIGHT - value * scale)
        for moment, value in points
    ]
    if not placed:
        return ""
    joined = [later - earlier <= 1.5 * step for (earlier, _), (later, _) in pairwise(points)]
    path = [f"M{placed[0][0]:.1f} {placed[0][1]:.1f}h.1"]
    for (x, y), is_joined in zip(placed[1:], joined, strict=True):
        path.append(f"L{x:.1f} {y:.1f}" if is_joined else f"M{x:.1f} {y:.1f}h.1")
    return "".join(path)

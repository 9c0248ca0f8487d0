"""Where a map shows a point: Albers' equal-area conic, so large that the frame just fits (the formulas are d3-geo's)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from kg.pictures.shapes import Box, Point
from kg.pictures.theme import Spec

_LEAST, _MOST = 300, 560
# A cone that is nearly a cylinder: near the equator.
_FLAT = 0.1
# So many degrees are more than a cone shows without bending them around the pole: nearly a cylinder, true at these parallels.
_WIDE, _WORLD = 150, (38.0, -33.0)


@dataclass(frozen=True)
class Projection:
    """The middle of the frame, the parallels that keep their length, and how the plane lies on the picture."""

    turn: float
    parallels: tuple[float, float]
    scale: float
    move: Point
    wide: int
    high: int

    @classmethod
    def of(cls, frame: Box, wide: int) -> Projection:
        """The projection for a frame and the width of the picture."""
        west, south, east, north = frame
        turn, parallels = (west + east) / 2, _WORLD if east - west > _WIDE else _parallels(south, north)
        points = [_conic(x - turn, y, parallels) for x, y in _edge(frame)]
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        high = round(min(max(wide * (bottom - top) / (right - left), min(_LEAST, wide)), _MOST))
        scale = min(wide / (right - left), high / (bottom - top))
        move = (wide / 2 - scale * (left + right) / 2, high / 2 - scale * (top + bottom) / 2)
        return cls(turn, parallels, scale, move, wide, high)

    def at(self, point: Point) -> Point:
        """Where a point (longitude, latitude) lies, in pixels from the upper left corner."""
        x, y = _conic(point[0] - self.turn, point[1], self.parallels)
        return self.move[0] + self.scale * x, self.move[1] + self.scale * y

    @property
    def spec(self) -> Spec:
        """The projection as Vega-Lite knows it."""
        return {
            "type": "conicEqualArea",
            "rotate": [round(-self.turn, 4), 0, 0],
            "center": [0, 0],
            "parallels": [round(each, 4) for each in self.parallels],
            "scale": round(self.scale, 4),
            "translate": [round(each, 4) for each in self.move],
            "clipExtent": [[0, 0], [self.wide, self.high]],
        }


def _parallels(south: float, north: float) -> tuple[float, float]:
    """A sixth of the frame from its edges; not such that the cone would be a cylinder."""
    low, high = south + (north - south) / 6, north - (north - south) / 6
    return (low, high) if abs(math.sin(math.radians(low)) + math.sin(math.radians(high))) >= 2 * _FLAT else (low, -low + 15)


def _edge(frame: Box) -> Iterator[Point]:
    west, south, east, north = frame
    for step in (at / 16 for at in range(17)):
        x, y = west + (east - west) * step, south + (north - south) * step
        yield from ((x, south), (x, north), (west, y), (east, y))


def _conic(longitude: float, latitude: float, parallels: tuple[float, float]) -> Point:
    """A point on the plane, downwards positive, from the point on the equator in the middle of the frame."""
    first, second = (math.sin(math.radians(each)) for each in parallels)
    n = (first + second) / 2
    c = 1 + first * (2 * n - first)
    radius = math.sqrt(max(0.0, c - 2 * n * math.sin(math.radians(latitude)))) / n
    angle = math.radians(longitude) * n
    return radius * math.sin(angle), radius * math.cos(angle) - math.sqrt(c) / n

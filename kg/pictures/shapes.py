"""The shapes of states, cut from an atlas in TopoJSON (https://github.com/topojson/topojson-specification).

They are Natural Earth's at 1:50m: their borders show who controls what, and say nothing about who should.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from kg.errors import ProjectError
from kg.pictures.drawing import FOLDER

Point = tuple[float, float]
# West, south, east, north.
Box = tuple[float, float, float, float]


@cache
def _atlas() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((FOLDER / "states.topo.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise ProjectError("the shapes of states are not there", hint="in a checkout: make assets") from error
    return found


def load() -> None:
    """Reads the atlas now: later there may be no files."""
    _boxes()


@cache
def _arcs() -> list[list[Point]]:
    """The arcs in degrees: they are written as steps from the point before, on a grid."""
    (across, up), (left, bottom) = _atlas()["transform"]["scale"], _atlas()["transform"]["translate"]
    found = []
    for arc in _atlas()["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * across + left, y * up + bottom))
        found.append(points)
    return found


def _rings(geometry: Mapping[str, Any]) -> Iterator[list[int]]:
    """The outer rings of a shape, each as numbers of arcs."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    yield from (polygon[0] for polygon in polygons)


def _points(ring: Iterable[int]) -> list[Point]:
    return [point for at in ring for point in (_arcs()[at] if at >= 0 else _arcs()[~at][::-1])]


def _box(points: Iterable[Point]) -> Box:
    across, up = zip(*points, strict=True)
    return min(across), min(up), max(across), max(up)


@cache
def _boxes() -> list[tuple[dict[str, Any], list[Box]]]:
    geometries = _atlas()["objects"]["countries"]["geometries"]
    return [(geometry, [_box(_points(ring)) for ring in _rings(geometry)]) for geometry in geometries]


@cache
def _largest(code: str) -> tuple[list[Point], Box] | None:
    """The largest part of a state, by its ISO 3166-1 number, with its box."""
    for geometry, boxes in _boxes():
        if geometry.get("id") == code:
            rings = list(_rings(geometry))
            at = max(range(len(boxes)), key=lambda each: _area(boxes[each]))
            points = _unrolled(_points(rings[at]))
            return points, _box(points)
    return None


def _unrolled(points: Iterable[Point]) -> list[Point]:
    """The points of a ring without leaps: what crosses the 180th meridian goes on beyond it."""
    found: list[Point] = []
    for x, y in points:
        turns = round((found[-1][0] - x) / 360) if found else 0
        found.append((x + 360 * turns, y))
    return found


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def box(code: str) -> Box | None:
    """The box around the largest part of a state; None where no state has the code."""
    found = _largest(code)
    return found[1] if found else None


def middle(code: str) -> Point | None:
    """The centroid of the largest part of a state, where its name can stand."""
    found = _largest(code)
    if not found:
        return None
    points = found[0]
    double = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        double, x, y = double + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    return round((x / (3 * double) + 180) % 360 - 180, 3), round(y / (3 * double), 3)


def cut(frame: Box) -> dict[str, Any]:
    """The shapes that reach into a frame, as TopoJSON with no more arcs than they need."""
    chosen = [geometry for geometry, boxes in _boxes() if any(_overlap(frame, each) for each in boxes)]
    used: dict[int, int] = {}
    geometries = [_renumbered(geometry, used) for geometry in chosen]
    arcs = [_atlas()["arcs"][at] for at in used]
    collection = {"type": "GeometryCollection", "geometries": geometries}
    return {"type": "Topology", "transform": _atlas()["transform"], "objects": {"states": collection}, "arcs": arcs}


def _overlap(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _renumbered(geometry: Mapping[str, Any], used: dict[int, int]) -> dict[str, Any]:
    def number(at: Any) -> Any:
        if isinstance(at, list):
            return [number(each) for each in at]
        found = used.setdefault(at if at >= 0 else ~at, len(used))
        return found if at >= 0 else ~found

    return {"type": geometry["type"], "id": geometry.get("id", ""), "arcs": number(geometry["arcs"])}

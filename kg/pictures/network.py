"""Things and what joins them: columns from left to right where nothing runs in a circle, else a ring. Computed, not simulated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from kg.pictures.theme import COLOURS, INK, MAIN, PAPER, QUIET, WIDE, Measure, Spec, label
from kg.pictures.view import View
from kg.pictures.words import word

Place = tuple[float, float]
_STEP, _RING = 64, 300
# How far edges between the same things lie apart.
_APART = 11


def network(view: View, lang: str) -> tuple[Spec, list[str]]:
    """The picture, and what is joined to nothing."""
    edges = list(dict.fromkeys(_edge(view, row) for row in view.rows if view.text(row, "source") and view.text(row, "target")))
    joined = {name for source, target, _ in edges for name in (source, target)}
    alone = dict.fromkeys(view.text(row, "source") or view.text(row, "target") for row in view.rows)
    told = [name for name in alone if name and name not in joined]
    notes = [word("unjoined", lang, word("comma", lang).join(told))] if told else []
    return (_spec(edges, view.measure, is_labelled=view.has("label")) if edges else {}), notes


def _edge(view: View, row: Any) -> tuple[str, str, str]:
    return view.text(row, "source"), view.text(row, "target"), view.text(row, "label")


def _columns(edges: Sequence[tuple[str, str, str]]) -> dict[str, int] | None:
    """How many steps lead to each thing at most; None where something leads back to itself."""
    depth = {name: 0 for source, target, _ in edges for name in (source, target)}
    for _ in range(len(depth) + 1):
        deeper = {target: depth[source] + 1 for source, target, _ in edges if depth[target] < depth[source] + 1}
        if not deeper:
            return depth
        for target, at in deeper.items():
            depth[target] = max(depth[target], at)
        if max(depth.values()) >= len(depth):
            return None
    return None


def places(edges: Sequence[tuple[str, str, str]], measure: Measure = WIDE) -> tuple[dict[str, Place], int]:
    """Where each thing stands, and how high the picture is."""
    depth = _columns(edges)
    if depth is None:
        return _ring(list(dict.fromkeys(name for source, target, _ in edges for name in (source, target))), measure.width)
    columns: dict[int, list[str]] = {}
    for name, at in depth.items():
        columns.setdefault(at, []).append(name)
    high = max(len(names) for names in columns.values()) * _STEP
    across = measure.width - 240
    found = {}
    for at, names in columns.items():
        for row, name in enumerate(names):
            found[name] = (120 + across * at / max(1, len(columns) - 1), high * (row + 0.5) / len(names))
    return found, high


def _ring(names: Sequence[str], width: int) -> tuple[dict[str, Place], int]:
    radius = max(150, min(_RING, 14 * len(names))) if width == WIDE.width else (width - 240) // 2 + 30
    turn = 2 * math.pi / len(names)
    middle = (width / 2, radius + 40)
    ring = {
        name: (round(middle[0] + radius * math.sin(turn * at), 2), round(middle[1] - radius * math.cos(turn * at), 2))
        for at, name in enumerate(names)
    }
    return ring, 2 * radius + 80


def _spec(edges: Sequence[tuple[str, str, str]], measure: Measure, *, is_labelled: bool) -> Spec:
    found, high = places(edges, measure)
    kinds = list(dict.fromkeys(kind for _, _, kind in edges))
    legend: Spec | None = (
        {"title": None, "columns": 2 if measure is WIDE else 1} if is_labelled and len(kinds) <= len(COLOURS) else None
    )
    colour: Spec = {"value": QUIET}
    if legend:
        scale = {"domain": kinds, "range": list(COLOURS[: len(kinds)])}
        colour = {"field": "kind", "type": "nominal", "scale": scale, "legend": legend}
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, measure.width], "nice": False}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [high, 0], "nice": False}}
    lines = [_line(*_beside(found[source], found[target], step), kind) for (source, target, kind), step in _steps(edges)]
    nodes = [_node(name, found[name], measure) for name in found]
    return {
        "width": measure.width,
        "height": high,
        "layer": [
            {
                "data": {"values": lines},
                "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.75},
                "encoding": {
                    "x": x,
                    "y": y,
                    "x2": {"field": "x2"},
                    "y2": {"field": "y2"},
                    "color": colour,
                    "tooltip": {"field": "kind"},
                },
            },
            {
                "data": {"values": lines},
                "mark": {"type": "point", "shape": "triangle-right", "filled": True, "size": 70, "opacity": 1},
                "encoding": {
                    "x": {**x, "field": "headX"},
                    "y": {**y, "field": "headY"},
                    "angle": {"field": "angle", "type": "quantitative", "scale": None},
                    "color": colour,
                },
            },
            {
                "data": {"values": nodes},
                "mark": {
                    "type": "point",
                    "filled": True,
                    "size": 260,
                    "color": MAIN,
                    "stroke": PAPER,
                    "strokeWidth": 2,
                    "opacity": 1,
                },
                "encoding": {"x": x, "y": y},
            },
            *(_names(nodes, side, x, y) for side in ("left", "right", "center")),
        ],
    }


def _steps(edges: Sequence[tuple[str, str, str]]) -> list[tuple[tuple[str, str, str], float]]:
    """How far each edge is moved aside, so that edges between the same things lie beside each other."""
    among: dict[frozenset[str], list[tuple[str, str, str]]] = {}
    for edge in edges:
        among.setdefault(frozenset(edge[:2]), []).append(edge)
    return [(edge, _APART * (at - (len(same) - 1) / 2)) for same in among.values() for at, edge in enumerate(same)]


def _beside(start: Place, end: Place, step: float) -> tuple[Place, Place]:
    """The ends of an edge, moved aside; which side that is does not depend on which end comes first."""
    (left, top), (far, bottom) = sorted((start, end))
    across, down = far - left, bottom - top
    length = math.hypot(across, down) or 1.0
    right, below = -down / length * step, across / length * step
    return (start[0] + right, start[1] + below), (end[0] + right, end[1] + below)


def _line(start: Place, end: Place, kind: str) -> dict[str, Any]:
    """An edge, and the head of its arrow just before the thing that it leads to."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    head = (round(end[0] - 17 * math.cos(angle), 2), round(end[1] - 17 * math.sin(angle), 2))
    shared = {"x": round(start[0], 2), "y": round(start[1], 2), "x2": round(end[0], 2), "y2": round(end[1], 2), "kind": kind}
    return {**shared, "headX": head[0], "headY": head[1], "angle": round(math.degrees(angle), 2)}


def _node(name: str, place: Place, measure: Measure) -> dict[str, Any]:
    """A thing, with the side of it on which its name stands."""
    x, y = place
    middle = measure.width / 2
    side = "left" if x < middle - 60 else "right" if x > middle + 60 else "center"
    return {"name": label(name, measure.thing, measure.lines), "x": x, "y": y, "side": side}


def _names(nodes: Sequence[dict[str, Any]], side: str, x: Spec, y: Spec) -> Spec:
    """The names on one side: outwards of the ring or of the columns, and above what stands in the middle."""
    align = {"left": "right", "right": "left", "center": "center"}[side]
    away = {"left": -14, "right": 14, "center": 0}[side]
    mark = {"type": "text", "align": align, "dx": away, "lineBreak": "\n", "lineHeight": 15, "color": INK}
    above = {"dy": -16, "baseline": "bottom"} if side == "center" else {"baseline": "middle"}
    return {
        "data": {"values": [node for node in nodes if node["side"] == side]},
        "mark": {**mark, **above},
        "encoding": {"x": x, "y": y, "text": {"field": "name"}},
    }

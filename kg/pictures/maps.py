"""Maps: states by a value, places, and the order in which a route passes them. What has no coordinates is named."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from kg.answers import Row
from kg.pictures import shapes
from kg.pictures.naming import beside
from kg.pictures.projection import Projection
from kg.pictures.shapes import Box, Point
from kg.pictures.theme import COLOURS, MAIN, PAPER, Spec, pointed, read_over
from kg.pictures.view import View
from kg.pictures.words import word

_LAND, _SEA, _BORDER = "#f6f4ee", "#e6eef3", "#c3c8cc"
_NAMED, _SHADES = "#bcdce3", ["#d9ecf0", "#3a97ab"]
# Room at the sides for half a name.
_MARGIN = 56


@dataclass(frozen=True)
class _Place:
    """A place of the answer: where it lies, the state that it is, and what is known of it."""

    name: str
    code: str
    point: Point | None
    value: str
    number: float | None
    order: int | None
    group: str


def atlas(view: View, lang: str) -> tuple[Spec, list[str]]:
    """The map, and the notes below its title; no map where nothing has a place on one."""
    places = [_read(view, row, lang) for row in view.rows]
    placed = [place for place in places if place.point]
    missing = dict.fromkeys(place.name for place in places if not place.point)
    legs = _legs(places)
    notes = [word("schematic", lang)] * bool(legs) + [word("skips", lang)] * any(leg["skips"] for leg in legs)
    notes += [word("unplaced", lang, word("comma", lang).join(missing))] * bool(missing)
    if not placed:
        return {}, notes
    wide = view.measure.width + 40
    frame = _frame(placed, _MARGIN / wide)
    projection = Projection.of(frame, wide)
    named = _named(placed, projection)
    unnamed = [each["told"] for each in named if not each["hasRoom"]]
    notes += [word("unnamed", lang, word("comma", lang).join(unnamed))] * bool(unnamed)
    return _spec(placed, frame, projection, _route(legs), _marks(named)), [*notes, word("borders", lang)]


def _read(view: View, row: Row, lang: str) -> _Place:
    code = view.value(row, "code")
    latitude, longitude = view.number(row, "latitude"), view.number(row, "longitude")
    own = (longitude, latitude) if latitude is not None and longitude is not None else None
    order = view.number(row, "order")
    return _Place(
        name=view.text(row, "place"),
        code=code,
        point=own or shapes.middle(code),
        value=view.figure(row, "value", lang),
        number=view.number(row, "value"),
        order=None if order is None else int(order),
        group=view.text(row, "group"),
    )


def _legs(places: Sequence[_Place]) -> list[dict[str, Any]]:
    """The lines of each route from one position to the next that lies on the map; `skips` where others lie between."""
    legs = []
    for group in dict.fromkeys(place.group for place in places if place.order is not None):
        stops: dict[int, list[_Place]] = {}
        for place in places:
            if place.group == group and place.order is not None:
                stops.setdefault(place.order, []).append(place)
        known = [at for at in sorted(stops) if any(place.point for place in stops[at])]
        for start, end in pairwise(known):
            skips = any(start < at < end for at in stops)
            ends = ((one.point, other.point) for one in stops[start] for other in stops[end])
            legs += [_leg(one, other, skips=skips) for one, other in ends if one and other]
    return legs


def _leg(start: Point, end: Point, *, skips: bool) -> dict[str, Any]:
    return {"x": start[0], "y": start[1], "x2": end[0], "y2": end[1], "skips": skips}


def _spec(placed: Sequence[_Place], frame: Box, projection: Projection, route: list[Spec], marks: list[Spec]) -> Spec:
    values = {place.code: place.number for place in placed if place.code and place.number is not None}
    named = {place.code: _told(place) for place in placed if place.code}
    states = {"name": "states", "format": {"type": "topojson", "feature": "states"}}
    return {
        "datasets": {"states": shapes.cut(_wider(frame))},
        "width": projection.wide,
        "height": projection.high,
        "projection": projection.spec,
        "view": {"fill": _SEA},
        "layer": [
            {"data": states, "mark": {"type": "geoshape", "fill": _LAND, "stroke": _BORDER, "strokeWidth": 0.7}},
            _shaded(states, named, values),
            *route,
            *marks,
        ],
    }


def _shaded(states: Spec, named: Mapping[str, str], values: Mapping[str, float | None]) -> Spec:
    """The states that the answer names: by their value where it has one for each."""
    mark = {"type": "geoshape", "stroke": PAPER, "strokeWidth": 1.2}
    rows = [{"code": code, "value": values.get(code), "told": named[code]} for code in sorted(named)]
    lookup = {"lookup": "id", "from": {"data": {"values": rows}, "key": "code", "fields": ["code", "value", "told"]}}
    told = {"tooltip": {"field": "told"}}
    chosen: Spec = {"data": states, "transform": [lookup, {"filter": "isValid(datum.code)"}], "mark": mark, "encoding": told}
    if not values:
        return {**chosen, "mark": {**mark, "fill": _NAMED}}
    legend = {"title": None, "orient": "bottom", "gradientLength": 220, "format": "~r"}
    colour = {"field": "value", "type": "quantitative", "scale": {"range": _SHADES, "zero": True}, "legend": legend}
    return {**chosen, "encoding": {**told, "color": colour}}


def _route(legs: Sequence[dict[str, Any]]) -> list[Spec]:
    if not legs:
        return []
    ends = {"longitude": {"field": "x"}, "latitude": {"field": "y"}, "longitude2": {"field": "x2"}, "latitude2": {"field": "y2"}}
    dashes = {"condition": {"test": "datum.skips", "value": [7, 5]}, "value": [1, 0]}
    line = {"type": "rule", "strokeWidth": 3.2, "color": COLOURS[1]}
    return [{"data": {"values": legs}, "mark": line, "encoding": {**ends, "strokeDash": dashes}}]


def _marks(named: Sequence[dict[str, Any]]) -> list[Spec]:
    """A dot for what is not just a state with its value, and the names."""
    where = {"longitude": {"field": "x"}, "latitude": {"field": "y"}, "tooltip": {"field": "told"}}
    dot = {"type": "circle", "size": 80, "color": MAIN, "stroke": PAPER, "strokeWidth": 1.5, "opacity": 1}
    shift = {"dx": {"expr": "datum.right"}, "dy": {"expr": "datum.down"}}
    text = {"type": "text", "lineBreak": "\n", "fontSize": 13, "fontWeight": "bold", **shift}
    return [
        {"data": {"values": [each for each in named if each["isDot"]]}, "mark": dot, "encoding": where},
        *read_over(
            {
                "data": {"values": [each for each in named if each["hasRoom"]]},
                "mark": text,
                "encoding": {**where, "text": {"field": "name"}},
            }
        ),
    ]


def _named(placed: Sequence[_Place], projection: Projection) -> list[dict[str, Any]]:
    """The places with their names, moved so that none lies upon another; of states, the largest is named first."""
    ordered = sorted(dict.fromkeys(placed), key=_size, reverse=True)
    points = [place.point for place in ordered if place.point]
    dots = [_is_dot(place) for place in ordered]
    names = [_name(place) for place in ordered]
    told = [_told(place) for place in ordered]
    moved = beside([projection.at(point) for point in points], names, dots, (projection.wide, projection.high))
    return [
        {"name": name, "x": point[0], "y": point[1], "isDot": dot, "hasRoom": bool(step), **_shift(step), "told": said}
        for name, point, dot, step, said in zip(names, points, dots, moved, told, strict=True)
    ]


def _shift(step: Point | None) -> dict[str, float]:
    right, down = step or (0.0, 0.0)
    return {"right": right, "down": down}


def _is_dot(place: _Place) -> bool:
    return not (place.code and place.order is None)


def _size(place: _Place) -> float:
    """How large a state is by its box; what has a dot is named before all states."""
    west, south, east, north = (not _is_dot(place) and shapes.box(place.code)) or (0.0, 0.0, math.inf, 1.0)
    return (east - west) * (north - south)


def _name(place: _Place) -> str:
    order = f"{place.order}. " if place.order is not None else ""
    return f"{order}{place.name}" + (f"\n{place.value}" if place.value else "")


def _told(place: _Place) -> str:
    return pointed(place.name, place.value) if place.value else place.name


def _frame(placed: Sequence[_Place], margin: float) -> Box:
    """What the map shows: the places, and their states where those are not much larger than what lies between them."""
    points = [place.point for place in placed if place.point]
    boxes = [found for place in placed if place.code and (found := shapes.box(place.code)) and found[2] - found[0] < 60]
    across = [point[0] for point in points] + [each for one in boxes for each in (one[0], one[2])]
    up = [point[1] for point in points] + [each for one in boxes for each in (one[1], one[3])]
    wide, high = max(2.0, (max(across) - min(across)) * margin), max(2.0, (max(up) - min(up)) * 0.1)
    return min(across) - wide, max(-80.0, min(up) - high), max(across) + wide, min(80.0, max(up) + high)


def _wider(frame: Box) -> Box:
    """What may come into view at the edges, for a cone is bent."""
    wide, high = (frame[2] - frame[0]) * 0.25 + 5, (frame[3] - frame[1]) * 0.5 + 5
    return frame[0] - wide, frame[1] - high, frame[2] + wide, frame[3] + high

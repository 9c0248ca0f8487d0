"""Bars and dots: one row a label; what is not exact looks different; each unit has a panel and a scale of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from kg.answers import Row
from kg.languages import Texts
from kg.pictures.theme import MAIN, PAPER, Spec, height, pointed, read_over, rows_axis
from kg.pictures.theme import row as named
from kg.pictures.view import View
from kg.pictures.words import word

# From this ratio of the largest to the smallest on, dots stand on a logarithmic scale.
_WIDE = 200
# From this number on an axis counts millions.
_MANY = 10**7
_COMMAS = "format({}, ',~r')"
# How an axis writes a number: digits in groups, as readers of a language write them.
_NUMBER: Texts = {"en": _COMMAS, "ru": f"replace(replace({_COMMAS}, /,/g, '\u202f'), '.', ',')", "ja": _COMMAS}


def bars(view: View, lang: str) -> tuple[Spec, list[str]]:
    """Bars that begin at nought."""
    return _panels(view, lang, _bar)


def dots(view: View, lang: str) -> tuple[Spec, list[str]]:
    """Dots, for values that differ too much for bars."""
    return _panels(view, lang, _dot)


def _panels(view: View, lang: str, mark: Any) -> tuple[Spec, list[str]]:
    """The panels, one below another, and the notes that say how to read the marks that occur."""
    units: dict[str, list[dict[str, Any]]] = {}
    unvalued: dict[str, None] = {}
    for row in view.rows:
        if (number := view.number(row, "value")) is not None:
            panel = units.setdefault(view.text(row, "unit"), [])
            panel.append(_drawn(view, row, number, len(panel), lang))
        elif view.text(row, "label"):
            unvalued[view.text(row, "label")] = None
    told = [each for values in units.values() for each in values]
    notes = [word(key, lang) for key, kind in (("more", "lower"), ("about", "about")) if any(each["is"] == kind for each in told)]
    notes += [word("unvalued", lang, word("comma", lang).join(unvalued))] * bool(unvalued)
    panels = [_panel(unit, values, lang, mark, view.measure.beside - 60) for unit, values in units.items()]
    return ({"vconcat": panels} if len(panels) > 1 else panels[0] if panels else {}), notes


def _drawn(view: View, row: Row, number: float, at: int, lang: str) -> dict[str, Any]:
    kind = next((those for those in ("lower", "about") if view.is_in(row, "qualifier", those)), "exact")
    value = view.figure(row, "value", lang)
    shown = value if kind == "exact" else _qualified(view.text(row, "qualifier"), value)
    told = pointed(view.text(row, "label"), f"{shown} {view.text(row, 'unit')}".rstrip())
    return {"label": named(at, view.text(row, "label"), view.measure), "value": number, "shown": shown, "is": kind, "told": told}


def _qualified(qualifier: str, value: str) -> str:
    """A value with what qualifies it; a wave in that stands for the value, as in Japanese.

    >>> _qualified("more than", "5"), _qualified("〜超", "5")
    ('more than 5', '5超')
    """
    wave = next((sign for sign in "〜～" if sign in qualifier), "")
    return qualifier.replace(wave, value) if wave else f"{qualifier} {value}"


def _panel(unit: str, values: Sequence[dict[str, Any]], lang: str, mark: Any, width: int) -> Spec:
    order = [each["label"] for each in values]
    numbers = [each["value"] for each in values]
    is_wide = mark is _dot and min(numbers) > 0 and max(numbers) / min(numbers) >= _WIDE
    in_millions = max(map(abs, numbers)) >= _MANY
    parts = (unit, word("millions", lang) if in_millions else "", word("logarithmic", lang) if is_wide else "")
    title = word("comma", lang).join(filter(None, parts))
    axis = {
        "title": title or None,
        "labelOverlap": "greedy",
        "labelSeparation": 6,
        "labelExpr": _NUMBER[lang].format("datum.value / 1e6" if in_millions else "datum.value"),
        **({"values": _powers(numbers)} if is_wide else {"tickCount": width // 100}),
    }
    scale: Spec = (
        {"type": "log", "domain": [_powers(numbers)[0], _powers(numbers)[-1]], "nice": False}
        if is_wide
        else {"zero": True, "domain": _domain(numbers)}
    )
    return {
        "data": {"values": list(values)},
        "width": width,
        "height": height(order),
        "encoding": {"y": rows_axis(order), "tooltip": {"field": "told"}},
        "layer": mark({"field": "value", "type": "quantitative", "axis": axis, "scale": scale, "stack": None}),
    }


def _domain(numbers: Sequence[float]) -> list[float]:
    """From nought a little beyond the largest, where the words stand."""
    return [min(0.0, *numbers) * 1.1, max(0.0, *numbers) * 1.35 or 1.0]


def _powers(numbers: Sequence[float]) -> list[float]:
    """The powers of ten around the numbers."""
    low, high = math.floor(math.log10(min(numbers))), math.ceil(math.log10(max(numbers)))
    return [10.0**power for power in range(low, high + 1)]


def _bar(x: Spec) -> list[Spec]:
    return [
        {"mark": {"type": "bar", "color": MAIN, "height": {"band": 0.62}, "cornerRadiusEnd": 2}, "encoding": {"x": x}},
        *_bounds(x),
        *_words(x),
    ]


def _dot(x: Spec) -> list[Spec]:
    fill = {"condition": {"test": "datum.is === 'about'", "value": PAPER}, "value": MAIN}
    point = {"type": "point", "size": 130, "strokeWidth": 2.5, "stroke": MAIN, "opacity": 1}
    return [*_bounds(x), {"mark": point, "encoding": {"x": x, "fill": fill}}, *_words(x)]


def _bounds(x: Spec) -> list[Spec]:
    """An arrow from the value on, for what is more than that. Its length means nothing, so that all are equally long."""
    lower = [{"filter": "datum.is === 'lower'"}]
    line = {"type": "rule", "strokeWidth": 2.5, "color": MAIN, "xOffset": 0, "x2Offset": 30}
    head = {"type": "point", "shape": "triangle-right", "size": 90, "xOffset": 32, "color": MAIN, "filled": True, "opacity": 1}
    return [
        {"transform": lower, "mark": line, "encoding": {"x": x, "x2": {"field": "value"}}},
        {"transform": lower, "mark": head, "encoding": {"x": x}},
    ]


def _words(x: Spec) -> list[Spec]:
    offset = {"expr": "datum.is === 'lower' ? 46 : 14"}
    return read_over({"mark": {"type": "text", "align": "left", "dx": offset}, "encoding": {"x": x, "text": {"field": "shown"}}})

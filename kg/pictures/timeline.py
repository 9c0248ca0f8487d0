"""Timelines: each row a span from the first to the last moment that its wording allows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from kg.answers import Row
from kg.figures import span
from kg.languages import Texts
from kg.pictures.theme import COLOURS, INK, MAIN, PAPER, Spec, height, pointed, read_over, rows_axis
from kg.pictures.theme import row as named
from kg.pictures.view import View
from kg.pictures.words import word

_YEARS_APART = 3
# A span shorter than this part of the whole is drawn as a dot.
_SEEN = 60
# How an axis of months writes one.
_MONTHS: Texts = {"en": "%b %Y", "ru": "%m.%Y", "ja": "%Y年%-m月"}
# Years with fewer digits are read as others, and there are no later ones.
_FIRST = 1000
_LAST = 9999


def timeline(view: View, lang: str) -> tuple[Spec, list[str]]:
    """The picture, and what cannot be dated."""
    dated = [row for row in view.rows if _moment(view.value(row, "time"))]
    undated = dict.fromkeys(view.text(row, "label") for row in view.rows if row not in dated and view.text(row, "label"))
    notes = [word("undated", lang, word("comma", lang).join(undated))] if undated else []
    values = [_drawn(view, row, at, lang) for at, row in enumerate(dated)]
    return (_spec(view, values, lang) if values else {}), notes


def _drawn(view: View, row: Row, at: int, lang: str) -> dict[str, Any]:
    begun = _moment(view.value(row, "time"))
    told = {"label": named(at, view.text(row, "label") or view.text(row, "otherwise"), view.measure), "from": begun}
    told["until"] = max(begun, _moment(view.value(row, "until")))
    told["shown"] = span(view.value(row, "words") or _shortest(begun, told["until"]), lang)
    told["told"] = pointed(view.text(row, "label") or view.text(row, "otherwise"), told["shown"])
    return {**told, "colour": view.text(row, "colour")} if view.has("colour") else told


def _mark_short(values: list[dict[str, Any]]) -> None:
    """Says which spans are too short to be seen, and where their middle is."""
    ends = [[datetime.fromisoformat(each[key]) for key in ("from", "until")] for each in values]
    whole = max(end for _, end in ends) - min(begin for begin, _ in ends)
    for each, (begin, end) in zip(values, ends, strict=True):
        each["isShort"] = (end - begin) * _SEEN < whole or begin == end
        each["middle"] = f"{begin + (end - begin) / 2:%Y-%m-%dT%H:%M:%SZ}"


def _moment(text: str) -> str:
    """A date, a year or a month as its first moment in UTC; empty where it is none that can be drawn."""
    padded = text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else text
    with suppress(ValueError, OverflowError):
        found = datetime.fromisoformat(padded)
        known = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        return f"{known:%Y-%m-%dT%H:%M:%SZ}" if known.year >= _FIRST else ""
    return ""


def _shortest(begun: str, until: str) -> str:
    """A span in as few digits of the Extended Date/Time Format as say it."""
    first, last = begun[:10], until[:10]
    if begun == until or first == last:
        return first.removesuffix("-01-01")
    if first.endswith("-01-01") and last.endswith("-12-31"):
        return first[:4] if first[:4] == last[:4] else f"{first[:4]}/{last[:4]}"
    return first[:7] if first[:7] == last[:7] and first.endswith("-01") and int(last[8:]) >= 28 else f"{first}/{last}"


def _spec(view: View, values: list[dict[str, Any]], lang: str) -> Spec:
    order = [each["label"] for each in values]
    _mark_short(values)
    years = [int(each[key][:4]) for each in values for key in ("from", "until")]
    colour: Spec = {"value": MAIN}
    if view.has("colour"):
        kinds = list(dict.fromkeys(each["colour"] for each in values))
        scale = {"domain": kinds, "range": list(COLOURS[: len(kinds)])}
        colour = {"field": "colour", "type": "nominal", "scale": scale, "legend": {"title": None}}
    axis = {
        "title": None,
        "format": "%Y" if max(years) - min(years) >= _YEARS_APART else _MONTHS[lang],
        "tickCount": view.measure.beside // 80,
    }
    # A year more at the end, where the words of the last span stand.
    ends = (min(years), min(max(years) + max(1, (max(years) - min(years)) // 4), _LAST))
    x = {
        "field": "from",
        "type": "temporal",
        "axis": {**axis, "labelOverlap": True, "orient": "top"},
        "scale": {"type": "utc", "nice": False},
    }
    words = {"x": {**x, "field": "until"}, "text": {"field": "shown"}, "color": {"value": INK}}
    rows = rows_axis(order)
    rows["axis"]["grid"] = True
    return {
        "data": {"values": values},
        "width": view.measure.beside,
        "height": height(order, 28),
        "encoding": {"y": rows, "color": colour, "tooltip": {"field": "told"}},
        "layer": [
            _reach(ends, x),
            _only(
                "!",
                {"type": "bar", "height": 12, "cornerRadius": 3},
                {"x": x, "x2": {"field": "until"}},
            ),
            _only("", {"type": "point", "filled": True, "size": 110, "opacity": 1}, {"x": {**x, "field": "middle"}}),
            *read_over({"mark": {"type": "text", "align": "left", "dx": 10}, "encoding": words}),
        ],
    }


def _reach(years: Sequence[int], x: Spec) -> Spec:
    """A layer that is not seen and makes the axis reach so far; as a domain, times would be warned about."""
    data = [{"from": f"{year}-01-01T00:00:00Z"} for year in years]
    seen = {"x": x, "y": {"value": 0}, "color": {"value": PAPER}}
    return {"data": {"values": data}, "mark": {"type": "point", "opacity": 0}, "encoding": seen}


def _only(negated: str, mark: Spec, encoding: Spec) -> Spec:
    """A layer of the spans that are too short to be seen as bars, or of the others."""
    return {"transform": [{"filter": f"{negated}datum.isShort"}], "mark": mark, "encoding": encoding}

"""How all pictures look, and how text is broken into lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# Those that ship with the package (see kg/web/front/build.mjs), then whatever a browser has.
_FONT = "Noto Sans, Noto Sans JP, sans-serif"
# What is found in the second of them comes in any weight: the first is that of the language.
_JAPANESE = "Noto Sans JP, Noto Sans, sans-serif"
INK, QUIET, RULE, PAPER = "#1f2933", "#52606d", "#d9e2ec", "#ffffff"
# The accent of the pages.
MAIN = "#0b6e85"
# Told apart also by those who see colours differently (after https://jfly.uni-koeln.de/color/), darkened for white paper.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#b0508a", "#a67c00", "#3a9bd1", "#555555", "#7a5195", "#8c6d31", "#2f4b7c")


@dataclass(frozen=True)
class Measure:
    """How wide what is drawn is, and what of it stands beside the labels of rows; how many columns a line has of the title,
    of notes, and of the label of a row or a thing; and how many lines such a label has at most."""

    width: int
    beside: int
    title: int
    note: int
    row: int
    thing: int
    lines: int


WIDE = Measure(720, 660, 84, 124, 38, 26, 3)
# For a telephone, on which the wide one could not be read.
NARROW = Measure(400, 260, 42, 62, 18, 14, 5)


def picture(title: str, notes: Iterable[str], content: Spec, lang: str, measure: Measure = WIDE) -> Spec:
    """A whole specification around the content: title, notes below it, fonts, white paper."""
    lines = [line for note in notes if note for line in wrapped(note, measure.note)]
    return {
        "$schema": SCHEMA,
        "background": PAPER,
        "padding": 20,
        "title": {"text": wrapped(title, measure.title), **({"subtitle": lines} if lines else {})},
        **content,
        "config": _config(_JAPANESE if lang == "ja" else _FONT),
    }


def wrapped(text: str, most: int) -> list[str]:
    """A text in lines of so many columns, in which a letter of Chinese or Japanese takes two and may be followed by a break.

    >>> wrapped("one two three", 8)
    ['one two', 'three']
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if line and columns(line + piece.rstrip()) > most and piece.strip() not in _NEVER_FIRST:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


# Characters that no line of Japanese begins with (JIS X 4051, the common ones).
_NEVER_FIRST = set("、。，．・：；？！）」』】〕ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")


def _pieces(text: str) -> list[str]:
    """What may not be broken: words with the space behind them, and single wide letters."""
    pieces: list[str] = [""]
    for letter in text:
        if east_asian_width(letter) in "WF":
            pieces += [letter, ""]
        else:
            pieces[-1] += letter
            if letter == " ":
                pieces.append("")
    return [piece for piece in pieces if piece]


def columns(text: str) -> int:
    """How many columns of Latin letters a text is wide."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def label(text: str, wide: int, most: int = 3) -> str:
    """A label of at most so many lines, broken with line feeds."""
    lines = wrapped(text, wide)
    return "\n".join([*lines[: most - 1], lines[most - 1] + "…"] if len(lines) > most else lines)


def row(at: int, text: str, measure: Measure) -> str:
    """The label of a row, which no other has: two things of one name, or two values of one thing, are never laid together."""
    return f"{at:03}\t{label(text, measure.row, measure.lines)}"


def pointed(name: str, said: str) -> str:
    """What is told of a mark that is pointed at: its whole name, for the label of its row may be cut, and what is said of it.

    >>> pointed("Kazakhstan", "160")
    'Kazakhstan: 160'
    """
    return f"{name}: {said}"


def height(labels: Sequence[str], least: int = 30) -> int:
    """How high a picture of rows with such labels has to be."""
    return max(1, len(labels)) * max([least, *(16 * (each.count("\n") + 1) + 12 for each in labels)])


def read_over(text: Spec) -> list[Spec]:
    """A layer of text with a halo of paper below it, so that it can be read over lines and on any ground."""
    halo = {**text["mark"], "stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round", "opacity": 0.9}
    return [{**text, "mark": halo}, {**text, "mark": {**text["mark"], "color": INK}}]


def rows_axis(order: Sequence[str], field: str = "label") -> Spec:
    """The vertical axis of a picture that has a row for each label that `row` made, in this order."""
    axis = {"title": None, "labelExpr": "split(slice(datum.label, 4), '\\n')", "labelLimit": 0, "ticks": False, "domain": False}
    return {"field": field, "type": "nominal", "sort": list(dict.fromkeys(order)), "axis": {**axis, "labelPadding": 10}}


_TEXT = {"labelColor": INK, "titleColor": QUIET, "labelFontSize": 13, "titleFontSize": 13}


def _config(font: str) -> Spec:
    """The looks, with a font."""
    return {"font": font, **_LOOKS, "title": {**_LOOKS["title"], "font": font, "subtitleFont": font}}


_LOOKS: Spec = {
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "fontSize": 19,
        "fontWeight": "bold",
        "color": INK,
        "lineHeight": 26,
        "offset": 18,
        "subtitleFontSize": 13,
        "subtitleColor": QUIET,
        "subtitleLineHeight": 19,
        "subtitlePadding": 8,
    },
    "axis": {**_TEXT, "titleFontWeight": "normal", "gridColor": RULE, "domainColor": RULE, "tickColor": RULE, "titlePadding": 12},
    "legend": {**_TEXT, "titleFontWeight": "normal", "labelLimit": 0, "orient": "bottom", "columns": 3, "symbolStrokeWidth": 3},
    "header": {**_TEXT, "labelFontWeight": "bold"},
    "text": {"color": INK, "fontSize": 13},
    "view": {"stroke": None},
    "concat": {"spacing": 28},
}

"""From an answer to its specification: which type of view is drawn by what, and how much fits into a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kg.answers import Answer, Presenter
from kg.errors import UsageError
from kg.pictures import charts, maps, network, timeline
from kg.pictures.theme import WIDE, Measure, Spec, label, picture
from kg.pictures.view import View, legible
from kg.pictures.words import word

# What draws a type, and how many rows can still be read.
_DRAWN: Mapping[str, tuple[Callable[[View, str], tuple[Spec, list[str]]], int]] = {
    "bar": (charts.bars, 60),
    "dot": (charts.dots, 60),
    "timeline": (timeline.timeline, 60),
    "graph": (network.network, 120),
    "map": (maps.atlas, 300),
}


def most_rows(view: Mapping[str, Any]) -> int:
    """How many rows a picture of a view shows at the most; none where it is of no type."""
    return _DRAWN[view["type"]][1] if view.get("type") in _DRAWN else 0


def specification(
    answer: Answer,
    view: Mapping[str, Any],
    presenter: Presenter,
    *,
    name: str,
    title: str,
    lang: str,
    empty: str = "",
    measure: Measure = WIDE,
    sources: Callable[[], list[str]] = list,
) -> Spec:
    """The Vega-Lite specification of the picture of an answer (https://vega.github.io/vega-lite/); the data are in it.

    `sources` says where the answer comes from, for those who see the picture without its page.

    Raises UsageError where the query has no view, the view does not fit the answer, or there is more than a picture can show.
    """
    seen = View.of(answer, view, presenter, name, measure)
    draw, most = _DRAWN[seen.type]
    if len(seen.rows) > most:
        message = f"{len(seen.rows)} rows are too many for a picture, which shows {most} at the most"
        raise UsageError(message, hint="give a value to a parameter, or take the answer as a table")
    content, notes = draw(seen, lang)
    if content and (told := sources()):
        notes = [*notes, word("source", lang, word("semicolon", lang).join(map(legible, told)))]
    return picture(legible(title), notes, content or _nothing(empty or word("none", lang), measure), lang, measure)


def _nothing(text: str, measure: Measure) -> Spec:
    """A picture that says in words that there is nothing to see."""
    return {
        "data": {"values": [{"text": label(legible(text), measure.title)}]},
        "width": 400,
        "height": 60,
        "mark": {"type": "text", "lineBreak": "\n"},
        "encoding": {"text": {"field": "text"}},
    }

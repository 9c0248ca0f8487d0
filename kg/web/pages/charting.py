"""The picture of the answer of any query text, in a worker: of the view that fits its columns, whose headings are its title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from kg.answers import Rows
from kg.errors import UsageError
from kg.pictures.fitting import fitting
from kg.pictures.kinds import specification
from kg.sparql import answer_of
from kg.web.evaluation import solved
from kg.web.pages import table
from kg.web.pages.here import Here
from kg.web.pages.terms import Terms
from kg.web.picturing import measure, write
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

_NAME = "the query"


def picture(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the specification. Parameters: those of `kg.web.evaluation.query`, `lang`, `is_narrow`."""
    graph, lang = state.graph, parameters["lang"]
    with solved(state, parameters) as result:
        answer = answer_of(result, graph.names) if isinstance(result, ox.QuerySolutions) else Rows([], [])
    assert isinstance(answer, Rows)
    view = fitting(answer)
    if not view:
        hint = "ask for a column of names and one of numbers or dates, or for places with latitudes and longitudes"
        raise Refusal(404, "no picture fits this answer", hint=hint)
    title = _title(answer, view, Terms(graph, Here("", "", (), lang, "")))
    how = {"name": _NAME, "title": title, "lang": lang}
    try:
        write(specification(answer, view, graph.presenter(lang), measure=measure(parameters), **how), sink)
    except UsageError as error:
        raise Refusal(400, error.message, hint=error.hint) from error


def _title(answer: Rows, view: Mapping[str, str], terms: Terms) -> str:
    """The headings of what is drawn."""
    drawn = [name for name in answer.variables if name in view.values()]
    return " · ".join(each.text for each in table.headings(drawn, {}, terms))

"""Things side by side: what those saved queries answer for each of them whose heads say `compare`.

Nothing is added up: each amount stands as it is stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.answers import Rows
from kg.errors import UsageError
from kg.graph import KnowledgeGraph
from kg.queries import SavedQuery
from kg.web.catalogue import in_short
from kg.web.controls import field_name
from kg.web.pages import rendering
from kg.web.pages.form import Choice
from kg.web.pages.here import Here
from kg.web.pages.terms import Shown, Terms
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

MOST = 5
_MOST_ROWS = 12


@dataclass(frozen=True)
class Box:
    """What one question says of one thing: rows of terms, how many more there are, and where the answer and its sources are."""

    rows: list[list[Shown]]
    rest: int
    href: str


@dataclass(frozen=True)
class Line:
    """What is compared, the language that its name is in (empty where it is the page's), and what is said of each thing."""

    name: str
    lang: str
    boxes: list[list[Box]]


def page(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the comparison. Parameters: `things`, as they were named; `here`."""
    graph, here = state.graph, Here.of(parameters["here"])
    if len(parameters["things"]) > MOST:
        raise Refusal(400, f"{len(parameters['things'])} things cannot be compared", hint=f"choose up to {MOST}")
    terms = Terms(graph, here)
    things = list(dict.fromkeys(_found(graph, name) for name in parameters["things"]))
    compared = sorted(
        (saved for saved in state.queries() if saved.compare), key=lambda saved: (saved.compare["line"], saved.name)
    )
    context = {
        "most": MOST,
        "things": [terms.show(thing) for thing in things],
        "choices": _choices(graph, compared, terms, things),
        "lines": [line for line in _lines(terms, compared, things) if any(any(box.rows for box in each) for each in line.boxes)],
    }
    rendering.write(sink, graph, here, "compare.html", context)


def _found(graph: KnowledgeGraph, name: str) -> ox.NamedNode:
    try:
        return graph.find(name)
    except UsageError as error:
        raise Refusal(404, error.message, hint=error.hint) from error


def _choices(graph: KnowledgeGraph, compared: Iterable[SavedQuery], terms: Terms, chosen: list[ox.NamedNode]) -> list[Choice]:
    """The things of which at least one question says something."""
    found: set[ox.NamedNode] = {*chosen}
    for saved in compared:
        answer = _answer(graph, saved, {})
        at = answer.variables.index(saved.compare["by"])
        found |= {row[at] for row in answer.rows if isinstance(row[at], ox.NamedNode)}  # type: ignore[misc]
    made = (Choice(in_short(graph, thing), terms.show(thing).text, thing in chosen) for thing in found)
    return sorted(made, key=lambda choice: (choice.label, choice.value))


def _answer(graph: KnowledgeGraph, saved: SavedQuery, values: Mapping[str, object]) -> Rows:
    """The answer with some parameters bound, and the others open."""
    opened: dict[str, Any] = {name: None for name, each in saved.parameters.items() if not each.required}
    answer = saved.run(graph, **{**opened, **values})
    return answer if isinstance(answer, Rows) else Rows([], [])


def _lines(terms: Terms, compared: Iterable[SavedQuery], things: list[ox.NamedNode]) -> list[Line]:
    """What is compared; queries of one place share a line."""
    found: dict[int, Line] = {}
    for saved in compared:
        names: Mapping[str, str] = saved.compare["as"]
        lang = terms.here.lang if terms.here.lang in names else "en"
        made = Line(names[lang], "" if lang == terms.here.lang else lang, [[] for _ in things])
        line = found.setdefault(saved.compare["line"], made)
        for boxes, thing in zip(line.boxes, things, strict=True):
            boxes += _boxes(terms, saved, thing)
    return list(found.values())


def _boxes(terms: Terms, saved: SavedQuery, thing: ox.NamedNode) -> list[Box]:
    by: str = saved.compare["by"]
    try:
        answer = _answer(terms.graph, saved, {by: thing})
    except UsageError:  # The question is about things of another class.
        return []
    at = [answer.variables.index(name) for name in saved.compare["show"]]
    rows = list(dict.fromkeys(tuple(row[each] for each in at) for row in answer.rows))
    told = [row for row in rows if row[0] is not None]
    others = (each for name, each in saved.parameters.items() if name != by and not each.required)
    bound = (field_name(by), in_short(terms.graph, thing))
    href = terms.here.to(f"/query/{saved.name}", [bound, *((field_name(each.name), "*") for each in others)])
    shown = [[terms.show(term) for term in row if term is not None] for row in told[:_MOST_ROWS]]
    return [Box(shown, max(len(told) - _MOST_ROWS, 0), href)] if shown else []

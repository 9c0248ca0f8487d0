"""Things side by side: what saved questions answer for each of them. Nothing is added up: each amount stands as it is stated."""

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
from kg.web.pages import rendering, table
from kg.web.pages.form import Choice, field_name
from kg.web.pages.here import Here
from kg.web.pages.terms import Shown, Terms
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

MOST = 5
_MOST_ROWS = 12


@dataclass(frozen=True)
class Aspect:
    """What is compared: a saved query, its parameter that stands for the thing, and the columns that are shown."""

    message: str
    query: str
    parameter: str
    columns: tuple[str, ...]


ASPECTS = (
    Aspect("compare.summits", "summits-of-2025", "partner", ("summit", "time", "place")),
    Aspect("compare.summits", "who-met-whom", "state", ("summit",)),
    Aspect("compare.emphasis", "emphasis-at-summits", "partner", ("topic", "modality")),
    Aspect("compare.amounts", "outcomes-with-japan", "state", ("kind", "qualifier", "amount", "currency", "outcome")),
    Aspect("compare.amounts", "money-by-donor", "donor", ("kind", "qualifier", "value", "currency", "contribution")),
    Aspect("compare.fields", "fields-by-state", "state", ("field", "partner")),
    Aspect("compare.resources", "resources-of-state", "state", ("relation", "resource", "count")),
    Aspect("compare.needs", "needs-of-state", "state", ("field", "modality")),
    Aspect("compare.offers", "offers-matching-needs", "provider", ("offered", "state")),
)


@dataclass(frozen=True)
class Box:
    """What one question says of one thing: rows of terms, how many more there are, and where the answer and its sources are."""

    rows: list[list[Shown]]
    rest: int
    href: str


@dataclass(frozen=True)
class Line:
    """An aspect, with what it says of each thing."""

    message: str
    headings: list[table.Heading]
    boxes: list[list[Box]]


def page(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the comparison. Parameters: `things`, as they were named; `here`."""
    graph, here = state.graph, Here.of(parameters["here"])
    if len(parameters["things"]) > MOST:
        raise Refusal(400, f"{len(parameters['things'])} things cannot be compared", hint=f"choose up to {MOST}")
    terms = Terms(graph, here)
    things = list(dict.fromkeys(_found(graph, name) for name in parameters["things"]))
    aspects = [(aspect, state.saved[aspect.query]) for aspect in ASPECTS if aspect.query in state.saved]
    context = {
        "most": MOST,
        "things": [terms.show(thing) for thing in things],
        "choices": _choices(graph, aspects, terms, things),
        "lines": [line for line in _lines(terms, aspects, things) if any(any(box.rows for box in each) for each in line.boxes)],
    }
    rendering.write(sink, graph, here, "compare.html", context)


def _found(graph: KnowledgeGraph, name: str) -> ox.NamedNode:
    try:
        return graph.find(name)
    except UsageError as error:
        raise Refusal(404, error.message, hint=error.hint) from error


def _choices(
    graph: KnowledgeGraph, aspects: Iterable[tuple[Aspect, SavedQuery]], terms: Terms, chosen: list[ox.NamedNode]
) -> list[Choice]:
    """The things of which at least one question says something."""
    found: set[ox.NamedNode] = {*chosen}
    for aspect, saved in aspects:
        answer = _answer(graph, saved, {})
        at = answer.variables.index(aspect.parameter)
        found |= {row[at] for row in answer.rows if isinstance(row[at], ox.NamedNode)}  # type: ignore[misc]
    made = (Choice(in_short(graph, thing), terms.show(thing).text, thing in chosen) for thing in found)
    return sorted(made, key=lambda choice: (choice.label, choice.value))


def _answer(graph: KnowledgeGraph, saved: SavedQuery, values: Mapping[str, object]) -> Rows:
    """The answer with some parameters bound, and the others open."""
    opened: dict[str, Any] = {name: None for name, each in saved.parameters.items() if not each.required}
    answer = saved.run(graph, **{**opened, **values})
    return answer if isinstance(answer, Rows) else Rows([], [])


def _lines(terms: Terms, aspects: Iterable[tuple[Aspect, SavedQuery]], things: list[ox.NamedNode]) -> list[Line]:
    """The aspects; those of one message share a line."""
    found: dict[str, Line] = {}
    for aspect, saved in aspects:
        columns = table.headings(aspect.columns, saved.parameters, terms)
        line = found.setdefault(aspect.message, Line(aspect.message, columns, [[] for _ in things]))
        for boxes, thing in zip(line.boxes, things, strict=True):
            boxes += _boxes(terms, aspect, saved, thing)
    return list(found.values())


def _boxes(terms: Terms, aspect: Aspect, saved: SavedQuery, thing: ox.NamedNode) -> list[Box]:
    try:
        answer = _answer(terms.graph, saved, {aspect.parameter: thing})
    except UsageError:  # The question is about things of another class.
        return []
    at = [answer.variables.index(name) for name in aspect.columns]
    rows = list(dict.fromkeys(tuple(row[each] for each in at) for row in answer.rows))
    told = [row for row in rows if row[0] is not None]
    others = (each for name, each in saved.parameters.items() if name != aspect.parameter and not each.required)
    bound = (field_name(aspect.parameter), in_short(terms.graph, thing))
    href = terms.here.to(f"/query/{saved.name}", [bound, *((field_name(each.name), "*") for each in others)])
    shown = [[terms.show(term) for term in row if term is not None] for row in told[:_MOST_ROWS]]
    return [Box(shown, max(len(told) - _MOST_ROWS, 0), href)] if shown else []

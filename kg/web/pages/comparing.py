"""Things side by side: what those saved queries answer for each of them whose heads say `compare`.

Nothing is added up: each amount stands as it is stated, and leads to the sentences that state it. Two jobs, as for a question:
`ask` evaluates, `page` finds what the rows rest on, which needs the proofs, and writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg import wire
from kg.answers import Row, Rows
from kg.errors import UsageError
from kg.evidence import Evidence, follow, lead
from kg.graph import KnowledgeGraph
from kg.languages import chosen
from kg.queries import SavedQuery
from kg.web.catalogue import in_short
from kg.web.controls import field_name
from kg.web.negotiation import JSON
from kg.web.pages import rendering, table
from kg.web.pages.citing import Citing
from kg.web.pages.form import Choice
from kg.web.pages.here import Here
from kg.web.pages.terms import Terms
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

MOST = 5
_MOST_ROWS = 12


@dataclass(frozen=True)
class Box:
    """What one question says of one thing: rows, how many more there are, and where the whole answer is."""

    rows: list[table.Line]
    rest: int
    href: str


@dataclass(frozen=True)
class Line:
    """What is compared, the language that its name is in (empty where it is the page's), and what is said of each thing."""

    name: str
    lang: str
    boxes: list[list[Box]]


class _Place(NamedTuple):
    """Where a row stands: of which thing, as which row of the answer about it, and in which place among those that are shown."""

    thing: int
    row: int
    shown: int


def ask(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Hands on what is said of the things, with what it rests on. Parameters: `things`, as they were named."""
    graph = state.graph
    if len(parameters["things"]) > MOST:
        raise Refusal(400, f"{len(parameters['things'])} things cannot be compared", hint=f"choose up to {MOST}")
    things = list(dict.fromkeys(_found(graph, name) for name in parameters["things"]))
    compared = sorted((each for each in state.queries() if each.compare), key=lambda saved: (saved.compare["line"], saved.name))
    told = {
        "things": [thing.value for thing in things],
        "choices": sorted({*_choices(graph, compared)} | {thing.value for thing in things}),
        "answers": [_said(graph, saved, things) for saved in compared],
    }
    sink.head(JSON.media_type)
    sink.write(json.dumps(told).encode())


def _found(graph: KnowledgeGraph, name: str) -> ox.NamedNode:
    try:
        return graph.find(name)
    except UsageError as error:
        raise Refusal(404, error.message, hint=error.hint) from error


def _choices(graph: KnowledgeGraph, compared: Iterable[SavedQuery]) -> Iterator[str]:
    """The things of which at least one question says something."""
    for saved in compared:
        answer = _answer(graph, saved, {})
        at = answer.variables.index(saved.compare["by"])
        yield from (row[at].value for row in answer.rows if isinstance(row[at], ox.NamedNode))  # type: ignore[union-attr]


def _answer(graph: KnowledgeGraph, saved: SavedQuery, values: Mapping[str, object]) -> Rows:
    """The answer with some parameters bound, and the others open."""
    answer = saved.run(graph, **{**_opened(saved), **values})
    return answer if isinstance(answer, Rows) else Rows([], [])


def _opened(saved: SavedQuery) -> dict[str, Any]:
    return {name: None for name, each in saved.parameters.items() if not each.required}


def _said(graph: KnowledgeGraph, saved: SavedQuery, things: list[ox.NamedNode]) -> dict[str, Any]:
    """The rows about each thing that are shown, as plain data, with their places and what they rest on."""
    places, rows, rest = [], list[Row](), []
    variables: list[str] = []
    for at, thing in enumerate(things):
        answer = _about(graph, saved, thing)
        variables = answer.variables or variables
        shown = _shown(saved, answer)
        rest.append(max(len({*shown.values()}) - _MOST_ROWS, 0))
        for number, place in shown.items():
            if place < _MOST_ROWS:
                places.append(_Place(at, number, place))
                rows.append(answer.rows[number])
    whole = Rows(variables, rows, names=graph.names)
    found = follow(graph.source(), saved.text, whole, saved.bind(graph, _opened(saved))) if rows else []
    return {
        "name": saved.name,
        "answer": wire.answer_data(whole),
        "found": wire.found_data(found),
        "places": places,
        "rest": rest,
    }


def _about(graph: KnowledgeGraph, saved: SavedQuery, thing: ox.NamedNode) -> Rows:
    try:
        return _answer(graph, saved, {saved.compare["by"]: thing})
    except UsageError:  # The question is about things of another class.
        return Rows([], [])


def _shown(saved: SavedQuery, answer: Rows) -> dict[int, int]:
    """The rows that say something, each with its place among them: rows that show the same share one."""
    columns = [answer.variables.index(name) for name in saved.compare["show"]] if answer.rows else []
    keys = {number: tuple(row[at] for at in columns) for number, row in enumerate(answer.rows)}
    told = {number: key for number, key in keys.items() if key[0] is not None}
    places = {key: at for at, key in enumerate(dict.fromkeys(told.values()))}
    return {number: places[key] for number, key in told.items()}


def page(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the comparison; the body is what `ask` handed on. Parameters: `here`."""
    told, here = json.loads(parameters["body"]), Here.of(parameters["here"])
    terms = Terms(state.graph, here)
    things = [ox.NamedNode(iri) for iri in told["things"]]
    view = _View(terms, Citing(state.graph, terms, state.passages), things)
    context = {
        "most": MOST,
        "things": [terms.show(thing) for thing in things],
        "choices": view.choices(told["choices"]),
        "lines": view.lines(state, told["answers"]),
    }
    rendering.write(sink, state.graph, here, "compare.html", context)


class _View:
    """What was handed on, for the readers of the page."""

    def __init__(self, terms: Terms, citing: Citing, things: list[ox.NamedNode]) -> None:
        self._terms, self._citing, self._things = terms, citing, things
        self._graph, self._here = terms.graph, terms.here

    def choices(self, iris: Iterable[str]) -> list[Choice]:
        """The things that can be compared, by their names."""
        chosen = {thing.value for thing in self._things}
        found = ((self._graph.names.shorten(iri).strip("<>"), self._terms.thing(iri).text, iri in chosen) for iri in iris)
        return sorted((Choice(*each) for each in found), key=lambda choice: (choice.label, choice.value))

    def lines(self, state: WorkerState, answers: Iterable[Mapping[str, Any]]) -> list[Line]:
        """What is compared; queries of one place share a line, and one that says nothing of any thing is left out."""
        found: dict[int, Line] = {}
        for told in answers:
            saved = state.saved[told["name"]]
            line = found.setdefault(saved.compare["line"], self._line(saved))
            for boxes, box in zip(line.boxes, self._boxes(saved, told), strict=True):
                boxes += [box] if box.rows else []
        return [line for line in found.values() if any(line.boxes)]

    def _line(self, saved: SavedQuery) -> Line:
        name, lang = chosen(saved.compare["as"], self._here.lang)
        return Line(name, "" if lang == self._here.lang else lang, [[] for _ in self._things])

    def _boxes(self, saved: SavedQuery, told: Mapping[str, Any]) -> list[Box]:
        """A box for each thing."""
        answer = wire.read_answer(told["answer"], self._graph.names)
        assert isinstance(answer, Rows)
        found = lead(self._graph.source(), wire.read_found(told["found"]))
        placed = list(zip((_Place(*each) for each in told["places"]), answer.rows, found, strict=True))
        return [
            Box([*self._rows(saved, answer, [each for each in placed if each[0].thing == at])], rest, self._whole(saved, at))
            for at, rest in enumerate(told["rest"])
        ]

    def _rows(self, saved: SavedQuery, answer: Rows, placed: list[tuple[_Place, Row, Evidence]]) -> Iterator[table.Line]:
        """Rows that show the same are shown once, with all that they rest on."""
        columns = [answer.variables.index(name) for name in saved.compare["show"]] if placed else []
        for _, group in groupby(sorted(placed, key=lambda each: (each[0].shown, each[0].row)), key=lambda each: each[0].shown):
            (place, row, first), *others = group
            found = Evidence((*first.triples, *(triple for each in others for triple in each[2].triples)), (), first.origins)
            told = [at for at in columns if row[at] is not None]
            yield table.line(
                row, found, place.row + 1, told, self._terms, self._citing, partial(self._evidence, saved, place.thing)
            )

    def _asked(self, saved: SavedQuery, thing: int) -> list[tuple[str, str]]:
        """How the question about a thing is asked: with all that it may leave open."""
        by: str = saved.compare["by"]
        others = [(field_name(name), "*") for name in _opened(saved) if name != by]
        return [(field_name(by), in_short(self._graph, self._things[thing])), *others]

    def _whole(self, saved: SavedQuery, thing: int) -> str:
        return self._here.to(f"/query/{saved.name}", self._asked(saved, thing))

    def _evidence(self, saved: SavedQuery, thing: int, row: int, cell: int | None) -> str:
        where = [("evidence-row", str(row)), *([] if cell is None else [("evidence-cell", str(cell))])]
        return self._here.to(f"/evidence/{saved.name}", [*self._asked(saved, thing), *where])

"""`/sparql` for people: a form to ask in SPARQL, and the answer below it, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import pyoxigraph as ox

from kg.answers import FORMATS, Row
from kg.web.evaluation import solved
from kg.web.pages import rendering, table
from kg.web.pages.finding import themes
from kg.web.pages.here import Here
from kg.web.pages.question import Pager
from kg.web.pages.terms import Terms
from kg.web.sink import Sink
from kg.web.state import WorkerState

PAGE = 100
_TRIPLE = ["subject", "predicate", "object"]


def editor(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes the form. Parameters: `here`, `query` (a text to begin with, may be empty)."""
    here = Here.of(parameters["here"])
    context = {**_form(state, here, parameters["query"], asserted=False), "is_answered": False}
    rendering.write(sink, state.graph, here, "sparql.html", context)


def results(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Answers a query text with a page. Parameters: those of `kg.web.evaluation.query`, `here`, `offset`."""
    here, offset = Here.of(parameters["here"]), parameters["offset"]
    terms = Terms(state.graph, here)
    with solved(state, parameters) as result:
        variables, rows = _rows(result)
        part = list(islice(rows, offset, offset + PAGE + 1))
    shown = [[terms.show(term) for term in row] for row in part[:PAGE]]
    context = {
        **_form(state, here, parameters["body"].decode(), asserted=parameters["asserted"]),
        "is_answered": True,
        "is_yes": bool(result) if isinstance(result, ox.QueryBoolean) else None,
        "headings": table.headings(variables, {}, terms),
        "rows": shown,
        "pager": Pager(here, offset, len(shown), None, PAGE, more=len(part) > PAGE),
        "downloads": _downloads(here, is_graph=isinstance(result, ox.QueryTriples)),
    }
    rendering.write(sink, state.graph, here, "sparql.html", context)


def _rows(result: object) -> tuple[list[str], Iterator[Row]]:
    if isinstance(result, ox.QuerySolutions):
        return [variable.value for variable in result.variables], (tuple(solution) for solution in result)
    if isinstance(result, ox.QueryTriples):
        return _TRIPLE, ((triple.subject, triple.predicate, triple.object) for triple in result)
    return [], iter(())


def _form(state: WorkerState, here: Here, query: str, *, asserted: bool) -> dict[str, Any]:
    return {
        "query": query,
        "asserted": asserted,
        "formats": [form.name for form in FORMATS if form.for_rows or form.for_triples],
        "themes": themes(state, here.lang),
        "prefixes": sorted(state.graph.names.prefixes.items()),
    }


def _downloads(here: Here, *, is_graph: bool) -> list[tuple[str, str]]:
    kept = [pair for pair in here.pairs if pair[0] not in ("format", "offset", "lang")]
    fitting = (form for form in FORMATS if (form.for_triples if is_graph else form.for_rows))
    return [(form.name, here.plain("/sparql", [*kept, ("format", form.name)])) for form in fitting]

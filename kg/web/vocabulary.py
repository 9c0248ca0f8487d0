"""What the editor completes, in a worker: the words of this graph and of no other, and the saved queries as examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from kg.answers import Rows
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN
from kg.web.catalogue import write_json
from kg.web.sink import Sink
from kg.web.state import WorkerState

_MOST_THINGS = 5000
_QUERIES = {
    "classes": "SELECT DISTINCT ?found WHERE { ?thing a ?found } ORDER BY ?found",
    "properties": "SELECT DISTINCT ?found WHERE { ?thing ?found ?value } ORDER BY ?found",
}

_NAMED = (*_QUERIES, "things")


def vocabulary(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes prefixes, classes, properties, things, the labels of these, and examples as JSON. It takes no parameters."""
    del parameters
    graph = state.graph
    prefixes = dict(sorted(graph.names.prefixes.items()))
    told: dict[str, Any] = {"prefixes": prefixes, "own": [prefix for prefix in prefixes if prefix not in WELL_KNOWN]}
    told |= {key: _iris(graph, text) for key, text in _QUERIES.items()}
    told["things"] = _things(graph)
    told["labels"] = {iri: labels for key in _NAMED for iri in told[key] if (labels := graph.labels(iri))}
    told["examples"] = [
        {"name": each.name, "question": dict(each.question), "text": _without_head(each.text)} for each in state.queries()
    ]
    write_json(told, sink)


def _iris(graph: KnowledgeGraph, text: str) -> list[str]:
    answer = graph.evaluate(text, {})
    assert isinstance(answer, Rows)
    return [term.value for (term,) in answer if isinstance(term, ox.NamedNode)]


def _without_head(text: str) -> str:
    """The query below the lines of its head."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+")).lstrip()


def _things(graph: KnowledgeGraph) -> list[str]:
    """The things of the project that have a label."""
    label, below = ox.NamedNode(WELL_KNOWN["rdfs"] + "label"), f"{graph.project.base}id/"
    quads = graph.store().quads_for_pattern(None, label, None, ox.DefaultGraph())
    found = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    return sorted(iri for iri in found if iri.startswith(below))[:_MOST_THINGS]

"""Reading a whole graph, or the whole dataset, in a worker."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pyoxigraph as ox

from kg.answers import by_name
from kg.errors import UsageError
from kg.web.evaluation import written
from kg.web.negotiation import media_type
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState
from kg.web.writing import no_graph


def read(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes a graph. Parameters: `graph`, an IRI, or "" for the default graph, or None for the dataset; `format`, by its name;
    `asserted`. Where writing is allowed, the default graph is the one that is written to; else it is what a query sees.
    """
    store = state.exact or state.graph.store(asserted=parameters["asserted"])
    graph, form = parameters["graph"], by_name(parameters["format"])
    assert form.rdf
    node = None if graph is None else _existing(store, graph)
    sink.head(media_type(form))
    try:
        write = partial(store.dump, format=form.rdf, from_graph=node, prefixes=_prefixes(state, form.rdf))
        written(write, sink, is_xml=form.rdf == ox.RdfFormat.RDF_XML)
    except (OSError, ValueError) as error:
        raise UsageError(f"this cannot be written as {form.name!r}: {error}", hint="turtle and trig can carry it") from error


def _existing(store: ox.Store, graph: str) -> ox.NamedNode | ox.DefaultGraph:
    if not graph:
        return ox.DefaultGraph()
    try:
        node = ox.NamedNode(graph)
    except ValueError as error:
        raise Refusal(400, f"a graph's name is no IRI: {error}", hint="give a whole IRI, percent-encoded") from error
    if not store.contains_named_graph(node):
        raise no_graph(graph)
    return node


def _prefixes(state: WorkerState, form: ox.RdfFormat) -> dict[str, str] | None:
    return state.graph.names.prefixes if form in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG) else None

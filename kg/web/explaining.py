"""Why a triple holds and what would fall with a sentence, in a worker that may read the proofs and the project's files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from kg import explanations, impacts
from kg.answers import by_name
from kg.errors import UsageError
from kg.export import written
from kg.graph import KnowledgeGraph
from kg.web.negotiation import JSON, TEXT, media_type
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState


def why(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """The proofs of a triple. Parameters: `s`, `p`, `o` as `kg why` takes them; `most` proofs; `form`, `lang`."""
    graph, form = state.graph, parameters["form"]
    try:
        explanation = graph.why(parameters["s"], parameters["p"], parameters["o"], most=parameters["most"])
    except UsageError as error:
        raise Refusal(404, error.message, hint=error.hint) from error
    how = graph.presenter(parameters["lang"])
    if form == TEXT.name:
        _write(explanations.to_text(explanation, graph, how), TEXT.media_type, sink)
    elif form == JSON.name:
        _write(explanations.to_json(explanation, how), JSON.media_type, sink)
    else:
        _write_graph(graph, explanations.to_prov(explanation, graph.project.base), form, sink)


def impact(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """What would fall if a sentence were wrong. Parameters: `sentence`, `form`, `lang`."""
    graph, form = state.graph, parameters["form"]
    try:
        found = state.impacts.of(parameters["sentence"])
    except UsageError as error:
        raise Refusal(404, error.message, hint=error.hint) from error
    if form == TEXT.name:
        _write(impacts.to_text(found, graph, graph.presenter(parameters["lang"])), TEXT.media_type, sink)
    elif form == JSON.name:
        _write(impacts.to_json(found), JSON.media_type, sink)
    else:
        _write_graph(graph, impacts.to_prov(found), form, sink)


def _write(text: str, kind: str, sink: Sink) -> None:
    sink.head(f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
    sink.write(text.encode())


def _write_graph(graph: KnowledgeGraph, ntriples: str, form: str, sink: Sink) -> None:
    chosen = by_name(form)
    sink.head(media_type(chosen))
    sink.write(written(graph, ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES), chosen))

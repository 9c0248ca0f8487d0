"""The list of saved queries in a worker, and what values their parameters may have."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kg.answers import Rows
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN, did_you_mean
from kg.parameters import Parameter
from kg.queries import SavedQuery
from kg.web.asking import named
from kg.web.negotiation import JSON
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

_TYPE = ox.NamedNode(WELL_KNOWN["rdf"] + "type")
_MOST_CHOICES = 1000


def listing(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Lists the saved queries as JSON, and the prefixes that they may use. Parameters: `address`, the URL of the list."""
    listed = [_listed(saved, parameters["address"]) for saved in state.queries()]
    write_json({"queries": listed, "prefixes": state.graph.names.prefixes}, sink)


def _listed(saved: SavedQuery, address: str) -> dict[str, Any]:
    told = {
        "name": saved.name,
        "url": f"{address}/{saved.name}",
        "question": dict(saved.question),
        "summary": saved.summary,
        "description": dict(saved.description),
        "tags": [*saved.tags],
        "reasoning": saved.reasoning,
        "closedWorld": saved.closed_world,
        "parameters": [_told(each, f"{address}/{saved.name}") for each in saved.parameters.values()],
    }
    return {key: value for key, value in told.items() if value not in ("", [], {})}


def _told(parameter: Parameter, address: str) -> dict[str, Any]:
    told = {
        "name": parameter.name,
        "type": parameter.type,
        "class": parameter.cls,
        "required": parameter.required,
        "default": parameter.default,
        "label": dict(parameter.label),
        "choices": f"{address}/choices/{parameter.name}",
    }
    return {key: value for key, value in told.items() if value not in (None, {})}


def choices(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """The values that a parameter may have, with their labels. Parameters: `name`, `parameter`, `lang`."""
    saved, wanted = named(state, parameters["name"]), parameters["parameter"]
    if wanted not in saved.parameters:
        known = f"its parameters are {', '.join(saved.parameters)}" if saved.parameters else "it has none"
        hint = did_you_mean(wanted, saved.parameters, otherwise=known)
        raise Refusal(404, f"{saved.name} has no parameter {wanted!r}", hint=hint)
    told = told_choices(state, saved, saved.parameters[wanted], parameters["lang"])
    whole = {"parameter": wanted, "choices": told[:_MOST_CHOICES], "complete": len(told) <= _MOST_CHOICES}
    write_json(whole, sink)


def told_choices(state: WorkerState, saved: SavedQuery, parameter: Parameter, lang: str) -> list[dict[str, str]]:
    """The values that a parameter may have, each with its label in a language, by label."""
    key = (saved.name, parameter.name, lang)
    if key not in state.choices:
        told = (_choice(state.graph, term, lang) for term in _possible(state.graph, saved, parameter))
        state.choices[key] = sorted(told, key=lambda one: (one["label"], one["value"]))
    return state.choices[key]


def _possible(graph: KnowledgeGraph, saved: SavedQuery, parameter: Parameter) -> set[Any]:
    if parameter.choices:
        return _terms(graph, parameter, parameter.choices)
    if parameter.cls and (kind := graph.names.expand(parameter.cls)):
        quads = graph.store().quads_for_pattern(None, _TYPE, ox.NamedNode(kind), ox.DefaultGraph())
        return {quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    answer = graph.evaluate(saved.text, {}, origin=saved.shown)
    if not isinstance(answer, Rows):
        return _default(graph, parameter)
    at = answer.variables.index(parameter.name)
    found = {row[at] for row in answer if isinstance(row[at], ox.NamedNode if parameter.type == "iri" else ox.Literal)}
    return found or _default(graph, parameter)


def _default(graph: KnowledgeGraph, parameter: Parameter) -> set[Any]:
    return _terms(graph, parameter, () if parameter.default is None else (parameter.default,))


def _terms(graph: KnowledgeGraph, parameter: Parameter, texts: Sequence[str]) -> set[Any]:
    return {graph.find(each) if parameter.type == "iri" else parameter.literal(each) for each in texts}


def _choice(graph: KnowledgeGraph, term: Any, lang: str) -> dict[str, str]:
    return {"value": in_short(graph, term), "label": graph.presenter(lang).text(term)}


def in_short(graph: KnowledgeGraph, term: Any) -> str:
    """A term as the value of a parameter."""
    return graph.names.shorten(term.value).strip("<>") if isinstance(term, ox.NamedNode) else str(term.value)


def write_json(told: Mapping[str, Any], sink: Sink) -> None:
    """Writes plain data as the answer."""
    sink.head(JSON.media_type)
    sink.write(f"{json.dumps(told, ensure_ascii=False, indent=1)}\n".encode())

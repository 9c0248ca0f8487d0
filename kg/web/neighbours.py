"""Things and what joins them in a worker: nodes and edges with labels, for a drawing that people can point at.

It is a thing with its neighbours, or what the triples of an answer join.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from kg.errors import UnknownThingError, UsageError
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN
from kg.web.catalogue import write_json
from kg.web.evaluation import solved
from kg.web.pages.messages import said
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

# So many can be drawn so that their names can be read.
MOST_NODES = 300
_DEFAULT, _TYPE = ox.DefaultGraph(), ox.NamedNode(WELL_KNOWN["rdf"] + "type")
_LEFT = {
    "en": "{} of {} things are drawn.",
    "ru": "Показано объектов: {} из {}.",
    "ja": "{1}件中{0}件を表示しています。",
}


def neighbours(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes nodes and edges as JSON. Parameters: `thing`, `lang`, and `root`, the URL of the server."""
    graph, lang = state.graph, parameters["lang"]
    thing = _found(graph, parameters["thing"])
    near = _near(graph, thing)
    shown = [thing, *near[: MOST_NODES - 1]]
    nodes = [_node(graph, each, each == thing, parameters) for each in shown]
    told: dict[str, Any] = {"title": nodes[0]["label"], "nodes": nodes, "edges": list(_edges(graph, shown, lang))}
    if len(near) >= MOST_NODES:
        told["left"] = _LEFT[lang].format(MOST_NODES - 1, len(near))
    write_json(told, sink)


def network(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Writes nodes and edges as JSON. Parameters: those of `kg.web.evaluation.query`, `lang`, `root`."""
    graph, lang = state.graph, parameters["lang"]
    with solved(state, parameters) as result:
        if not isinstance(result, ox.QueryTriples):
            raise Refusal(400, "only triples are drawn as a network", hint="ask with CONSTRUCT or DESCRIBE")
        triples = [triple for triple in result if joins(triple)]
    things = [*dict.fromkeys(each for triple in triples for each in (triple.subject, triple.object))]
    shown = dict.fromkeys(things[:MOST_NODES])
    nodes = [_node(graph, each, False, parameters) for each in shown]
    edges = [_drawn(graph, triple, lang) for triple in triples if triple.subject in shown and triple.object in shown]
    told: dict[str, Any] = {"title": said("question.picture", lang), "nodes": nodes, "edges": edges}
    if len(things) > MOST_NODES:
        told["left"] = _LEFT[lang].format(MOST_NODES, len(things))
    write_json(told, sink)


def joins(triple: ox.Triple) -> bool:
    """Whether a triple joins two things: what says of which class one is joins it with none."""
    ends = (triple.subject, triple.object)
    return all(isinstance(each, ox.NamedNode) for each in ends) and triple.predicate != _TYPE and ends[0] != ends[1]


def _drawn(graph: KnowledgeGraph, triple: ox.Triple, lang: str) -> dict[str, Any]:
    """A triple of an answer as an edge: the answer may have made it, so that it is neither asserted nor inferred."""
    concluded = ox.Quad(triple.subject, triple.predicate, triple.object, graph.inferred) in graph.store()
    return {**_edge(graph, triple, graph.graphs_of(triple), lang), "inferred": concluded}


def _found(graph: KnowledgeGraph, text: str) -> ox.NamedNode:
    try:
        return graph.find(text)
    except UsageError as error:
        raise Refusal(404 if isinstance(error, UnknownThingError) else 400, error.message, hint=error.hint) from error


def _near(graph: KnowledgeGraph, thing: ox.NamedNode) -> list[ox.NamedNode]:
    """The things that a thing is joined with, by IRI; classes, sentences and what has no name are none."""
    found = {each for quad in _around(graph, thing) for each in (quad.subject, quad.object) if isinstance(each, ox.NamedNode)}
    named = (each for each in found - {thing} if each.value not in graph.graphs and graph.label(each.value))
    return sorted(named, key=lambda each: each.value)


def _around(graph: KnowledgeGraph, thing: ox.NamedNode) -> Iterator[ox.Quad]:
    store = graph.store()
    quads = (*store.quads_for_pattern(thing, None, None, _DEFAULT), *store.quads_for_pattern(None, None, thing, _DEFAULT))
    yield from (quad for quad in quads if quad.predicate != _TYPE)


def _node(graph: KnowledgeGraph, thing: ox.NamedNode, centre: bool, parameters: Mapping[str, Any]) -> dict[str, Any]:
    base, kinds = graph.project.base, _kinds(graph, thing)
    page = f"{parameters['root']}/{thing.value.removeprefix(base)}" if thing.value.startswith(base) else ""
    label = graph.presenter(parameters["lang"]).text(thing)
    return {"id": thing.value, "label": label, "kinds": kinds, "page": page, "centre": centre}


def _kinds(graph: KnowledgeGraph, thing: ox.NamedNode) -> list[str]:
    """The classes of a thing by their short names; what an asserting graph says comes first."""
    quads = [*graph.store().quads_for_pattern(thing, _TYPE, None)]
    asserted = sorted(str(quad.object) for quad in quads if quad.graph_name not in (_DEFAULT, graph.inferred))
    every = [*asserted, *sorted(str(quad.object) for quad in quads if quad.graph_name == _DEFAULT)]
    return list(dict.fromkeys(graph.names.shorten(kind.strip("<>")) for kind in every))


def _edges(graph: KnowledgeGraph, shown: Iterable[ox.NamedNode], lang: str) -> Iterator[dict[str, Any]]:
    """What joins the things: what is asserted, and of what is inferred as much as joins two that nothing else does."""
    things = {*shown}
    joined: dict[frozenset[Any], list[tuple[ox.Quad, tuple[str, ...]]]] = {}
    for quad in sorted({quad for thing in things for quad in _around(graph, thing)}, key=str):
        if quad.subject in things and quad.object in things and quad.subject != quad.object:
            joined.setdefault(frozenset((quad.subject, quad.object)), []).append((quad, graph.graphs_of(quad.triple)))
    for quads in joined.values():
        asserted = [(quad, homes) for quad, homes in quads if homes]
        yield from (_edge(graph, quad, homes, lang) for quad, homes in asserted or quads[:1])


def _edge(graph: KnowledgeGraph, triple: ox.Triple | ox.Quad, homes: tuple[str, ...], lang: str) -> dict[str, Any]:
    assert isinstance(triple.subject, ox.NamedNode)
    assert isinstance(triple.object, ox.NamedNode)
    label = graph.presenter(lang).text(triple.predicate)
    ends = {"source": triple.subject.value, "target": triple.object.value}
    return {**ends, "predicate": triple.predicate.value, "label": label, "inferred": not homes, "graphs": [*homes]}

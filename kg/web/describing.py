"""Things in a worker: where the description of one is, and what it says: facts, the sentences that state them, and links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from kg import portraits
from kg.answers import by_name
from kg.errors import UnknownThingError
from kg.export import written
from kg.graph import KnowledgeGraph
from kg.names import WELL_KNOWN, nearest
from kg.web.negotiation import GRAPHS, JSON, TEXT, media_type
from kg.web.refusals import Refusal
from kg.web.sink import Sink
from kg.web.state import WorkerState

_DEFAULT = ox.DefaultGraph()
_TYPE = ox.NamedNode(WELL_KNOWN["rdf"] + "type")
_ONTOLOGY = ox.NamedNode(WELL_KNOWN["owl"] + "Ontology")
_DATASET = ox.NamedNode(WELL_KNOWN["schema"] + "Dataset")
_ABOUT = ox.NamedNode(WELL_KNOWN["schema"] + "about")
_SOURCE = ox.NamedNode(WELL_KNOWN["prov"] + "wasDerivedFrom")


def locate(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Leads from a thing to its description. Parameters: `iri`, `name`; `location`, the URL of the description."""
    resolved(state.graph, parameters)
    location = parameters["location"]
    sink.head(TEXT.media_type, status=303, headers={"Location": location})
    sink.write(f"{location}\n".encode())


def thing(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Describes a thing as RDF. Parameters: `iri` (may be empty), `name`; `form`; `document`, its own URL."""
    graph, form = state.graph, by_name(parameters["form"])
    found = resolved(graph, parameters)
    quads = {*_described(graph, found)}
    sink.head(media_type(form), headers=_links(found, parameters))
    sink.write(written(graph, {*quads, *_about(graph, parameters["document"], found, quads)}, form))


def portrait(state: WorkerState, parameters: Mapping[str, Any], sink: Sink) -> None:
    """Describes a thing as JSON or as text. Parameters: `iri`, `name`, `form`, `lang`, `document`."""
    graph, lang = state.graph, parameters["lang"]
    found = resolved(graph, parameters)
    form, write = (JSON, portraits.to_json) if parameters["form"] == JSON.name else (TEXT, portraits.to_text)
    sink.head(media_type(form), headers=_links(found, parameters))
    sink.write(write(graph.show(found, lang=lang), graph, graph.presenter(lang), {}).encode())


def resolved(graph: KnowledgeGraph, parameters: Mapping[str, Any]) -> ox.NamedNode:
    """The thing of an IRI, or that a name names; Refusal (404) with near misses where there is none.

    Where an IRI is given, a name counts only if the thing's IRI ends so: what has a label like it is a near miss.
    """
    iri, name = parameters["iri"], parameters["name"]
    try:
        found = _named(graph, iri, name)
    except UnknownThingError as error:
        raise Refusal(404, f"nothing is called {iri or repr(name)}", hint=_near(graph, iri, name) or error.hint) from error
    if iri and found.value != iri and not found.value.endswith(("/" + name, "#" + name, ":" + name)):
        raise Refusal(404, f"nothing is called {iri}", hint=f"did you mean {graph.names.shorten(found.value)}?")
    return found


def _named(graph: KnowledgeGraph, iri: str, name: str) -> ox.NamedNode:
    if _is_graph(graph, iri):
        return ox.NamedNode(iri)
    try:
        return graph.find(iri)
    except UnknownThingError:
        return graph.find(name)


def _is_graph(graph: KnowledgeGraph, iri: str) -> bool:
    return iri in graph.graphs or iri == graph.inferred.value


def _near(graph: KnowledgeGraph, iri: str, name: str) -> str:
    """The named graphs, sentences among them, that a reader may have meant who did not ask for a thing below id/."""
    near = [graph.names.shorten(each) for each in nearest(iri, graph.graphs)] if iri and not iri.endswith(f"id/{name}") else []
    return f"did you mean {' or '.join(near)}?" if near else ""


def _described(graph: KnowledgeGraph, thing: ox.NamedNode) -> Iterator[ox.Quad]:
    """The quads that name a thing, those of the sentences that state them, and, of a graph or an ontology, what is in it."""
    store = graph.store()
    named = [*store.quads_for_pattern(thing, None, None), *store.quads_for_pattern(None, None, thing)]
    if _is_graph(graph, thing.value):
        named += store.quads_for_pattern(None, None, None, thing)
    if ox.Quad(thing, _TYPE, _ONTOLOGY) in store:
        named += (quad for quad in store if str(quad.subject).startswith(f"<{thing.value}#"))
    quads = dict.fromkeys(quad for quad in named if quad.graph_name != _DEFAULT)
    yield from quads
    yield from _unnamed(store, quads)
    for home in _homes(graph, quads):
        yield from (quad for quad in store.quads_for_pattern(home, None, None) if quad.graph_name != _DEFAULT)


def _homes(graph: KnowledgeGraph, quads: Iterable[ox.Quad]) -> Iterator[ox.NamedNode]:
    """The graphs that state the quads."""
    homes = dict.fromkeys(quad.graph_name for quad in quads)
    yield from (home for home in homes if isinstance(home, ox.NamedNode) and home != graph.inferred)


def _unnamed(store: ox.Store, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """What is said of the blank nodes that the quads lead to."""
    waiting = [quad.object for quad in quads if isinstance(quad.object, ox.BlankNode)]
    seen = set(waiting)
    while waiting:
        for quad in store.quads_for_pattern(waiting.pop(), None, None):
            if quad.graph_name != _DEFAULT:
                yield quad
                if isinstance(quad.object, ox.BlankNode) and quad.object not in seen:
                    seen.add(quad.object)
                    waiting.append(quad.object)


def _about(graph: KnowledgeGraph, document: str, thing: ox.NamedNode, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """What the description says of itself: what it is about, and the graphs, sentences among them, that it was taken from."""
    itself = ox.NamedNode(document)
    yield ox.Quad(itself, _TYPE, _DATASET)
    yield ox.Quad(itself, _ABOUT, thing)
    for home in _homes(graph, quads):
        yield ox.Quad(itself, _SOURCE, home)


def _links(thing: ox.NamedNode, parameters: Mapping[str, Any]) -> dict[str, str]:
    """The header that leads from a description to its thing and to its other formats."""
    document, suffix = parameters["document"], parameters["suffix"]
    stem = document.removesuffix(f".{suffix}")
    others = (form for form in (JSON, *GRAPHS) if suffix and form.suffix != suffix)
    alternates = (f'<{stem}.{form.suffix}>; rel="alternate"; type="{form.media_type}"' for form in others)
    return {"Link": ", ".join((f'<{thing.value}>; rel="describes"', *alternates))}

"""What the endpoint knows of itself, for queries that ask for it: the saved queries, the prefixes, the statistics of the data.

By the convention of https://github.com/sib-swiss/sparql-examples, the saved queries are SHACL SPARQL executables
(https://www.w3.org/TR/shacl-af/#SPARQLFunction) in the named graph `<endpoint>/.well-known/sparql-examples`, and the statistics
lie in `<server>/.well-known/void`. Both are merged into the default graph, where editors look for them; but only while a query is
answered that names their vocabulary, so that no other query sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyoxigraph as ox

from kg.evidence.outline import outline
from kg.names import WELL_KNOWN
from kg.queries import SavedQuery
from kg.web.dataset import statistics
from kg.web.state import WorkerState

_WANTS_EXAMPLES = re.compile(r"ns/shacl#|\bsh:|sparql-examples")
_WANTS_STATISTICS = re.compile(r"ns/void#|\bvoid:|well-known/void")
_TYPE = ox.NamedNode(WELL_KNOWN["rdf"] + "type")
_COMMENT = ox.NamedNode(WELL_KNOWN["rdfs"] + "comment")
_ANY_URI = ox.NamedNode(WELL_KNOWN["xsd"] + "anyURI")


@contextmanager
def published(state: WorkerState, store: ox.Store, text: str, address: str) -> Iterator[None]:
    """Puts into the store what the query text asks for of it, as long as the context lasts; not into one on the disk."""
    quads = [quad for quad in _wanted(state, text, address) if quad not in store] if state.is_in_memory else []
    if not quads:
        yield
        return
    store.extend(quads)
    try:
        yield
    finally:
        _remove(store, quads)


def _remove(store: ox.Store, quads: list[ox.Quad]) -> None:
    for quad in quads:
        store.remove(quad)
    for graph in {quad.graph_name for quad in quads} - {ox.DefaultGraph()}:
        # The store remembers the names of graphs that are empty.
        if next(store.quads_for_pattern(None, None, None, graph), None) is None:
            store.remove_graph(graph)


def _wanted(state: WorkerState, text: str, address: str) -> Iterator[ox.Quad]:
    if _WANTS_EXAMPLES.search(text):
        yield from _in_graph(f"{address}/sparql/.well-known/sparql-examples", examples(state, address))
    if _WANTS_STATISTICS.search(text):
        yield from _in_graph(f"{address}/.well-known/void", statistics(state.graph, address))


def _in_graph(name: str, triples: Iterator[ox.Triple]) -> Iterator[ox.Quad]:
    for triple in triples:
        for home in (ox.NamedNode(name), ox.DefaultGraph()):
            yield ox.Quad(triple.subject, triple.predicate, triple.object, home)


def examples(state: WorkerState, address: str) -> Iterator[ox.Triple]:
    """The saved queries as executables, and the prefixes that they may use."""
    graph = f"{address}/sparql/.well-known/sparql-examples"
    prefixes = ox.NamedNode(f"{graph}#prefixes")
    for name, namespace in sorted(state.graph.names.prefixes.items()):
        declared = ox.NamedNode(f"{graph}#prefix-{name}")
        yield ox.Triple(prefixes, _shacl("declare"), declared)
        yield ox.Triple(declared, _shacl("prefix"), ox.Literal(name))
        yield ox.Triple(declared, _shacl("namespace"), ox.Literal(namespace, datatype=_ANY_URI))
    for saved in state.queries():
        itself = ox.NamedNode(f"{graph}/{saved.name}")
        yield ox.Triple(itself, _shacl("prefixes"), prefixes)
        yield ox.Triple(itself, _schema("target"), ox.NamedNode(f"{address}/sparql"))
        yield from _executable(itself, saved)


def _executable(itself: ox.NamedNode, saved: SavedQuery) -> Iterator[ox.Triple]:
    form = outline(saved.text).form.lower()
    yield ox.Triple(itself, _TYPE, _shacl("SPARQLExecutable"))
    yield ox.Triple(itself, _TYPE, _shacl(f"SPARQL{form.capitalize()}Executable"))
    yield ox.Triple(itself, _shacl(form), ox.Literal(_without_head(saved.text)))
    for language, question in saved.question.items():
        yield ox.Triple(itself, _COMMENT, ox.Literal(question, language=language))
    for language, description in saved.description.items():
        yield ox.Triple(itself, _schema("description"), ox.Literal(description, language=language))
    for tag in saved.tags:
        yield ox.Triple(itself, _schema("keywords"), ox.Literal(tag))


def _without_head(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip() + "\n"


def _shacl(name: str) -> ox.NamedNode:
    return ox.NamedNode(WELL_KNOWN["sh"] + name)


def _schema(name: str) -> ox.NamedNode:
    return ox.NamedNode(WELL_KNOWN["schema"] + name)

"""A pattern's text → its triple patterns, through rdflib's SPARQL algebra (https://www.w3.org/TR/sparql11-query/#sparqlAlgebra)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pyoxigraph as ox

from kg.errors import QueryError
from kg.evidence.paths import Either, Inverse, Node, NoneOf, Path, Pattern, Repeat, Sequence, Term


@dataclass(frozen=True)
class Block:
    """Patterns that match together, in the innermost group that `marker` marks, in a graph (None is the default graph)."""

    patterns: tuple[Pattern, ...]
    marker: str
    graph: Node | None


# The blocks of queries that were analysed, by their texts and marks: to read a text takes longer than to answer it, and a server
# is asked the same ones again and again.
_ANALYSED: dict[tuple[str, frozenset[str]], list[Block]] = {}
_REMEMBERED = 1000


def blocks(query: str, markers: frozenset[str], prefixes: Mapping[str, str]) -> list[Block]:
    """The blocks of a query, but for those in sub-queries, in MINUS and in tests; QueryError where rdflib cannot read it."""
    declared = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(prefixes.items()) if f"{name}:" in query)
    key = (declared + query, markers)
    if key not in _ANALYSED:
        algebra = _algebra(query, prefixes).algebra
        remember({key: [block for block in _blocks(algebra, markers, "", None) if block.patterns]})
    return _ANALYSED[key]


def analysed() -> dict[tuple[str, frozenset[str]], list[Block]]:
    """What was analysed in this process, as `remember` takes it."""
    return dict(_ANALYSED)


def remember(known: Mapping[tuple[str, frozenset[str]], list[Block]]) -> None:
    """Takes over what was analysed, here or in another process; the oldest is forgotten where there is too much."""
    _ANALYSED.update(known)
    for key in [*_ANALYSED][: max(len(_ANALYSED) - _REMEMBERED, 0)]:
        del _ANALYSED[key]


def template(query: str, prefixes: Mapping[str, str]) -> tuple[Pattern, ...]:
    """The triples that a CONSTRUCT query makes."""
    return tuple(map(_pattern, _algebra(query, prefixes).algebra.template))


def default_graphs(query: str, prefixes: Mapping[str, str]) -> tuple[ox.NamedNode, ...] | None:
    """The graphs that FROM merges into the default graph; None where the query leaves the dataset as it is."""
    clauses = _algebra(query, prefixes).algebra.datasetClause
    return tuple(ox.NamedNode(str(clause.default)) for clause in clauses if clause.default) if clauses else None


def _algebra(query: str, prefixes: Mapping[str, str]) -> Any:
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        return translateQuery(parseQuery(query), initNs=dict(prefixes))
    # rdflib has no error of its own for a text that it cannot read, and lets through those of its parts.
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise QueryError(f"the pattern of the query cannot be analysed: {reason}") from error


def _blocks(node: Any, markers: frozenset[str], marker: str, graph: Node | None) -> Iterator[Block]:
    if node.name == "BGP":
        yield Block(tuple(map(_pattern, node.triples)), marker, graph)
    elif node.name == "Graph":
        yield from _blocks(node.p, markers, marker, _node(node.term))
    elif node.name != "ToMultiSet":
        if node.name == "Extend" and str(node.var) in markers:
            marker = str(node.var)
        for part in ("p", "p1") if node.name == "Minus" else ("p", "p1", "p2"):
            if part in node and hasattr(node[part], "name"):
                yield from _blocks(node[part], markers, marker, graph)


def _pattern(triple: Any) -> Pattern:
    subject, predicate, object = triple
    return _node(subject), _path(predicate), _node(object)


def _node(term: Any) -> Node:
    import rdflib

    if isinstance(term, rdflib.Variable):
        return f"?{term}"
    if isinstance(term, rdflib.BNode):
        return f"_:{term}"
    return _term(term)


def _term(term: Any) -> Term:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))


def _path(term: Any) -> Node | Path:
    from rdflib import paths

    if isinstance(term, paths.InvPath):
        return Inverse(_as_path(term.arg))
    if isinstance(term, paths.SequencePath):
        return reduce(Sequence, map(_as_path, term.args))
    if isinstance(term, paths.AlternativePath):
        return Either(tuple(map(_as_path, term.args)))
    if isinstance(term, paths.MulPath):
        return Repeat(_as_path(term.path), zero=bool(term.zero), many=bool(term.more))
    if isinstance(term, paths.NegatedPath):
        return _none_of(term.args)
    return _node(term)


def _as_path(term: Any) -> Path:
    path = _path(term)
    assert not isinstance(path, str | ox.BlankNode | ox.Literal | ox.Triple)
    return path


def _none_of(arguments: Any) -> Path:
    import rdflib

    if not all(isinstance(argument, rdflib.URIRef) for argument in arguments):
        # rdflib's parser drops the property of an inverse step here.
        raise QueryError("the pattern of the query cannot be analysed: an inverse step in !(…)")
    return NoneOf(frozenset(ox.NamedNode(str(argument)) for argument in arguments))
